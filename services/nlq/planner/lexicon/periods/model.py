"""Stretches of time as types: on the calendar, coming back, or counted from an anchor."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum, StrEnum
from typing import Literal

from shared.plan.expressions import CalendarPart, CalendarUnit

PieceUnit = Literal["day", "week", "month", "quarter", "half"]
_MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}
_DAYS = {"day": 1, "week": 7}


class Anchor(StrEnum):
    """The day that relative periods count from."""

    NEWEST = "the newest date of the data"
    TODAY = "today"


class Edge(Enum):
    """Which side of a period an open one lies on, and whether the period itself belongs to it."""

    SINCE = "since"
    AFTER = "after"
    BEFORE = "before"
    UNTIL = "until"


@dataclass(frozen=True, slots=True)
class Span:
    """From `start` up to but not including `end`."""

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.start >= self.end:
            raise ValueError(f"{self.start} is not before {self.end}")

    @property
    def years(self) -> tuple[int, int] | None:
        """The first and the last year, where it consists of whole years: a column of year numbers can answer those alone."""
        if (self.start.month, self.start.day, self.end.month, self.end.day) != (1, 1, 1, 1):
            return None
        return self.start.year, self.end.year - 1


@dataclass(frozen=True, slots=True)
class Open:
    """From `start` on, or up to but not including `end`: one of the two is None."""

    start: date | None
    end: date | None

    def __post_init__(self) -> None:
        if (self.start is None) == (self.end is None):
            raise ValueError("an open period has one end")


@dataclass(frozen=True, slots=True)
class Several:
    """Days that lie in one of these."""

    of: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class EraYear:
    """A year before Christ, negative: only columns of numbers can hold it."""

    number: int


@dataclass(frozen=True, slots=True)
class Recurring:
    """Whenever a part of the date has one of these values, in every year; weekdays count from 1 (Monday)."""

    part: CalendarPart
    values: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Every:
    """Whenever all of these come together: 25 December of every year."""

    of: tuple[Recurring, ...]


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a year that is not said; of a day, `number` is the month."""

    unit: PieceUnit
    number: int
    day: int = 0

    def within(self, year: int) -> Span:
        """ValueError where that year has none: 29 February, week 53."""
        if self.unit == "day":
            return day(date(year, self.number, self.day))
        if self.unit == "week":
            return span_of(date.fromisocalendar(year, self.number, 1), "week")
        months = _MONTHS[self.unit]
        return span_of(date(year, months * (self.number - 1) + 1, 1), self.unit)


@dataclass(frozen=True, slots=True)
class InYear:
    """From the first piece to the last of the year that the anchor lies in, or of one `years` later.

    ValueError from `resolve` where that year has no such piece.
    """

    first: Piece
    last: Piece
    anchor: Anchor
    years: int = 0

    def resolve(self, on: date) -> Span:
        number = on.year + self.years
        start, end = self.first.within(number).start, self.last.within(number).end
        return Span(start, end if end > start else self.last.within(number + 1).end)


@dataclass(frozen=True, slots=True)
class Latest:
    """The last such piece that was over, or at least began, on the anchor: "last December"."""

    piece: Piece
    anchor: Anchor

    def resolve(self, on: date) -> Span:
        span = self.piece.within(on.year)
        return span if span.end <= on else self.piece.within(on.year - 1)


@dataclass(frozen=True, slots=True)
class Relative:
    """`count` whole calendar units, the first of them `offset` units after that of the anchor: last month is (month, -1)."""

    unit: CalendarUnit
    offset: int
    count: int
    anchor: Anchor

    def resolve(self, on: date) -> Span:
        first = moved(first_day(on, self.unit), self.unit, self.offset)
        return Span(first, moved(first, self.unit, self.count))


@dataclass(frozen=True, slots=True)
class Rolling:
    """As many units back from the anchor, whose day is the last that counts; ahead, where `count` is negative, from the day after."""

    unit: CalendarUnit
    count: int
    anchor: Anchor

    def resolve(self, on: date) -> Span:
        tomorrow = on + timedelta(days=1)
        other = moved(tomorrow, self.unit, -self.count)
        return Span(min(other, tomorrow), max(other, tomorrow))


@dataclass(frozen=True, slots=True)
class ToDate:
    """From the beginning of the anchor's unit to the anchor: year to date."""

    unit: CalendarUnit
    anchor: Anchor

    def resolve(self, on: date) -> Span:
        return Span(first_day(on, self.unit), on + timedelta(days=1))


@dataclass(frozen=True, slots=True)
class Bounded:
    """Everything on one side of an anchored period: since last month."""

    edge: Edge
    of: Relative | Rolling | InYear | Latest | ToDate

    @property
    def anchor(self) -> Anchor:
        return self.of.anchor

    def resolve(self, on: date) -> Open:
        return open_at(self.edge, self.of.resolve(on))


Absolute = Span | Open | Several | EraYear
Cyclic = Recurring | Every
Anchored = Relative | Rolling | InYear | Latest | ToDate | Bounded
Period = Absolute | Cyclic | Anchored


def day(value: date) -> Span:
    return Span(value, value + timedelta(days=1))


def span_of(start: date, unit: str, count: int = 1) -> Span:
    return Span(start, moved(start, unit, count))


def year(number: int) -> Span:
    return Span(date(number, 1, 1), date(number + 1, 1, 1))


def open_at(edge: Edge, span: Span) -> Open:
    if edge in (Edge.SINCE, Edge.AFTER):
        return Open(span.start if edge is Edge.SINCE else span.end, None)
    return Open(None, span.start if edge is Edge.BEFORE else span.end)


def first_day(of: date, unit: str) -> date:
    """The first day of the calendar unit that a day lies in; weeks begin on Monday."""
    if unit in _DAYS:
        return of - timedelta(days=of.weekday() if unit == "week" else 0)
    months = _MONTHS[unit]
    return date(of.year, (of.month - 1) // months * months + 1, 1)


def moved(start: date, unit: str, count: int) -> date:
    """So many units later. 31 January and a month is the last of February."""
    if unit in _DAYS:
        return start + timedelta(days=_DAYS[unit] * count)
    index = start.year * 12 + start.month - 1 + _MONTHS[unit] * count
    year_, month = index // 12, index % 12 + 1
    return date(year_, month, min(start.day, calendar.monthrange(year_, month)[1]))
