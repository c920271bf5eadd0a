"""All periods of a question."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain

from services.nlq.planner.lexicon.periods import dates, pieces, recurring, relative
from services.nlq.planner.lexicon.periods.edges import read_edges
from services.nlq.planner.lexicon.periods.heard import Heard, Reader
from services.nlq.planner.lexicon.periods.model import (
    Anchor,
    Bounded,
    Every,
    InYear,
    Latest,
    Period,
    Piece,
    Recurring,
    Relative,
    Rolling,
    ToDate,
)
from services.nlq.planner.lexicon.periods.ranges import (
    read_days_after_a_month,
    read_days_of_a_month,
    read_list,
    read_range,
)
from services.nlq.planner.lexicon.spoken import PLAIN, SECOND_CHOICE, Doubt, Line, Spoken
from services.nlq.planner.lexicon.tokens import Token

_FIGURES: tuple[Reader, ...] = (dates.read_figures, pieces.read_ordinal, recurring.read_clock, relative.read_ago)
_READERS: dict[str, tuple[Reader, ...]] = {}
for _words, _reader in (
    (dates.MONTHS, dates.read_month),
    (dates.DECADE_WORDS, dates.read_decade_word),
    (pieces.LETTER_WORDS, pieces.read_lettered),
    (pieces.PART_WORDS, pieces.read_ordinal),
    (pieces.END_WORDS, pieces.read_end),
    (pieces.SEASON_WORDS, pieces.read_season),
    (pieces.FEAST_WORDS, pieces.read_feast),
    (relative.RELATIVE_WORDS, relative.read_relative),
    (("week", "month", "quarter", "year"), relative.read_to_date),
    (recurring.DAY_WORDS, recurring.read_weekdays),
    (recurring.HOUR_WORDS, recurring.read_hours),
    ("a an one two three four five six seven eight nine ten twelve couple".split(), relative.read_ago),
):
    for _word in _words:
        _READERS[_word] = (*_READERS.get(_word, ()), _reader)

_MARKERS = frozenset("in during for of on at within over throughout from across".split())
# "over 1400" and "at 1200" are amounts; of numbers that are hardly years even "of 1400" may be one.
_OF_FIGURES = _MARKERS - {"over", "across"}
_OF_ODD_YEARS = frozenset({"in", "during"})
_OF_MONTHS_THAT_ARE_WORDS = _OF_ODD_YEARS | {"for"}  # "for march", hardly "of march" and "on may"
_EVERY = frozenset({"every", "each"})
_YEAR_NOUNS = (("calendar", "year"), ("year",), ("years",), ("all", "of"), ("whole", "of"))
_MONTH_NOUNS = (("month", "of"), ("months", "of"))
_WEEK_NOUNS = (("calendar",),)
_ANCHORED = (Relative, Rolling, InYear, Latest, ToDate, Bounded)
_OTHER_ANCHOR = {Anchor.NEWEST: Anchor.TODAY, Anchor.TODAY: Anchor.NEWEST}


def periods(question: str, tokens: Sequence[Token]) -> list[Spoken[Period]]:
    """Every stretch of the question that may speak of time, with every reading of it, shortest first at each place.

    A stretch is given by itself and with the words that mark it ("2023", "in 2023"). Words that only lean on a period without saying
    which ("early 2023", "around 2023") are never part of one.
    """
    line = Line(question, tokens)
    heards = {at: found for at in range(len(line)) if (found := _single(line, at))}
    days = (
        {at: found for at in range(len(line)) if (found := list(read_days_of_a_month(line, at, heards)))}
        if heards
        else {}
    )
    spoken: dict[Spoken[Period], None] = {}
    for heard in chain(*heards.values(), *days.values()):
        longer = (read_range(line, heard, heards), read_days_after_a_month(line, heard), read_list(line, heard, heards))
        for each in chain((heard,), *longer, read_edges(line, heard)):
            spoken.update(dict.fromkeys(_marked(line, each)))
    return sorted(spoken, key=lambda s: (s.start, s.end, s.cost))


def _single(line: Line, at: int) -> list[Heard]:
    word = line.norms[at]
    readers = _FIGURES if word[0].isdigit() else _READERS.get(word, ())
    found = [heard for reader in readers for heard in reader(line, at)]
    return found + [more for heard in found for more in relative.pieces_of_a_relative_year(line, heard)]


def _marked(line: Line, heard: Heard) -> Iterator[Spoken[Period]]:
    """The stretch by itself, with its article, and with the preposition before."""
    starts = [heard.start]
    for words in _nouns(line.norm(heard.start)):
        first = heard.start - len(words)
        if first >= 0 and line.phrase(first, words):
            starts.append(first)
            break
    if line.norm(starts[-1] - 1) in _EVERY and isinstance(heard.value, Recurring):
        starts.append(starts[-1] - 1)
    if line.norm(starts[-1] - 1) in (("the", "a") if isinstance(heard.value, Recurring) else ("the",)):
        starts.append(starts[-1] - 1)
    marked = line.norm(starts[-1] - 1) in (_OF_FIGURES if line.norm(heard.start)[0].isdigit() else _MARKERS)
    telling = _OF_ODD_YEARS if line.norm(heard.start)[0].isdigit() else _OF_MONTHS_THAT_ARE_WORDS
    unlikely = heard.bare >= SECOND_CHOICE and line.norm(starts[-1] - 1) not in telling
    if marked:
        starts.append(starts[-1] - 1)
    for value, cost, doubt in _readings(heard):
        for start in starts:
            bare = heard.bare if start == heard.start or unlikely else PLAIN
            since = marked and start == starts[-1] and line.norm(start) == "from"
            yield Spoken(start, heard.end, value, cost + bare, doubt or (Doubt.BEGINNING if since else None))


def _nouns(first: str) -> tuple[tuple[str, ...], ...]:
    """What may stand before a period that begins with this word: the year 2023, the month of March, calendar week 12."""
    if first[0].isdigit():
        return _YEAR_NOUNS
    return _MONTH_NOUNS if first in dates.MONTHS else _WEEK_NOUNS if first == "week" else ()


def _readings(heard: Heard) -> Iterator[tuple[Period, float, Doubt | None]]:
    """What was heard, a piece of an unsaid year as what comes back every year and as that of the anchor's year, either anchor."""
    if isinstance(heard.value, Piece):
        yield from _of_every_year(heard, heard.value)
        value: Period = InYear(heard.value, heard.value, Anchor.NEWEST)
        cost = heard.cost + (PLAIN if heard.value.unit == "week" else SECOND_CHOICE)
        doubt: Doubt | None = heard.doubt or Doubt.YEAR
    else:
        value, cost, doubt = heard.value, heard.cost, heard.doubt
    yield value, cost, doubt
    if isinstance(value, _ANCHORED) and heard.twin:
        yield _from_other_anchor(value), cost + SECOND_CHOICE, doubt or Doubt.ANCHOR


def _of_every_year(heard: Heard, piece: Piece) -> Iterator[tuple[Period, float, Doubt | None]]:
    doubt = heard.doubt or Doubt.YEAR
    if piece.unit == "day":
        yield Every((Recurring("month", (piece.number,)), Recurring("day", (piece.day,)))), heard.cost, doubt
    elif piece.unit == "half":
        yield Recurring("quarter", (2 * piece.number - 1, 2 * piece.number)), heard.cost, doubt
    elif piece.unit in ("month", "quarter"):
        yield Recurring("month" if piece.unit == "month" else "quarter", (piece.number,)), heard.cost, doubt


def _from_other_anchor(value: Period) -> Period:
    if isinstance(value, Bounded):
        return replace(value, of=replace(value.of, anchor=_OTHER_ANCHOR[value.of.anchor]))
    assert isinstance(value, Relative | Rolling | InYear | Latest | ToDate)
    return replace(value, anchor=_OTHER_ANCHOR[value.anchor])
