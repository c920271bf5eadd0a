"""Dates and spans of time that a question speaks of."""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from services.nlq.planner.lexicon.tokens import Token

MONTHS = {name.lower(): i for i, name in enumerate(calendar.month_name) if name} | {
    name.lower(): i for i, name in enumerate(calendar.month_abbr) if name
} | {"sept": 9}  # fmt: skip
WEEKDAYS = {name.lower(): i for i, name in enumerate(calendar.day_name)}
_UNITS = {"day": "day", "week": "week", "month": "month", "quarter": "quarter", "year": "year"}


@dataclass(frozen=True)
class Period:
    """From `start` up to but not including `end`; or every `part` that equals `value` ("in March"); or a span relative to
    the newest date of the data ("last month": unit and offset)."""

    start: date | None = None
    end: date | None = None
    part: str | None = None
    value: int | None = None
    unit: str | None = None
    offset: int = 0
    count: int = 1

    @property
    def is_year(self) -> bool:
        return (
            self.start is not None
            and self.end is not None
            and (self.start.month, self.start.day) == (1, 1)
            and self.end == date(self.start.year + 1, 1, 1)
        )


def day(value: date) -> Period:
    return Period(value, value + timedelta(days=1))


def year(number: int) -> Period:
    return Period(date(number, 1, 1), date(number + 1, 1, 1))


def month(number: int, of: int) -> Period:
    return Period(date(of, number, 1), add_months(date(of, number, 1), 1))


def quarter(number: int, of: int) -> Period:
    start = date(of, 3 * number - 2, 1)
    return Period(start, add_months(start, 3))


def add_months(start: date, months: int) -> date:
    index = start.year * 12 + start.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


def anchored(period: Period, newest: date) -> Period:
    """A relative period as dates, seen from the newest date."""
    if period.unit is None:
        return period
    if period.unit in ("day", "week"):
        width = timedelta(days=1 if period.unit == "day" else 7)
        base = newest if period.unit == "day" else newest - timedelta(days=newest.weekday())
        start = base + width * period.offset
        return Period(start, start + width * period.count)
    months = {"month": 1, "quarter": 3, "year": 12}[period.unit]
    base = date(newest.year, (newest.month - 1) // months * months + 1, 1) if months < 12 else date(newest.year, 1, 1)
    start = add_months(base, months * period.offset)
    return Period(start, add_months(start, months * period.count))


def read(tokens: Sequence[Token], at: int) -> tuple[Period, int] | None:
    """The longest date that starts at this token, and where it ends."""
    for reader in (_numeric, _month_first, _day_first, _quarter, _relative, _weekday, _decade):
        found = reader(tokens, at)
        if found:
            return found
    return None


def _number(tokens: Sequence[Token], at: int, low: int, high: int) -> int | None:
    if at < len(tokens) and tokens[at].norm.isdigit() and low <= int(tokens[at].norm) <= high:
        return int(tokens[at].norm)
    return None


def _make(y: int, m: int, d: int) -> Period | None:
    try:
        return day(date(y, m, d))
    except ValueError:
        return None


def _adjacent(tokens: Sequence[Token], first: int, last: int, gap: str) -> bool:
    return all(tokens[i + 1].start - tokens[i].end == len(gap) for i in range(first, last))


def _numeric(tokens: Sequence[Token], at: int) -> tuple[Period, int] | None:
    """2013-05-01 and 2013/05/01; a day and a month in doubt are no date."""
    y, m, d = _number(tokens, at, 1000, 2999), _number(tokens, at + 1, 1, 12), _number(tokens, at + 2, 1, 31)
    if y and m and d and _adjacent(tokens, at, at + 2, "-"):
        made = _make(y, m, d)
        return (made, at + 3) if made else None
    if (
        y
        and m
        and at + 1 < len(tokens)
        and len(tokens[at + 1].norm) == 2
        and tokens[at + 1].start - tokens[at].end == 1
    ):
        return month(m, y), at + 2
    return None


def _month_first(tokens: Sequence[Token], at: int) -> tuple[Period, int] | None:
    """May 2013; May 1, 2013; May 1st; in May."""
    if tokens[at].norm not in MONTHS or (
        tokens[at].norm in ("may", "march", "mar", "sun", "sat", "dec") and not tokens[at].is_capitalised
    ):
        return None
    m, after = MONTHS[tokens[at].norm], at + 1
    d = _number(tokens, after, 1, 31)
    if d is not None and len(tokens[after].norm) <= 2:
        after = _past_ordinal(tokens, after + 1)
        y = _number(tokens, after, 1000, 2999)
        made = _make(y, m, d) if y else None
        return (made, after + 1) if made else None
    after = after + 1 if after < len(tokens) and tokens[after].norm == "of" else after
    y = _number(tokens, after, 1000, 2999)
    return (month(m, y), after + 1) if y else (Period(part="month", value=m), at + 1)


def _day_first(tokens: Sequence[Token], at: int) -> tuple[Period, int] | None:
    d = _number(tokens, at, 1, 31)
    after = _past_ordinal(tokens, at + 1)
    after = after + 1 if after < len(tokens) and tokens[after].norm == "of" else after
    if d is None or after >= len(tokens) or tokens[after].norm not in MONTHS:
        return None
    y = _number(tokens, after + 1, 1000, 2999)
    made = _make(y, MONTHS[tokens[after].norm], d) if y else None
    return (made, after + 2) if made else None


def _past_ordinal(tokens: Sequence[Token], at: int) -> int:
    return at + 1 if at < len(tokens) and tokens[at].norm in ("st", "nd", "rd", "th") else at


def _quarter(tokens: Sequence[Token], at: int) -> tuple[Period, int] | None:
    number = _number(tokens, at + 1, 1, 4)
    if tokens[at].norm != "q" or number is None:
        return None
    y = _number(tokens, at + 2, 1000, 2999)
    return (quarter(number, y), at + 3) if y else (Period(part="quarter", value=number), at + 2)


def _relative(tokens: Sequence[Token], at: int) -> tuple[Period, int] | None:
    """today, yesterday, last month, this year, the past 7 days."""
    first = tokens[at].norm
    if first in ("today", "yesterday"):
        return Period(unit="day", offset=0 if first == "today" else -1), at + 1
    if first not in ("last", "this", "past", "previous", "current") or at + 1 >= len(tokens):
        return None
    count = _number(tokens, at + 1, 2, 366)
    unit_at = at + 2 if count else at + 1
    unit = _UNITS.get(tokens[unit_at].norm.removesuffix("s")) if unit_at < len(tokens) else None
    if unit is None:
        return None
    if count:
        return Period(unit=unit, offset=1 - count, count=count), unit_at + 1
    return Period(unit=unit, offset=0 if first in ("this", "current") else -1), unit_at + 1


def _weekday(tokens: Sequence[Token], at: int) -> tuple[Period, int] | None:
    name = tokens[at].norm.removesuffix("s")
    return (Period(part="weekday", value=WEEKDAYS[name]), at + 1) if name in WEEKDAYS else None


def _decade(tokens: Sequence[Token], at: int) -> tuple[Period, int] | None:
    """the 1990s"""
    y = _number(tokens, at, 1000, 2990)
    if (
        y is None
        or y % 10
        or at + 1 >= len(tokens)
        or tokens[at + 1].norm != "s"
        or tokens[at + 1].start != tokens[at].end
    ):
        return None
    return Period(date(y, 1, 1), date(y + 10, 1, 1)), at + 2
