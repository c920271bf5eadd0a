"""Rows by where they stand in the table: the first, the last, the one listed after another."""

from __future__ import annotations

from dataclasses import replace

from services.nlq.planner.grammar.english import ENGLISH
from services.nlq.planner.grammar.meanings import Ask, Cells, Rank, Rows, Standing, Value, field_of
from services.nlq.planner.grammar.rules import Costly, the, the_or_none
from services.nlq.planner.linking.schema import Column, Table
from shared.columns import Family

IN_ORDER = 0.1
LISTINGS = 0.05
ANOTHER_COLUMN = 0.3
"""After a team comes another team; another column of the next row is rarely asked for, and often a word misread."""
OF_SEVERAL = 0.9  # "after Paris", where Paris stands in several rows: after which?

ENGLISH.phrases("END", {"first": "first|very first", "last": "last|very last|final"})
ENGLISH.phrases("LISTED", {True: "listed|shown|mentioned|named|on the list|in the list|on this list|in this list|in the table|in this table|on the table|on the chart|on this chart|in the chart|in this chart|of the list|of the table"})  # fmt: skip
_VERBS = ("", "listed ", "came ", "comes ", "placed ", "finished ", "shown ")
_NEARNESS = ("", "right ", "directly ", "immediately ", "next ", "just ")
_SIDES = {"after": ("after", "below"), "before": ("before", "above")}
ENGLISH.phrases(
    "BESIDE",
    {
        side: "|".join(verb + near + word for verb in _VERBS for near in _NEARNESS for word in words)
        for side, words in _SIDES.items()
    },
)
ENGLISH.phrases("BESIDE", {"after": "follows|following", "before": "previous to|prior to|precedes|preceding"})


@ENGLISH.rule("Q", "Q LISTED")
def in_the_table(ask: Ask, _: bool) -> Ask | list[Costly] | None:
    """ "How many games are listed in this table": all of them are. Of things that are listed more than once it may be either count."""
    if ask.rank is not None:
        return None
    rows = ask.figures[0].rows if len(ask.figures) == 1 else None
    if rows is None or rows.counted is None:
        return ask
    each = replace(ask, figures=(replace(ask.figures[0], rows=Rows(rows.table, None, rows.where)),))
    return [Costly(ask, 0.0), Costly(each, LISTINGS)]


@ENGLISH.rule("Q", "@ask? @be? the? END ROWS", "@show me? the? END ROWS", "who @be the? END ROWS", "@ask ROWS @be END")
def at_an_end(first: object, second: object) -> Ask | Costly | None:
    """The first row as the table stands, where no date tells what comes first."""
    end, rows = (first, second) if isinstance(second, Rows) else (second, first)
    if not isinstance(rows, Rows) or (rows.counted is not None and rows.counted.is_numeric):
        return None
    return _at_end(Ask(rows=replace(rows, where=()), where=rows.where), str(end), rows.table)


@ENGLISH.rule("Q", "@ask? @be? the? END EXPR", "@show me? the? END EXPR", "@ask EXPR @be END", cost=0.02)
def value_at_an_end(first: object, second: object) -> Ask | Costly | None:
    end, value = (first, second) if isinstance(second, Value) else (second, first)
    if not isinstance(value, Value) or value.column is None or value.column.family is not Family.TEXT:
        return None
    return _at_end(Ask(shown=(value,)), str(end), value.column.home)


ENGLISH.phrases("LISTED_END", {"first": "listed first|first listed|at the top of the table|at the top of the list|at the top of the chart|in the top of the table|on top of the table|on top of the list|first in the table|first on the list", "last": "listed last|last listed|at the bottom of the table|at the bottom of the list|at the bottom of the chart|at the end of the list|at the end of the table|last in the table|last on the list"})  # fmt: skip


@ENGLISH.rule(
    "Q",
    "@ask? @be? the? END ROWS LISTED",
    "@show me? the? END ROWS LISTED",
    "@ask? ROWS @be? listed? LISTED_END",
    "@ask @be? the? ROWS @be? listed? LISTED_END",
    "@ask @be? LISTED_END ROWS",
    cost=-0.03,
)
def listed_at_an_end(*parts: object) -> Costly | None:
    """ "The last country listed": as the table stands, whatever dates it has."""
    rows = the_or_none(Rows, parts)
    end = the_or_none(str, parts)
    if rows is None or end is None:
        return None
    return Costly(Ask(rows=replace(rows, where=()), where=rows.where, stands=Standing(end)), IN_ORDER)


def _at_end(ask: Ask, end: str, table: Table) -> Ask | Costly | None:
    dates = [c for c in table.columns if c.family is Family.DATE or c.is_year]
    if not dates:
        return Costly(replace(ask, stands=Standing(end)), IN_ORDER)
    if len(dates) > 1:
        return None
    when = Value(field_of(dates[0]), dates[0].facts.name, dates[0], frozenset({table.name}))
    return Costly(replace(ask, rank=Rank(1, end == "last", by=when)), IN_ORDER)


@ENGLISH.rule(
    "Q",
    "@ask COL @be? BESIDE CELL",
    "@ask @be? the? COL BESIDE CELL",
    "@ask @be? the? next|previous COL BESIDE CELL",
    "who|which @be? the? COL BESIDE CELL",
    "the? COL BESIDE CELL",
    "@show me? the? next|previous? COL BESIDE CELL",
)
def neighbour(column: Column, how: str, found: Cells) -> Costly | None:
    return _beside(column, how, found)


@ENGLISH.rule("Q", "who|what @be|@have|@do? next? BESIDE CELL", "@ask TAB @be? next? BESIDE CELL")
def neighbour_of_its_kind(*parts: object) -> Costly | None:
    """ "Who came after Anna Roe": another of the same column."""
    found = the(Cells, parts)
    return _beside(found.column, the(str, parts), found)


def _beside(column: Column, how: str, found: Cells) -> Costly | None:
    said = found.column
    if said.home is not column.home or len(found.cells) != 1 or said.family is not Family.TEXT:
        return None
    value = Value(field_of(column), column.facts.name, column, frozenset({column.ref.table}))
    once = said.facts.distinct is not None and said.facts.distinct == said.home.facts.rows
    cost = (IN_ORDER if once else OF_SEVERAL) + ANOTHER_COLUMN * (column is not said)
    return Costly(Ask(shown=(value,), stands=Standing(how, said, found.cells[0])), cost)
