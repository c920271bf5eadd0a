"""Periods with one end: since, after, before and until something."""

from __future__ import annotations

from collections.abc import Iterator

from services.nlq.planner.lexicon.periods.heard import Heard
from services.nlq.planner.lexicon.periods.model import (
    Anchor,
    Bounded,
    Edge,
    InYear,
    Latest,
    Period,
    Piece,
    Recurring,
    Relative,
    Rolling,
    Span,
    ToDate,
    open_at,
)
from services.nlq.planner.lexicon.spoken import PLAIN, SECOND_CHOICE, Doubt, Line

Meanings = tuple[tuple[Edge, float, Doubt | None], ...]
_SINCE: Meanings = ((Edge.SINCE, PLAIN, None),)
_AFTER: Meanings = ((Edge.AFTER, PLAIN, None),)
_BEFORE: Meanings = ((Edge.BEFORE, PLAIN, None),)
_UNTIL: Meanings = ((Edge.UNTIL, PLAIN, None),)
# Half of the people mean the period itself to belong to it: both readings stay.
_IN_DOUBT: Meanings = ((Edge.UNTIL, PLAIN, Doubt.EDGE), (Edge.BEFORE, SECOND_CHOICE, Doubt.EDGE))
_AHEAD: dict[tuple[str, ...], Meanings] = {
    ("since",): _SINCE, ("on", "or", "after"): _SINCE, ("in", "or", "after"): _SINCE, ("starting",): _SINCE, ("starting", "from"): _SINCE,
    ("starting", "in"): _SINCE, ("starting", "on"): _SINCE, ("as", "of"): _SINCE, ("no", "earlier", "than"): _SINCE, ("not", "before"): _SINCE,
    ("beginning", "in"): _SINCE, ("beginning", "on"): _SINCE, ("after",): _AFTER, ("later", "than"): _AFTER, ("following",): _AFTER,
    ("past",): _AFTER, ("before",): _BEFORE, ("prior", "to"): _BEFORE, ("earlier", "than"): _BEFORE, ("on", "or", "before"): _UNTIL,
    ("in", "or", "before"): _UNTIL, ("no", "later", "than"): _UNTIL, ("not", "after"): _UNTIL, ("up", "to", "and", "including"): _UNTIL,
    ("through",): _UNTIL, ("until",): _IN_DOUBT, ("till",): _IN_DOUBT, ("by",): _IN_DOUBT, ("up", "to"): _IN_DOUBT, ("up", "until"): _IN_DOUBT,
    ("from",): ((Edge.SINCE, SECOND_CHOICE, Doubt.BEGINNING),),
}  # fmt: skip
_BEHIND: dict[tuple[str, ...], Meanings] = {
    ("on",): _SINCE, ("onwards",): _SINCE, ("onward",): _SINCE, ("and", "later"): _SINCE, ("or", "later"): _SINCE, ("and", "after"): _SINCE,
    ("or", "after"): _SINCE, ("or", "newer"): _SINCE, ("and", "earlier"): _UNTIL, ("or", "earlier"): _UNTIL, ("and", "before"): _UNTIL,
    ("or", "before"): _UNTIL, ("or", "older"): _UNTIL,
}  # fmt: skip
_ANCHORED = (Relative, Rolling, InYear, Latest, ToDate)
_LONGEST_AHEAD = max(map(len, _AHEAD))


def read_edges(line: Line, heard: Heard) -> Iterator[Heard]:
    if isinstance(heard.value, _ANCHORED) and heard.cost >= SECOND_CHOICE:
        return  # "since last month" counts from the month that "last month" mostly is
    start = heard.start - (line.norm(heard.start - 1) == "the")
    for length in range(1, _LONGEST_AHEAD + 1):
        meanings = _AHEAD.get(tuple(line.norms[max(0, start - length) : start]))
        if meanings and start >= length:
            yield from _one_sided(heard, start - length, heard.end, meanings)
    for words, meanings in _BEHIND.items():
        # "on" ends a period only where "from" began it: "in 2023 on Mondays"
        opened = line.norm(start - 1) in ("from", "since")
        if line.phrase(heard.end, words) and (opened or words != ("on",)):
            yield from _one_sided(heard, start - opened, heard.end + len(words), meanings)


def _one_sided(heard: Heard, start: int, end: int, meanings: Meanings) -> Iterator[Heard]:
    told: set[Period] = set()
    for edge, cost, doubt in meanings:
        for value, more, year in _beyond(edge, heard.value):
            if value not in told:  # until and before 17:00 are the same hours
                yield Heard(start, end, value, heard.cost + cost + more, doubt or year or heard.doubt, twin=heard.twin)
            told.add(value)


def _beyond(edge: Edge, value: Period | Piece) -> Iterator[tuple[Period, float, Doubt | None]]:
    if isinstance(value, Span):
        yield open_at(edge, value), PLAIN, None
    elif isinstance(value, _ANCHORED):
        yield Bounded(edge, value), PLAIN, None
    elif isinstance(value, Piece):
        yield Bounded(edge, InYear(value, value, Anchor.NEWEST)), PLAIN, Doubt.YEAR
        turns = _months(edge, value.number) if value.unit == "month" else ()
        if 0 < len(turns) < 12:
            yield Recurring("month", turns), SECOND_CHOICE, Doubt.YEAR
    elif isinstance(value, Recurring) and value.part == "hour" and len(value.values) == 1:
        late = edge in (Edge.SINCE, Edge.AFTER)
        turns = tuple(range(value.values[0], 24)) if late else tuple(range(value.values[0]))
        if turns:
            yield Recurring("hour", turns), PLAIN, None


def _months(edge: Edge, month: int) -> tuple[int, ...]:
    if edge in (Edge.SINCE, Edge.AFTER):
        return tuple(range(month + (edge is Edge.AFTER), 13))
    return tuple(range(1, month + (edge is Edge.UNTIL)))
