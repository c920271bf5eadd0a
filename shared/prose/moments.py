"""Days, months, quarters, years and times as a cell holds them and as a sentence says them. Pure.

One moment stands for another if it says nothing that the other does not say: "January 2024" stands for 2024-01-05, "2 January 2024" does not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from shared.prose.calendar_words import MONTHS, NEVER_ALONE, WORDS_TOO

_NAMES = "|".join(sorted(MONTHS, key=len, reverse=True))
_YEAR = r"(?P<year>(?:1[89]|20)\d\d)"
_DAY = r"(?P<day>[0-3]?\d)(?:st|nd|rd|th|\.|er|º)?"
_MONTH = rf"(?P<month>{_NAMES})\b\.?"
_QUARTERS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": 4}
_WRITTEN = [
    re.compile(rf"(?<![\w.,]){form}(?!\w|[.,]\d)", re.IGNORECASE)
    for form in (
        r"(?P<year>\d{4})[-/](?P<number>[01]\d)(?:[-/](?P<day>[0-3]\d))?(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?",
        rf"{_YEAR}[ -]?Q(?P<quarter>[1-4])",
        rf"(?:Q(?P<quarter>[1-4])|(?P<ordinal>first|second|third|fourth|last)[ ]quarter)(?:(?:[ /-]|[ ]of[ ]|[ ]in[ ]|,[ ]){_YEAR})?",
        r"(?P<first>[0-3]?\d)[./](?P<second>[0-3]?\d)[./](?P<year>\d{4})",
        r"(?P<number>0?[1-9]|1[0-2])/(?P<year>(?:19|20)\d\d)",
        rf"{_DAY}(?:[ ]|[ ]of[ ]|[ ]de[ ]){_MONTH}(?:(?:,?[ ]|[ ](?:of|de|del|in)[ ]){_YEAR})?",
        rf"{_MONTH}[ ](?P<day>[0-3]?\d)(?:st|nd|rd|th)?(?:,?[ ]{_YEAR})?(?!\d|[.,]\d)(?![ ](?:with|orders))",
        rf"{_MONTH}(?:,?[ ]|[ ](?:of|de|del|in)[ ]|[-’'])(?:{_YEAR}|['’](?P<short>\d\d))",
        _MONTH,
        r"(?P<hour>[0-2]?\d):(?P<minute>[0-5]\d)(?::[0-5]\d)?(?:[ ]?(?P<half>[ap])\.?m\b\.?)?",
        r"['’](?P<short>\d\d)",
        _YEAR,
    )
]
_IN = re.compile(
    r"\b(in|of|since|until|till|from|to|by|im|seit|bis|en|de|depuis|desde|hasta|da|di|em)\s$", re.IGNORECASE
)
_CELL = re.compile(r"(\d{4})-(\d\d)(?:-(\d\d))?(?:[T ](\d\d):(\d\d)(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?")
_QUARTER = re.compile(r"(?:(\d{4})[ -]?)?Q([1-4])(?:[ /-]?(\d{4}))?")
FIRST_YEAR, LAST_YEAR = 1800, 2100


@dataclass(frozen=True)
class Moment:
    """What is said of it; `clock` are minutes since midnight."""

    year: int | None = None
    month: int | None = None
    day: int | None = None
    quarter: int | None = None
    clock: int | None = None

    def stands_for(self, other: Moment) -> bool:
        own = (self.year, self.month, self.day, self.quarter, self.clock)
        others = (other.year, other.month, other.day, other.quarter, other.clock)
        return all(one is None or one == two for one, two in zip(own, others, strict=True))

    def with_month(self, other: Moment) -> Moment:
        """Of a row that holds year and month, or quarter, in cells of their own."""
        return Moment(self.year, other.month, None, other.quarter)


@dataclass(frozen=True)
class SaidMoment:
    """`readings` are several where day and month may be either."""

    start: int
    end: int
    readings: tuple[Moment, ...]

    @property
    def is_bare_year(self) -> bool:
        return self.end - self.start == 4 and self.readings[0] == Moment(year=self.readings[0].year)


@lru_cache(maxsize=4096)
def moment_of_cell(text: str) -> Moment | None:
    """A text that is a date, a month, a quarter or a year and nothing else."""
    if found := _CELL.fullmatch(text):
        year, month, day, hour, minute = (int(part) if part else None for part in found.groups())
        clock = hour * 60 + minute if hour is not None and minute is not None else None
        return Moment(year, month, day, None, clock)
    if found := _QUARTER.fullmatch(text):
        year_of = found[1] or found[3]
        return Moment(int(year_of) if year_of else None, quarter=int(found[2]))
    return Moment(int(text)) if re.fullmatch(r"(?:1[89]|20)\d\d", text) else None


def moments_in(text: str) -> list[SaidMoment]:
    """In their order, the fullest way to read each place first."""
    found: list[SaidMoment] = []
    for form in _WRITTEN:
        for match in form.finditer(text):
            if any(match.start() < one.end and one.start < match.end() for one in found):
                continue
            if readings := tuple(_readings(match, text)):
                found.append(SaidMoment(match.start(), match.end(), readings))
    return sorted(found, key=lambda one: one.start)


def _readings(match: re.Match[str], text: str) -> Iterator[Moment]:
    said = match.groupdict()
    year = int(said["year"]) if said.get("year") else 2000 + int(said["short"]) if said.get("short") else None
    if said.get("first"):
        first, second = int(said["first"]), int(said["second"])
        yield from (Moment(year, month, day) for day, month in {(first, second), (second, first)} if 1 <= month <= 12)
        return
    if said.get("hour"):
        hour = int(said["hour"]) % 12 + 12 * (said["half"] in "pP") if said.get("half") else int(said["hour"])
        yield Moment(clock=hour * 60 + int(said["minute"]))
        return
    month = int(said["number"]) if said.get("number") else None
    if name := said.get("month"):
        month = MONTHS[name.casefold()]
        if not _means_month(name, alone=year is None and not said.get("day"), before=text[: match.start("month")]):
            return
    quarter = int(said["quarter"]) if said.get("quarter") else _QUARTERS.get((said.get("ordinal") or "").casefold())
    yield Moment(year, month, int(said["day"]) if said.get("day") else None, quarter)


def _means_month(name: str, *, alone: bool, before: str) -> bool:
    folded = name.casefold()
    if not alone:
        return True
    if folded in NEVER_ALONE and not (folded == "mar" and name[0].isupper()):
        return False
    return name[0].isupper() or folded not in WORDS_TOO or _IN.search(before) is not None
