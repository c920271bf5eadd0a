"""The rows that a figure is of, where those without a value are left out by the question itself: "of those where we know it"."""

from __future__ import annotations

from dataclasses import replace

from services.nlq.planner.grammar.english import ENGLISH
from services.nlq.planner.grammar.meanings import Ask, Condition, Figure, field_of
from services.nlq.planner.grammar.rules import Costly, the
from services.nlq.planner.linking.schema import Column
from shared.plan import Missing, Not

ENGLISH.phrases(
    "THOSE_OF_WHOM",
    {
        True: "among those|of those|among them|out of those|among all those|of the ones|among the ones|for those|considering only those|only those|of rows|among rows"
    },
)
ENGLISH.phrases("KNOWN", {True: "known|recorded|given|available|stated|non missing|specified|valid"})


@ENGLISH.rule(
    "KNOWING",
    "THOSE_OF_WHOM where|for|of? whom|which? we|they know it",
    "THOSE_OF_WHOM where it @be KNOWN",
    "THOSE_OF_WHOM where|with it? KNOWN",
    "where KNOWN",
    "where we know it",
    "if KNOWN",
)
def where_it_is_known(*_: object) -> bool:
    return True


@ENGLISH.rule(
    "KNOWING",
    "THOSE_OF_WHOM @have|where a|an? KNOWN COL",
    "THOSE_OF_WHOM where|whose|with? COL @be? KNOWN",
    "THOSE_OF_WHOM where we know the? COL",
    "@have a|an? KNOWN COL",
)
def where_that_is_known(*parts: object) -> Column:
    return the(Column, parts)


KNOWN_ELSEWHERE = 0.3
"""Whether a value is known is asked of the rows themselves, rather than of their partners in another table."""


@ENGLISH.rule("Q", "Q KNOWING", cost=0.01)
def of_the_known(ask: Ask, known: Column | bool) -> Ask | Costly | None:
    """Without a column it is the only one that the question measures or asks for."""
    columns = {known} if isinstance(known, Column) else _spoken_of(ask)
    if len(columns) != 1 or not ask.figures:
        return None
    (column,) = columns
    present = Condition(Not(of=Missing(of=field_of(column))), frozenset({column.ref.table}), column)
    if present in ask.where:
        return None
    tables = {f.rows.table for one in ask.figures for f in (one, one.left) if f is not None and f.rows is not None}
    elsewhere = bool(tables) and column.home not in tables
    return Costly(replace(ask, where=(*ask.where, present)), KNOWN_ELSEWHERE * elsewhere)


def _spoken_of(ask: Ask) -> set[Column]:
    found: set[Column] = set()
    for figure in ask.figures:
        for one in (figure, figure.left, figure.right):
            if one is not None:
                found |= _columns_of(one)
    return found or {c.column for c in ask.where if c.column is not None}


def _columns_of(figure: Figure) -> set[Column]:
    found = {c.column for c in figure.where if c.column is not None}
    if figure.of is not None and figure.of.column is not None:
        found.add(figure.of.column)
    return found
