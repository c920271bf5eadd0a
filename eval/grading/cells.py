"""When do two cells show the same? Numbers by value, dates by value, everything else as normalised text."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Hashable, Sequence
from datetime import datetime
from typing import Any

from eval.grading.expectations import Decimals

GAPS = frozenset({"", "none", "null", "nan", "nat", "n/a", "<na>"})
TRUTHS = {"true": True, "yes": True, "false": False, "no": False}
# What separates two ways of computing the same float, and is far below what a person would call another number.
RELATIVE, ABSOLUTE = 1e-6, 1e-9
# Significant digits that make two numbers one key, where comparing each with each would take too long.
KEY_DIGITS, NOISELESS_DIGITS = 6, 12
MOST_PAIRS = 40_000
CURRENCY_SIGNS = "$€£¥₹"
LONGEST_DATE = 40
_NUMBER = re.compile(r"[-+]?((\d{1,3}(,\d{3})+|\d+)(\.\d*)?|\.\d+)([eE][-+]?\d{1,3})?")
_DASHES = re.compile("[‐-―−]")
# Only what can be read in one way: with the month's name, or the year first.
_DATE_FORMATS = (
    "%Y-%m-%d", "%Y/%m/%d", "%d %B %Y", "%d %b %Y", "%B %d, %Y", "%b %d, %Y", "%B %d %Y", "%b %d %Y", "%d-%b-%Y", "%B %Y", "%b %Y",
)  # fmt: skip


def same(expected: Any, found: Any, decimals: Decimals = None) -> bool:
    if is_gap(expected) or is_gap(found):
        return is_gap(expected) and is_gap(found)
    want, have = number(expected), number(found)
    if want is not None and have is not None:
        return _same_number(want, have, _written_places(str(expected)) if decimals == "written" else decimals)
    if (truth := _truth(expected)) is not None and truth == _truth(found):
        return True
    if (day := date(expected)) is not None and day == date(found):
        return True
    return normal_text(expected) == normal_text(found)


def _same_number(want: float, have: float, places: int | None) -> bool:
    if places is None:
        return math.isclose(want, have, rel_tol=RELATIVE, abs_tol=ABSOLUTE)
    return abs(want - have) <= 0.5 * 10.0**-places + ABSOLUTE


def _written_places(text: str) -> int | None:
    """Two at least; a whole number, or one with an exponent, is exact."""
    return max(2, len(text.split(".", 1)[1])) if "." in text and "e" not in text.lower() else None


def same_set(expected: Sequence[Any], found: Sequence[Any], decimals: Decimals = None) -> bool:
    """Every expected value is found and every found one is expected; how often does not count."""
    if len(expected) * len(found) > MOST_PAIRS:
        return set(map(key, expected)) == set(map(key, found))
    return all(any(same(want, have, decimals) for have in found) for want in expected) and all(
        any(same(want, have, decimals) for want in expected) for have in found
    )


def key(value: Any) -> Hashable:
    """Equal for values that are the same, numbers to six significant digits."""
    if is_gap(value):
        return None
    if (shown := number(value)) is not None:
        # First without the noise of sums: 47737.65 and 47737.649999999994 lie on two sides of where six digits round.
        return ("number", float(f"{float(f'{shown:.{NOISELESS_DIGITS}g}'):.{KEY_DIGITS}g}") + 0.0)
    if (day := date(value)) is not None:
        return ("date", day)
    if (truth := _truth(value)) is not None:
        return ("truth", truth)
    return ("text", normal_text(value))


def is_gap(value: Any) -> bool:
    if isinstance(value, float):
        return math.isnan(value)
    return value is None or (isinstance(value, str) and normal_text(value) in GAPS)


def number(value: Any) -> float | None:
    """The number that a cell shows: thousands separators, a currency sign and a percent sign are looked through."""
    if value is None or isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return float(value) if math.isfinite(value) else None
    shown = str(value).strip().replace("−", "-").removesuffix("%").strip().strip(CURRENCY_SIGNS).strip()
    return float(shown.replace(",", "")) if _NUMBER.fullmatch(shown) else None


def date(value: Any) -> datetime | None:
    """Without its time zone; None for what is no date or could be several."""
    if not isinstance(value, str) or len(value) > LONGEST_DATE or not any(c.isdigit() for c in value):
        return None
    shown = " ".join(value.split())
    if re.match(r"\d{4}-\d{2}-\d{2}", shown):
        try:
            return datetime.fromisoformat(shown).replace(tzinfo=None)
        except ValueError:
            return None
    for pattern in _DATE_FORMATS:
        try:
            return datetime.strptime(shown, pattern)  # noqa: DTZ007 - dates are compared without their zone
        except ValueError:
            continue
    return None


def normal_text(value: Any) -> str:
    """NFKC, without case, outer quotes and final full stop; single blanks and plain dashes."""
    folded = _DASHES.sub("-", unicodedata.normalize("NFKC", str(value)).casefold())
    return " ".join(folded.split()).strip("\"'“”‘’ ").removesuffix(".").strip()


def _truth(value: Any) -> bool | None:
    return value if isinstance(value, bool) else TRUTHS.get(normal_text(value))
