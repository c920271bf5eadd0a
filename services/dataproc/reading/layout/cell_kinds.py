"""The coarse kind of one cell (empty, missing, number, date, text), as far as finding headers and tables needs it."""

from __future__ import annotations

import re
from collections import Counter
from enum import StrEnum
from functools import lru_cache

from services.dataproc.reading.invisible_marks import without_marks
from services.dataproc.reading.typing.nulls import says_missing


class CellKind(StrEnum):
    """What one cell looks like by itself."""

    EMPTY = "empty"
    MISSING = "missing"
    """A word for nothing: n/a, null, - …"""
    NUMBER = "number"
    DATE = "date"
    TEXT = "text"
    LINK = "link"
    """A text that is an address; told from others where rows are mended."""
    CODE = "code"
    """A text of one word with digits; likewise."""


TYPED = (CellKind.NUMBER, CellKind.DATE)
LONGEST_VALUE = 48  # characters; longer cells are text without looking

NUMBER = re.compile(
    r"""[-+−(]?\s?(?:[$€£¥₹]|[A-Z]{3}\s)?\s?[-−]?
        (?:\d{1,3}(?:[,.'’ \u202f\u00a0]\d{3})+|\d+|(?=[.,]\d))(?:[.,]\d+)?(?:[eE][-+]?\d+)?\s?(?:%|€|[A-Z]{3}|[kKmM])?\)?""",
    re.VERBOSE,
)
MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
DATE = re.compile(
    rf"""(?:\d{{1,4}}[-/.]\d{{1,2}}[-/.]\d{{1,4}} | \d{{1,2}}[-\ ./]{MONTH}[-\ ./,]+\d{{2,4}} | {MONTH}\ \d{{1,2}},?\ \d{{4}})
        (?:[T\ ,]+\d{{1,2}}:\d{{2}}\S*(?:\s?[ap]m)?)? | \d{{1,3}}:\d{{2}}(?::\d{{2}}(?:\.\d+)?)?(?:\s?[ap]m)?""",
    re.VERBOSE | re.IGNORECASE,
)
YEAR = re.compile(r"(?:1[5-9]|20)\d\d(?:\s?[-/–]\s?(?:\d\d|(?:1[5-9]|20)\d\d))?")


@lru_cache(maxsize=65536)
def cell_kind(cell: str) -> CellKind:
    """The kind, where every text is TEXT."""
    text = without_marks(cell).strip()
    if not text:
        return CellKind.EMPTY
    if len(text) < LONGEST_VALUE:
        if NUMBER.fullmatch(text):
            return CellKind.NUMBER
        if DATE.fullmatch(text):
            return CellKind.DATE
        if says_missing(text):
            return CellKind.MISSING
    return CellKind.TEXT


def is_typed(cell: str) -> bool:
    """Is it a value rather than a word?"""
    return cell_kind(cell) in TYPED


def typed_share(kinds: Counter[CellKind]) -> float:
    """The share of values among the cells that hold something; none where no cell does."""
    typed = kinds[CellKind.NUMBER] + kinds[CellKind.DATE]
    return typed / (typed + kinds[CellKind.TEXT]) if typed else 0.0


def is_year(cell: str) -> bool:
    return YEAR.fullmatch(cell.strip()) is not None


def filled(row: list[str]) -> int:
    """How many cells hold something."""
    return sum(1 for cell in row if cell and not cell.isspace())


def is_blank(row: list[str]) -> bool:
    """Does no cell hold anything?"""
    return not any(map(str.strip, row))
