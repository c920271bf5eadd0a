"""Of which rows a figure is, said after it: "the rejection rate among closed claims", "among those who pay more than 0 for it"."""

from __future__ import annotations

from dataclasses import replace

from services.nlq.planner.grammar.conditions.comparisons import compared
from services.nlq.planner.grammar.english import ENGLISH
from services.nlq.planner.grammar.meanings import Ask, Number, Rows
from services.nlq.planner.grammar.questions.asks import narrowed
from services.nlq.planner.grammar.rules import Costly, the
from services.nlq.planner.linking.schema import Column

ENGLISH.phrases(
    "AMONG_THOSE",
    {True: "among those|among them|of those|for those|among all those|among the ones|counting only those|only counting those|only those|considering only those|only considering those|looking only at those"},
)  # fmt: skip
ENGLISH.phrases("PAYING", {True: "pay|pays|paid|paying|spend|spent|spending|have|had|with|having|get|got"})


@ENGLISH.rule("Q", "Q among|amongst all? of? the? ROWS", "Q out of all? the? ROWS", "Q for|of all? ROWS")
def share_among(ask: Ask, rows: Rows) -> Ask | Costly | None:
    """The whole that a share is of: both its parts are looked for there."""
    (figure, *others) = ask.figures or (None,)
    if others or figure is None or figure.function != "share" or figure.left is None or figure.right is None:
        return None
    whole = figure.right.rows
    if (
        not rows.where
        or whole is None
        or whole.table is not rows.table
        or whole.where
        or rows.counted not in (None, whole.counted)
    ):
        return None
    for found in rows.where:
        part = next((c for c in figure.left.where if c.column is found.column and c.column is not None), None)
        if part is not None:
            return None  # of "closed" claims none is "rejected", where both are states of one column
    made: Ask | Costly | None = ask
    for found in rows.where:
        ask_so_far = made.meaning if isinstance(made, Costly) else made
        made = narrowed(ask_so_far, found) if isinstance(ask_so_far, Ask) else None
    return made


@ENGLISH.rule(
    "Q",
    "Q AMONG_THOSE that|who|which? PAYING CMP QTY for|of|on|in it",
    "Q AMONG_THOSE where it @be? CMP QTY",
    "Q where|when|if it @be CMP QTY",
    "Q for|from those|members|people|customers? that|who? PAYING CMP QTY for|of|on it",
    cost=0.02,
)
def where_it_is_so(ask: Ask, *parts: object) -> Ask | Costly | None:
    """ "It" is what the question measures."""
    op = the(str, parts)
    number = the(Number, parts)
    values = {f.of for f in ask.figures if f.of is not None and f.left is None}
    if len(values) != 1 or len(ask.figures) != 1:
        return None
    made = compared(values.pop(), op, number)
    found, cost = (made.meaning, made.cost) if isinstance(made, Costly) else (made, 0.0)
    return None if found is None else Costly(replace(ask, where=(*ask.where, found)), cost)


@ENGLISH.rule("KNOWING", "AMONG_THOSE with|having|that have|who have a|an|any? COL", "AMONG_THOSE with|having COL")
def of_those_with(*parts: object) -> Column | None:
    column = the(Column, parts)
    return column if column.facts.nullable else None
