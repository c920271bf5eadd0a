"""Words that stand for a missing value."""

from __future__ import annotations

STRONG_TOKENS = frozenset({
    "", "na", "n/a", "#n/a", "n.a.", "n.a", "nan", "null", "<na>", "(null)", "\\n", "#null!", "-", "--", "---", "–", "—", "?", "??", "nat",
})  # fmt: skip
"""Missing wherever they stand, unless the column's own values look like them (country codes)."""

WEAK_TOKENS = frozenset({
    "none", "nil", "missing", "unknown", "not available", "not applicable", "not recorded", "not known", "nr", "n.r.", "s", "..", "...", ".", "*", "x",
    "undefined", "blank", "(blank)", "(none)", "[null]", "no data", "nodata", "tbd", "tba", "tbc", "pending", "#div/0!", "#ref!", "#value!",
    "#name?", "#num!", "#n/a n/a", "1.#qnan", "-1.#ind", "-nan", "1.#ind", "-1.#qnan", "suppressed", "withheld", "redacted", "c", ":", "#",
})  # fmt: skip
"""Missing in a column whose other values are numbers, dates or truth values; in a column of words they are words."""

EXCEL_ERRORS = frozenset(
    {"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!", "#GETTING_DATA", "#SPILL!", "#CALC!"}
)


def is_null_token(cell: str) -> bool:
    """Can this cell mean "missing" in a column of numbers or dates?"""
    token = cell.strip().lower()
    return token in STRONG_TOKENS or token in WEAK_TOKENS


def says_missing(cell: str) -> bool:
    """A null token that is not also a plausible label, such as a single letter."""
    token = cell.strip().lower()
    return token in STRONG_TOKENS or (len(token) > 1 and token in WEAK_TOKENS)
