"""Units of one quantity and what they are to one another: 2 minutes are 120 of a column in seconds."""

from __future__ import annotations

from fractions import Fraction

from services.nlq.planner.lexicon.tokens import stem
from services.nlq.planner.lexicon.units import UNITS
from services.nlq.planner.linking.schema import Column

# How many of the first unit of each line one of these is.
_SCALES: tuple[dict[str, Fraction], ...] = (
    {"second": Fraction(1), "minute": Fraction(60), "hour": Fraction(3600), "day": Fraction(86400), "week": Fraction(604800)},
    {"g": Fraction(1), "kg": Fraction(1000), "tonne": Fraction(1_000_000), "t": Fraction(1_000_000)},
    {"mm": Fraction(1), "cm": Fraction(10), "m": Fraction(1000), "km": Fraction(1_000_000)},
)  # fmt: skip
_ABBREVIATED = {"sec": "second", "secs": "second", "min": "minute", "mins": "minute", "hr": "hour", "hrs": "hour"}


def unit_of(column: Column) -> str | None:
    """The unit that a column says it is in: by its facts, or by the last word of its name (`wait_seconds`)."""
    spelled = [column.facts.unit or "", *reversed(column.words)]
    for word in spelled:
        unit = _named(word.casefold())
        if unit is not None and (word != "min" or word == column.words[-1]):
            return unit
    return None


def times(unit: str, column: Column) -> float | int | None:
    """How many of the column's unit one such unit is; None where the two do not measure the same."""
    own = unit_of(column)
    wanted = _named(unit.casefold())
    if own is None or wanted is None:
        return None
    for scale in _SCALES:
        if own in scale and wanted in scale:
            factor = scale[wanted] / scale[own]
            return factor.numerator if factor.denominator == 1 else float(factor)
    return None


def convertible(one: str, other: str) -> bool:
    """Whether the two are units of one quantity."""
    units = (_named(one.casefold()), _named(other.casefold()))
    return any(all(unit in scale for unit in units) for scale in _SCALES)


def _named(word: str) -> str | None:
    known = _ABBREVIATED.get(word) or UNITS.get(word, word)
    for unit in (known, word, stem(word)):
        if any(unit in scale for scale in _SCALES):
            return unit
    return None
