"""The first and the last day on which something happened: "when was the last of the parcels sent?", "the earliest return date"."""

from __future__ import annotations

from services.nlq.planner.grammar.english import ENGLISH
from services.nlq.planner.grammar.figures import aggregate
from services.nlq.planner.grammar.meanings import Ask, Figure, Rows, Value, field_of
from services.nlq.planner.grammar.rules import the
from services.nlq.planner.linking.schema import Column
from shared.columns import Family

ENGLISH.phrases("LATEST", {True: "last|latest|most recent|newest|final", False: "first|earliest|oldest"})


@ENGLISH.rule(
    "Q",
    "@ask @be? the? LATEST COL date|day|time|timestamp",
    "the? LATEST COL date|day|time|timestamp",
    "@show me? the? LATEST COL date|day|time|timestamp",
    "the? date|day|time of the? LATEST COL",
    "@ask @be? the? date|day|time of the? LATEST COL",
)
def named_date(latest: bool, column: Column) -> Ask | None:
    """ "Latest registered date", of a column `registered`."""
    return _at_the_end(column, latest)


@ENGLISH.rule(
    "Q",
    "when @be|@do|@have the? LATEST of? the? ROWS @be? COL",
    "on? what|which day|date @be|@do|@have the? LATEST of? the? ROWS @be? COL",
)
def when_last(*parts: object) -> Ask | None:
    """Of what happened to rows of one kind: "when was the last of the crew hired?"."""
    rows, column = the(Rows, parts), the(Column, parts)
    if rows.counted is not None or rows.where or column.home is not rows.table:
        return None
    return _at_the_end(column, the(bool, parts))


def _at_the_end(column: Column, latest: bool) -> Ask | None:
    if column.family is not Family.DATE:
        return None
    value = Value(field_of(column), column.facts.name, column, frozenset({column.ref.table}))
    figure = aggregate("max" if latest else "min", value)
    return Ask(figures=(figure,)) if isinstance(figure, Figure) else None
