"""Limits on groups: those whose figure compares so with a number."""

from __future__ import annotations

from services.nlq.planner.grammar.english import ENGLISH
from services.nlq.planner.grammar.meanings import Figure, Limit, Number, Rows
from services.nlq.planner.grammar.rules import the, the_or_none


@ENGLISH.rule("LIMIT", "@have CMP NUM ROWS", "CMP NUM ROWS", "FIG @be? CMP NUM")
def limit(*parts: object) -> Limit | None:
    figure = the_or_none(Figure, parts)
    rows = the_or_none(Rows, parts)
    op = the(str, parts)
    number = the(Number, parts)
    if rows is not None and rows.counted is not None and rows.counted.is_numeric and not rows.counted.is_key_like:
        return None
    measured = figure or (Figure("count", rows=rows) if rows else None)
    if measured is None or measured.left is not None or measured.assumed:
        return None
    return Limit(measured, op, number.value)


@ENGLISH.rule(
    "LIMIT", "FIG CMP the? overall|general|total FIG", "FIG CMP FIG overall|of all", "@have FIG CMP the? overall FIG"
)
def limit_by_all(figure: Figure, op: str, of_all: Figure) -> Limit | None:
    """ "An average wait above the overall average wait"."""
    if figure != of_all or figure.left is not None or figure.assumed or figure.rows is not None:
        return None
    return Limit(figure, op, 0, overall=of_all)


@ENGLISH.rule("LIMIT", "NUM AFTERWARDS ROWS", "@have NUM AFTERWARDS ROWS", "NUM ROWS AFTERWARDS")
def limit_afterwards(*parts: object) -> Limit | None:
    rows = the(Rows, parts)
    op = the(str, parts)
    number = the(Number, parts)
    return limit(op, number, rows)


@ENGLISH.rule(
    "LIMIT",
    "@have no ROWS",
    "without any? ROWS",
    "@have no ROWS at all",
    "NEG @have? any|a ROWS",
    "never @have? a? ROWS",
    "@do? @not @have any? ROWS",
)
def none_of_them(*parts: object) -> Limit | None:
    rows = the(Rows, parts)
    return Limit(Figure("count", rows=rows), "==", 0)


@ENGLISH.rule("LIMIT", "CMP NUM times", "NUM times AFTERWARDS", "NUM AFTERWARDS times", "CMP NUM times each?")
def so_often(*parts: object) -> Limit:
    op = the(str, parts)
    number = the(Number, parts)
    return Limit(Figure("count"), op, number.value)


@ENGLISH.rule("LIMIT", "more than once", "repeatedly", "several times", "multiple times")
def more_than_once() -> Limit:
    return Limit(Figure("count"), ">", 1)


@ENGLISH.rule("LIMIT", "only once", "exactly once", "just once")
def only_once() -> Limit:
    return Limit(Figure("count"), "==", 1)
