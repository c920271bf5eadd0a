"""Periods that count from an anchor: last month, the past 6 weeks, three years ago, year to date."""

from __future__ import annotations

from collections.abc import Iterator

from services.nlq.planner.lexicon.numerals import read_number
from services.nlq.planner.lexicon.periods.dates import MONTHS
from services.nlq.planner.lexicon.periods.heard import Heard
from services.nlq.planner.lexicon.periods.model import Anchor, InYear, Latest, Piece, Relative, Rolling, ToDate
from services.nlq.planner.lexicon.spoken import PLAIN, SECOND_CHOICE, Doubt, Line
from shared.plan.expressions import CalendarUnit

_UNITS: dict[str, CalendarUnit] = {"day": "day", "week": "week", "month": "month", "quarter": "quarter", "year": "year"}
_BEFORE = frozenset({"last", "previous", "past", "prior", "preceding", "trailing"})
_ROLLING = frozenset({"past", "trailing"})
_WHOLE = frozenset({"previous", "prior", "preceding"})
_THIS = frozenset({"this", "current"})
_AFTER = frozenset({"next", "coming", "upcoming", "following"})
_NEWEST = (("most", "recent"), ("latest",), ("newest",))
_SHORT_TO_DATE: dict[str, CalendarUnit] = {"ytd": "year", "qtd": "quarter", "mtd": "month", "wtd": "week"}
_DAYS = {"today": 0, "yesterday": -1, "tomorrow": 1}
# More than this is a count of something else: nobody asks for the last 5000 days.
_MOST = 1500

RELATIVE_WORDS = _BEFORE | _THIS | _AFTER | frozenset(_SHORT_TO_DATE) | frozenset(_DAYS) | {"most", "latest", "newest"}


def read_relative(line: Line, at: int) -> Iterator[Heard]:
    word = line.norm(at)
    if word in _DAYS:
        # "today" is today; in data of the past it may still be meant as their newest day
        yield Heard(at, at + 1, Relative("day", _DAYS[word], 1, Anchor.TODAY), doubt=Doubt.ANCHOR)
    if word in _SHORT_TO_DATE:
        yield Heard(at, at + 1, ToDate(_SHORT_TO_DATE[word], Anchor.NEWEST), doubt=Doubt.ANCHOR)
    for words in _NEWEST:
        if line.phrase(at, words):
            yield from _newest(line, at, at + len(words))
    if word in _BEFORE or word in _THIS or word in _AFTER:
        yield from _one_unit(line, at)
        yield from _several_units(line, at)
        yield from _piece_before(line, at)


def read_ago(line: Line, at: int) -> Iterator[Heard]:
    """Three years ago; a week ago: the whole unit, or the day itself."""
    counted = (1, at + 1) if line.norm(at) in ("a", "an", "one") else _count(line, at)
    if counted is None or line.norm(counted[1] + 1) != "ago":
        return
    unit = _UNITS.get(line.norm(counted[1]).removesuffix("s"))
    if unit:
        yield Heard(at, counted[1] + 2, Relative(unit, -counted[0], 1, Anchor.NEWEST), doubt=Doubt.ANCHOR)


def read_to_date(line: Line, at: int) -> Iterator[Heard]:
    if line.phrase(at + 1, ("to", "date")):
        yield Heard(at, at + 3, ToDate(_UNITS[line.norm(at)], Anchor.NEWEST), doubt=Doubt.ANCHOR)


def pieces_of_a_relative_year(line: Line, heard: Heard) -> Iterator[Heard]:
    """March of last year; Q1 this year."""
    if not isinstance(heard.value, Piece):
        return
    after = heard.end + (line.norm(heard.end) in ("of", "in"))
    after += line.norm(after) == "the"
    word = line.norm(after)
    offset = 0 if word in _THIS else -1 if word in _BEFORE else 1 if word in _AFTER else None
    if offset is not None and line.norm(after + 1) == "year":
        yield Heard(heard.start, after + 2, InYear(heard.value, heard.value, Anchor.NEWEST, offset), doubt=Doubt.ANCHOR)


def _newest(line: Line, at: int, after: int) -> Iterator[Heard]:
    """The most recent month is that of the newest date, whatever day it is."""
    counted = _count(line, after)
    count, noun_at = counted or (1, after)
    unit = _UNITS.get(line.norm(noun_at).removesuffix("s"))
    if unit:
        yield Heard(at, noun_at + 1, Relative(unit, 1 - count, count, Anchor.NEWEST), twin=False)


def _one_unit(line: Line, at: int) -> Iterator[Heard]:
    word, unit = line.norm(at), _UNITS.get(line.norm(at + 1))
    if unit is None:
        return
    offset = 0 if word in _THIS else -1 if word in _BEFORE else 1
    rolls = word in _ROLLING
    yield Heard(at, at + 2, Relative(unit, offset, 1, Anchor.NEWEST), SECOND_CHOICE if rolls else PLAIN, Doubt.ANCHOR)
    if word in ("last", "past", "trailing") and unit != "day":
        cost = PLAIN if rolls else SECOND_CHOICE
        yield Heard(at, at + 2, Rolling(unit, 1, Anchor.NEWEST), cost, Doubt.EXTENT)
    if word == "last":  # "the last month" of the data
        yield Heard(at, at + 2, Relative(unit, 0, 1, Anchor.NEWEST), SECOND_CHOICE, Doubt.ANCHOR, twin=False)


def _several_units(line: Line, at: int) -> Iterator[Heard]:
    """The last 3 months: the month of the anchor and two before, three whole months before it, or so many days back."""
    counted = _count(line, at + 1)
    if counted is None:
        return
    count, noun_at = counted
    unit = _UNITS.get(line.norm(noun_at).removesuffix("s"))
    if unit is None or line.norm(noun_at + 1) in ("of", "ago"):
        return
    end, word = noun_at + 1, line.norm(at)
    if word in _AFTER:
        yield Heard(at, end, Rolling(unit, -count, Anchor.NEWEST), doubt=Doubt.EXTENT)
        yield Heard(at, end, Relative(unit, 1, count, Anchor.NEWEST), SECOND_CHOICE, Doubt.EXTENT)
    elif word in _BEFORE:
        with_this, rolling = Relative(unit, 1 - count, count, Anchor.NEWEST), Rolling(unit, count, Anchor.NEWEST)
        before = Relative(unit, -count, count, Anchor.NEWEST)
        likeliest: Relative | Rolling = (
            rolling if unit == "day" or word in _ROLLING else before if word in _WHOLE else with_this
        )
        others: list[Relative | Rolling] = [before, rolling] if unit == "day" else [with_this, rolling, before]
        yield Heard(at, end, likeliest, doubt=Doubt.EXTENT)
        for other in others:
            if other != likeliest:
                yield Heard(at, end, other, SECOND_CHOICE, Doubt.EXTENT)


def _piece_before(line: Line, at: int) -> Iterator[Heard]:
    """Last December; this March."""
    month, word = MONTHS.get(line.norm(at + 1)), line.norm(at)
    if month is None:
        return
    piece = Piece("month", month)
    if word in _THIS:
        yield Heard(at, at + 2, InYear(piece, piece, Anchor.NEWEST), doubt=Doubt.ANCHOR)
    elif word in _BEFORE:
        yield Heard(at, at + 2, Latest(piece, Anchor.NEWEST), doubt=Doubt.ANCHOR)


def _count(line: Line, at: int) -> tuple[int, int] | None:
    """So many, in figures or words, and where it ends."""
    if line.phrase(at, ("couple", "of")):
        return 2, at + 2
    if at >= len(line):
        return None
    found = read_number(line.tokens, at)
    if found is None or not isinstance(found[0], int) or not 1 <= found[0] <= _MOST:
        return None
    return found[0], found[1]
