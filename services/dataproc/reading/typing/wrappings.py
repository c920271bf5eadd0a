"""What programs put around cells that is no part of them: ="00123", which keeps a spreadsheet from reading it, and marks of direction."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from enum import Enum

import pyarrow as pa
import pyarrow.compute as pc

DIRECTIONS = "\u200e\u200f\u202a-\u202e\u2066-\u2069"
MOSTLY = 0.5
"""Share of the cells that are guarded where the guard is the column's; a single one is a formula that somebody shows."""


class Wrapping(Enum):
    """`pattern` matches a wrapped cell (RE2's and Python's syntax alike); its first group is the cell."""

    GUARD = r'^\s*="([^"]*)"\s*$'
    DIRECTION = rf"^[\s{DIRECTIONS}]*(.*?)[\s{DIRECTIONS}]*$"

    def unwrap(self, text: str) -> str:
        match = re.match(self.value, text)
        return match[1] if match else text

    def unwrap_all(self, cells: pa.Array) -> pa.Array:
        return pc.replace_substring_regex(cells, self.value, r"\1")


MARK = re.compile(f"[{DIRECTIONS}]")


def find_wrapping(counts: Mapping[str, int]) -> Wrapping | None:
    """None where cells are what they are, as nearly everywhere."""
    guarded = sum(
        count for text, count in counts.items() if text.startswith('="') and Wrapping.GUARD.unwrap(text) != text
    )
    if guarded and guarded >= MOSTLY * sum(count for text, count in counts.items() if text.strip()):
        return Wrapping.GUARD
    marked = any(not text.isascii() and MARK.search(text[:1] + text[-1:]) for text in counts)
    return Wrapping.DIRECTION if marked else None


def unwrap_counts(wrapping: Wrapping, counts: Mapping[str, int]) -> dict[str, int]:
    """The cells without it, those that become alike counted together."""
    found = Counter[str]()
    for text, count in counts.items():
        found[wrapping.unwrap(text)] += count
    return dict(found)
