"""Texts that all look alike, and what is made of them before a kernel reads them."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc


@dataclass(frozen=True)
class Form:
    """Texts that all look alike: the pattern of one (RE2's), and what is made of it before a kernel reads it."""

    pattern: str
    template: str

    def rewritten(self, cells: pa.Array) -> pa.Array | None:
        """None when some text is of another form."""
        if pc.all(pc.match_substring_regex(cells, self.pattern)).as_py() is False:
            return None
        return pc.replace_substring_regex(cells, self.pattern, self.template)
