"""Letters behind numbers that flag them: provisional, revised, an estimate, above or below what is normal, of which quality."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from services.dataproc.reading.typing.numbers.magnitudes import CODE_NAME

FLAG_LETTERS = "bcdefnpqruzBCDEFNPQRUZ"
"""Of statistics offices (break, confidential, differs, estimate, forecast, provisional, revised …), without those that are units as well."""

COMMON_FLAGS = frozenset("pre") | frozenset("PRE") | {"ep", "pe", "er", "re", "bp", "ru"}
"""Provisional, revised, estimate: no unit is glued so to a number. The others are letters of houses and of units too."""

HIGH_AND_LOW = frozenset({"H", "L", "HH", "LL"})
"""Of laboratories: above and below the normal. Either alone could be henries or litres."""

GRADES = frozenset("ABCDEF")
FEWEST_GRADES = 3
"""Different grades of quality, where no number is without one: two could be degrees of Celsius and of Fahrenheit."""

PENCE_NAME = re.compile(
    r"(?:^|[\W_])(?:price|cost|fare|fee|fees|charge|unit_?price|postage|coins?|money)(?:[\W_]|$)", re.IGNORECASE
)


def are_flags(counts: Mapping[str, int], *, decimals: bool) -> bool:
    """Letters behind a blank. One has to come back, or to stand among numbers with decimals, which no house has."""
    if HIGH_AND_LOW & counts.keys() and not {"H", "L"} <= counts.keys():
        return False
    known = all(set(mark) <= set(FLAG_LETTERS) or mark in HIGH_AND_LOW for mark in counts)
    return bool(counts) and known and (decimals or max(counts.values()) > 1)


def are_glued_flags(name: str, counts: Mapping[str, int], *, bare: bool, marked: bool) -> bool:
    """Letters at the digits, where numbers beside them have none: `12.5p`, `120p`, and not the house 3b.

    Decimals on both sides show measures; whole numbers are flagged where no other letters than the commonest flags occur and one comes back.
    Whole numbers with a letter beside decimals without one may be pence beside pounds.
    """
    if not counts or CODE_NAME.search(name) or PENCE_NAME.search(name) or (bare and not marked):
        return False
    if not marked:
        return counts.keys() <= COMMON_FLAGS and max(counts.values()) > 1
    known = all(set(mark) <= set(FLAG_LETTERS) for mark in counts)
    return known and (len(counts) > 1 or counts.keys() <= COMMON_FLAGS)


def are_grades(marks: Collection[str], fewest: int = FEWEST_GRADES) -> bool:
    return len(set(marks)) >= fewest and GRADES.issuperset(marks)


def are_flag_units(units: Collection[str]) -> bool:
    """Could all of these, which look like units beside bare numbers, be flags together?"""
    return {"H", "L"} <= set(units) and all(unit in HIGH_AND_LOW or set(unit) <= set(FLAG_LETTERS) for unit in units)


def are_graded_units(units: Collection[str]) -> bool:
    """The best grade and another one, all that stand behind the numbers: what cannot be units of one column."""
    return "A" in units and are_grades(units, FEWEST_GRADES - 1)
