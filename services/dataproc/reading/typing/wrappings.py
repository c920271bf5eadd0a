"""What programs put around and into cells that is no part of them: ="00123", which keeps a spreadsheet from reading it, and marks that nobody sees."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from enum import Enum

import pyarrow as pa
import pyarrow.compute as pc

from services.dataproc.reading.invisible_marks import HYPHEN_BEFORE_DIGIT, MARK, MARKS

MOSTLY = 0.5
"""Share of the cells that are guarded where the guard is the column's; a single one is a formula that somebody shows."""


class Wrapping(Enum):
    """`pattern` matches what is taken away (RE2's and Python's syntax alike), up to its first group, which stays."""

    GUARD = r'^\s*="([^"]*)"\s*$'
    MARKS = rf"[{MARKS}]()"

    def unwrap(self, text: str) -> str:
        return re.sub(self.value, r"\1", text)

    def unwrap_all(self, cells: pa.Array) -> pa.Array:
        return pc.replace_substring_regex(cells, self.value, r"\1")


def find_wrapping(counts: Mapping[str, int]) -> Wrapping | None:
    """None where cells are what they are, as nearly everywhere."""
    guarded = sum(
        count for text, count in counts.items() if text.startswith('="') and Wrapping.GUARD.unwrap(text) != text
    )
    if guarded and guarded >= MOSTLY * sum(count for text, count in counts.items() if text.strip()):
        return Wrapping.GUARD
    marked = [text for text in counts if not text.isascii() and MARK.search(text)]
    return Wrapping.MARKS if marked and not any(map(HYPHEN_BEFORE_DIGIT.search, marked)) else None


def unwrap_counts(wrapping: Wrapping, counts: Mapping[str, int]) -> dict[str, int]:
    """The cells without it, those that become alike counted together."""
    found = Counter[str]()
    for text, count in counts.items():
        found[wrapping.unwrap(text)] += count
    return dict(found)
