"""The greatest and the least of calendar units: "busiest weekday", "the two busiest months of 2022 by number of loans"."""

from __future__ import annotations

from dataclasses import replace

from services.nlq.planner.grammar.additivity import is_additive
from services.nlq.planner.grammar.english import ENGLISH
from services.nlq.planner.grammar.figures import aggregate
from services.nlq.planner.grammar.groups import Calendar, key_of_calendar
from services.nlq.planner.grammar.meanings import Ask, Condition, Figure, Key, Number, Rank, Rows, Value
from services.nlq.planner.grammar.rules import Costly, the

ENGLISH.phrases("BUSY", {True: "busiest|most busy|liveliest", False: "quietest|least busy|slackest"})


@ENGLISH.rule("BUSIEST", "BUSY CAL", "NUM BUSY CAL", "BUSY NUM CAL")
def busiest(*parts: object) -> tuple[Calendar, Rank] | None:
    calendar = the(Calendar, parts)
    largest = the(bool, parts)
    count = next((p.value for p in parts if isinstance(p, Number)), 1)
    if calendar.adverb or not isinstance(count, int) or count < 1:
        return None
    return calendar, Rank(count, largest)


@ENGLISH.rule("Q", "@ask? @be? the? BUSIEST", "@show? me? the? BUSIEST", "@ask CAL @be? the? BUSY", cost=0.02)
def busiest_by_rows(*parts: object) -> list[Costly]:
    """What is busy has many rows."""
    first = parts[0]
    said = first if isinstance(first, tuple) else busiest(*parts)
    return [] if said is None else _ranked(said[0], said[1], None)


@ENGLISH.rule(
    "Q",
    "@ask? @be? the? BUSIEST by|in the? terms? of? FIG|EXPR",
    "@ask? @be? the? BUSIEST PRED by the? FIG|EXPR",
    "@show? me? the? BUSIEST by the? FIG|EXPR",
    "@ask? @be? the? BUSIEST going|judging|measured by the? FIG|EXPR",
)
def busiest_by(said: tuple[Calendar, Rank], *parts: object) -> list[Costly]:
    by = next(p for p in parts if isinstance(p, Figure | Value))
    where = tuple(p for p in parts if isinstance(p, Condition))
    if isinstance(by, Value) and by.column is not None and not is_additive(by.column):
        return []  # no day is busy with its temperatures
    figure = aggregate("sum", by) if isinstance(by, Value) else by
    if not isinstance(figure, Figure) or (figure.assumed and figure.function != "sum"):
        return []
    return [
        Costly(replace(found.meaning, where=(*found.meaning.where, *where)), found.cost)
        for found in _ranked(said[0], said[1], figure)
    ]


def _taken(by: Value, largest: bool) -> str:
    """Quantities are added up; of temperatures and prices a day has its highest or lowest."""
    if by.column is None or is_additive(by.column):
        return "sum"
    return "max" if largest else "min"


def _ranked(calendar: Calendar, rank: Rank, figure: Figure | None) -> list[Costly]:
    if figure is not None and figure.left is not None:
        return []
    tables = _tables_of(figure)
    found = []
    for key in key_of_calendar(calendar):
        meant = key.meaning
        if not isinstance(meant, Key) or meant.column is None or (tables and not tables & meant.tables):
            continue
        counted = figure or Figure("count", rows=Rows(meant.column.home))
        found.append(Costly(Ask(figures=(counted,), keys=(meant,), rank=rank), key.cost))
    return found


def _tables_of(figure: Figure | None) -> frozenset[str]:
    if figure is None:
        return frozenset()
    if figure.rows is not None:
        return frozenset({figure.rows.table.name})
    return figure.of.tables if figure.of is not None else frozenset()


ENGLISH.phrases("AMOUNTING", {True: "the most|the highest|the largest|the greatest|the biggest|most|highest|largest", False: "the least|the fewest|the lowest|the smallest|fewest|least|lowest"})  # fmt: skip


@ENGLISH.rule("Q", "@ask CAL @have|@be|saw|brought AMOUNTING FIG|EXPR|ROWS", "CAL with AMOUNTING FIG|EXPR|ROWS")
def calendar_with_most(calendar: Calendar, largest: bool, by: object) -> list[Costly]:
    """ "Which month had the most visits?": of a quantity, the greatest total is meant; of averages and counts, themselves."""
    if isinstance(by, Rows):
        figure: object = Figure("count", rows=by)
    else:
        figure = aggregate(_taken(by, largest), by) if isinstance(by, Value) else by
    if not isinstance(figure, Figure) or figure.assumed or calendar.adverb:
        return []
    return _ranked(calendar, Rank(1, largest), figure)
