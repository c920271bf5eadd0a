"""Quarters, halves, weeks, seasons, centuries and feasts; the first or last part of something longer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from services.nlq.planner.lexicon.periods.dates import MONTHS, read_figures, read_month
from services.nlq.planner.lexicon.periods.heard import Heard, past_ordinal, with_year, year_after, year_number
from services.nlq.planner.lexicon.periods.model import (
    Every,
    Piece,
    PieceUnit,
    Recurring,
    Span,
    day,
    first_day,
    moved,
    span_of,
)
from services.nlq.planner.lexicon.spoken import PLAIN, SECOND_CHOICE, UNMARKED, Doubt, Line

_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4}
_LAST = frozenset({"last", "final", "closing"})
_COUNTED: dict[str, tuple[PieceUnit, int]] = {"quarter": ("quarter", 4), "half": ("half", 2)}
_LETTERS: dict[str, tuple[PieceUnit, int]] = {
    "q": ("quarter", 4), "quarter": ("quarter", 4), "h": ("half", 2), "half": ("half", 2), "week": ("week", 53), "cw": ("week", 53),
    "kw": ("week", 53), "w": ("week", 53), "month": ("month", 12),
}  # fmt: skip
_UNITS = {"day": "day", "week": "week", "month": "month", "quarter": "quarter", "year": "year"}
_SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}
"""The first month of each, as meteorologists of the north count; of the south half a year later."""
_FEASTS: dict[tuple[str, ...], tuple[tuple[int, int], int]] = {
    ("christmas",): ((12, 25), 1), ("christmas", "day"): ((12, 25), 1), ("christmas", "eve"): ((12, 24), 1), ("boxing", "day"): ((12, 26), 1),
    ("new", "year"): ((1, 1), 1), ("new", "years"): ((1, 1), 1), ("new", "year", "day"): ((1, 1), 1), ("new", "years", "day"): ((1, 1), 1),
    ("new", "year", "eve"): ((12, 31), 1), ("new", "years", "eve"): ((12, 31), 1),
}  # fmt: skip
_ENDS = {"end": True, "close": True, "start": False, "beginning": False}

FEAST_WORDS = frozenset(words[0] for words in _FEASTS)
SEASON_WORDS = frozenset(_SEASONS)
LETTER_WORDS = frozenset(_LETTERS)
PART_WORDS = frozenset(_ORDINALS) | _LAST
END_WORDS = frozenset(_ENDS)


def read_lettered(line: Line, at: int) -> Iterator[Heard]:
    """Q2 2023; quarter 2; H1; week 12 of 2023; the week of 6 March 2023."""
    unit, most = _LETTERS[line.norm(at)]
    number = line.whole_number(at + 1, 1, most)
    if number and (len(line.norm(at)) > 1 or line.touches(at)):
        yield from with_year(line, at, at + 2, Piece(unit, number), bare=SECOND_CHOICE if unit == "month" else UNMARKED)
        short = line.gap(at + 1) == "/" and year_number(line, at + 2)
        if short:
            yield Heard(at, at + 3, Piece(unit, number).within(short))
    if line.norm(at) == "week":
        yield from _week_of(line, at)


def read_ordinal(line: Line, at: int) -> Iterator[Heard]:
    """The second quarter of 2023; the first half; the first week of March 2023; the last quarter of 2024; 19th century."""
    number, after = _ordinal(line, at)
    if number is None:
        return
    noun = line.norm(after)
    if noun == "century" and number > 0:
        yield from _century(at, after + 1, number)
    if noun in _COUNTED:
        unit, most = _COUNTED[noun]
        which = number if number > 0 else most
        if which <= most:
            # "the last quarter" alone is the one before now: `relative` reads it
            yield from (
                h for h in with_year(line, at, after + 1, Piece(unit, which)) if number > 0 or isinstance(h.value, Span)
            )
    if noun == "half" and number in (1, 2, -1):
        yield from _half_of_month(line, at, after + 1, first=number == 1)
    yield from _part_of(line, at, number, after)


LAST_OF_FIRST_HALF = 15
"""A month's first half ends on its fifteenth day, as pay and rent count, however long it is."""


def _half_of_month(line: Line, at: int, after: int, *, first: bool) -> Iterator[Heard]:
    """The first half of February, of every year or of the one that is said."""
    if line.norm(after) not in ("of", "in"):
        return
    for whole in _longer(line, after + 1):
        span = whole.value
        if isinstance(span, Piece) and span.unit == "month":
            days = range(1, LAST_OF_FIRST_HALF + 1) if first else range(LAST_OF_FIRST_HALF + 1, 32)
            every = Every((Recurring("month", (span.number,)), Recurring("day", tuple(days))))
            yield Heard(at, whole.end, every, whole.cost, whole.doubt)
        elif isinstance(span, Span) and span.start.day == 1 and span == span_of(span.start, "month"):
            middle = span.start + timedelta(days=LAST_OF_FIRST_HALF)
            part = Span(span.start, middle) if first else Span(middle, span.end)
            yield Heard(at, whole.end, part, whole.cost, whole.doubt)


def read_end(line: Line, at: int) -> Iterator[Heard]:
    """The end of 2024: its last month, its last quarter, or its last day."""
    if line.norm(at + 1) != "of":
        return
    for whole in _longer(line, at + 2):
        span = whole.value
        if not isinstance(span, Span):
            continue
        length = (span.end - span.start).days
        units = ["month", "quarter", "day"] if length > 92 else ["week", "day"] if length > 7 else []
        for rank, unit in enumerate(units):
            part = _edge_of(span, unit, 1, from_end=_ENDS[line.norm(at)])
            yield Heard(at, whole.end, part, rank * SECOND_CHOICE, Doubt.EXTENT)


def read_season(line: Line, at: int) -> Iterator[Heard]:
    """Summer; summer 2023; winter 2023, which has two ends."""
    month = _SEASONS[line.norm(at)]
    bare = SECOND_CHOICE if line.norm(at) in ("fall", "spring") else UNMARKED
    found = year_after(line, at + 1)
    for first, cost in ((month, PLAIN), ((month + 5) % 12 + 1, 2 * SECOND_CHOICE)):
        months = tuple((first - 1 + i) % 12 + 1 for i in range(3))
        yield Heard(at, at + 1, Recurring("month", months), cost, Doubt.EXTENT, bare)
        if found:
            number, end = found
            yield Heard(at, end, span_of(date(number, first, 1), "month", 3), cost, Doubt.EXTENT)
            if first == 12:
                yield Heard(
                    at, end, span_of(date(number - 1, first, 1), "month", 3), cost + SECOND_CHOICE, Doubt.EXTENT
                )


def read_feast(line: Line, at: int) -> Iterator[Heard]:
    for words, ((month, d), _) in _FEASTS.items():
        if line.phrase(at, words):
            doubt = Doubt.EXTENT if len(words) == 1 else None
            yield from with_year(line, at, at + len(words), Piece("day", month, d), doubt, UNMARKED)
            found = year_after(line, at + len(words))
            if found and words == ("christmas",):
                yield Heard(
                    at, found[1], Span(date(found[0], 12, 24), date(found[0], 12, 27)), SECOND_CHOICE, Doubt.EXTENT
                )


def _ordinal(line: Line, at: int) -> tuple[int | None, int]:
    """first, 2nd, last (-1), and where it ends."""
    word = line.norm(at)
    if word in _ORDINALS or word in _LAST:
        return _ORDINALS.get(word, -1), at + 1
    number, after = line.whole_number(at, 1, 53), past_ordinal(line, at + 1)
    return (number, after) if after == at + 2 else (None, at)


def _century(start: int, end: int, number: int) -> Iterator[Heard]:
    """The 19th century ran from 1801 to 1900; most people mean 1800 to 1899."""
    first = (number - 1) * 100
    yield Heard(start, end, Span(date(first + 1, 1, 1), date(first + 101, 1, 1)), doubt=Doubt.EDGE)
    if first:
        yield Heard(start, end, Span(date(first, 1, 1), date(first + 100, 1, 1)), SECOND_CHOICE, Doubt.EDGE)


def _part_of(line: Line, at: int, number: int, after: int) -> Iterator[Heard]:
    """The last 10 days of March 2023; the second month of 2023."""
    count = line.whole_number(after, 2, 366) if number in (1, -1) else None
    noun_at = after + 1 if count else after
    unit = _UNITS.get(line.norm(noun_at).removesuffix("s"))
    if unit is None or line.norm(noun_at + 1) not in ("of", "in"):
        return
    for whole in _longer(line, noun_at + 2):
        if isinstance(whole.value, Span):
            try:
                part = _edge_of(whole.value, unit, count or 1, from_end=number < 0, skip=max(0, number - 1))
            except ValueError:
                continue
            # a week of a month may be seven days or one from a Monday on
            yield Heard(at, whole.end, part, whole.cost, whole.doubt or (Doubt.EXTENT if unit == "week" else None))


def _edge_of(whole: Span, unit: str, count: int, from_end: bool, skip: int = 0) -> Span:
    """So many units at either end of a longer span; ValueError where it is not longer."""
    if from_end:
        part = Span(max(moved(whole.end, unit, -count), date.min), whole.end)
    else:
        part = span_of(moved(whole.start, unit, skip), unit, count)
    if part.start < whole.start or part.end > whole.end or part == whole:
        raise ValueError("not a part")
    return part


def _longer(line: Line, at: int) -> Iterator[Heard]:
    """A year, quarter or month that is said in full."""
    at += line.norm(at) == "the"
    at += line.norm(at) == "year"
    if line.norm(at) in MONTHS:
        yield from read_month(line, at)
    elif line.norm(at)[:1].isdigit():
        yield from read_figures(line, at)
    elif line.norm(at) in _LETTERS:
        yield from read_lettered(line, at)


def _week_of(line: Line, at: int) -> Iterator[Heard]:
    """The week that a day lies in, or the seven days that begin with it."""
    after = at + 1
    begins = line.norm(after) in ("starting", "beginning", "commencing")
    if not begins and line.norm(after) != "of":
        return
    for heard in _longer(line, after + 1):
        if not isinstance(heard.value, Span) or heard.value != day(heard.value.start):
            continue
        start = heard.value.start
        monday = first_day(start, "week")
        if not begins:
            doubt = heard.doubt or (None if monday == start else Doubt.EXTENT)
            yield Heard(at, heard.end, Span(monday, monday + timedelta(days=7)), heard.cost, doubt)
        if begins or monday != start:
            cost = heard.cost + (PLAIN if begins else SECOND_CHOICE)
            yield Heard(
                at,
                heard.end,
                Span(start, start + timedelta(days=7)),
                cost,
                heard.doubt or (None if begins else Doubt.EXTENT),
            )
