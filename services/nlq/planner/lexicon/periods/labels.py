"""Periods in plain English, as an answer says how it read them."""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from datetime import date, timedelta
from functools import singledispatch
from itertools import pairwise

from services.nlq.planner.lexicon.periods.model import (
    Bounded,
    Edge,
    EraYear,
    Every,
    InYear,
    Latest,
    Open,
    Period,
    Piece,
    Recurring,
    Relative,
    Rolling,
    Several,
    Span,
    ToDate,
    moved,
)

_WEEKDAYS = tuple(calendar.day_name)
_MONTHS = tuple(calendar.month_name)
_HALVES = ("first", "second")


@singledispatch
def label(period: Period) -> str:
    """What it means, without dates where those depend on an anchor: `described` has them."""
    raise TypeError(type(period).__name__)


def described(period: Period, on: date) -> str:
    """As `label`, with the dates that it comes to when the anchor is `on`: "February 2024 (the month before 5 March 2024, ...)"."""
    if isinstance(period, Relative | Rolling | InYear | Latest | ToDate | Bounded):
        return f"{label(period.resolve(on))} ({label(period)}: {_day(on)})"
    return label(period)


@label.register
def _(period: Span) -> str:
    start, last = period.start, period.end - timedelta(days=1)
    if period.years:
        first, final = period.years
        return str(first) if first == final else f"{first} to {final}"
    if start == last:
        return _day(start)
    if start.day == 1 and moved(start, "month", 1) == period.end:
        return f"{_MONTHS[start.month]} {start.year}"
    return f"{_day(start)} to {_day(last)}"


@label.register
def _(period: Open) -> str:
    if period.start:
        return f"from {_day(period.start)} on"
    return f"before {_day(period.end or date.max)}"


@label.register
def _(period: Several) -> str:
    return _listed([label(span) for span in period.of])


@label.register
def _(period: EraYear) -> str:
    return f"{-period.number} BC"


@label.register
def _(period: Recurring) -> str:
    values = period.values
    if period.part == "weekday":
        return "on " + _listed([_WEEKDAYS[v - 1] + "s" for v in values])
    if period.part == "hour":
        return _hours(values)
    if period.part == "month":
        return f"in {_months(values)} of every year"
    if period.part == "quarter":
        return f"in {_listed([f'Q{v}' for v in values])} of every year"
    if period.part == "day" and len(values) > 2:
        return f"on days {values[0]} to {values[-1]}"
    return f"{period.part} {_listed([str(v) for v in values])}"


@label.register
def _(period: Every) -> str:
    month, day = (
        next((r.values[0] for r in period.of if r.part == part and len(r.values) == 1), 0) for part in ("month", "day")
    )
    if len(period.of) == 2 and month and day:
        return f"on {day} {_MONTHS[month]} of every year"
    return " and ".join(label(each) for each in period.of)


@label.register
def _(period: Relative) -> str:
    if (period.unit, period.offset, period.count) == ("day", 0, 1):
        return str(period.anchor)
    of = f"counted from {period.anchor}"
    if period.count == 1:
        named = {
            0: f"the {period.unit} of {period.anchor}",
            -1: f"the {period.unit} before, {of}",
            1: f"the {period.unit} after, {of}",
        }
        where = "before" if period.offset < 0 else "after"
        return named.get(period.offset, f"the {period.unit} {abs(period.offset)} {period.unit}s {where}, {of}")
    first, last = period.offset, period.offset + period.count - 1
    if last == 0:
        return f"the {period.unit} of {period.anchor} and the {_some(period.count - 1, period.unit)} before"
    if last == -1:
        return f"the {period.count} whole {period.unit}s before, {of}"
    if first == 1:
        return f"the {period.count} whole {period.unit}s after, {of}"
    return f"{period.unit}s {first} to {last}, {of}"


@label.register
def _(period: Rolling) -> str:
    if period.count < 0:
        return f"the {_some(-period.count, period.unit)} after {period.anchor}"
    return f"the {_some(period.count, period.unit)} up to {period.anchor}"


@label.register
def _(period: ToDate) -> str:
    return f"from the beginning of the {period.unit} to {period.anchor}"


@label.register
def _(period: InYear) -> str:
    named = _piece(period.first)
    if period.first != period.last:
        named += f" to {_piece(period.last)}"
    which = {0: "", -1: " before that", 1: " after that"}.get(period.years, f" {period.years} from that")
    return f"{named} of the year{which} of {period.anchor}"


@label.register
def _(period: Latest) -> str:
    return f"the last {_piece(period.piece)} before {period.anchor}"


@label.register
def _(period: Bounded) -> str:
    words = {
        Edge.SINCE: "from the beginning of",
        Edge.AFTER: "after",
        Edge.BEFORE: "before",
        Edge.UNTIL: "to the end of",
    }
    return f"{words[period.edge]} {label(period.of)}"


def _day(value: date) -> str:
    return f"{value.day} {_MONTHS[value.month]} {value.year}"


def _some(count: int, unit: str) -> str:
    return unit if count == 1 else f"{count} {unit}s"


def _piece(piece: Piece) -> str:
    if piece.unit == "day":
        return f"{piece.day} {_MONTHS[piece.number]}"
    if piece.unit == "month":
        return _MONTHS[piece.number]
    if piece.unit == "quarter":
        return f"Q{piece.number}"
    return f"week {piece.number}" if piece.unit == "week" else f"{_HALVES[piece.number - 1]} half"


def _months(values: Sequence[int]) -> str:
    in_a_row = len(values) > 2 and all((b - a) % 12 == 1 for a, b in pairwise(values))
    return f"{_MONTHS[values[0]]} to {_MONTHS[values[-1]]}" if in_a_row else _listed([_MONTHS[v] for v in values])


def _hours(values: Sequence[int]) -> str:
    """Hours in a row, midnight crossed or not, as the clock shows them."""
    if all((b - a) % 24 == 1 for a, b in pairwise(values)):
        return f"from {values[0]:02d}:00 to {values[-1]:02d}:59"
    return f"at hours {_listed([str(v) for v in values])}"


def _listed(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
