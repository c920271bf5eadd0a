"""Shares and rates: a part of rows, or of a total, with its denominator."""

from __future__ import annotations

from dataclasses import replace

from services.nlq.planner.grammar.conditions.holding import of_cells
from services.nlq.planner.grammar.english import ENGLISH
from services.nlq.planner.grammar.figures.aggregates import aggregate
from services.nlq.planner.grammar.meanings import Cells, Condition, Figure, Rows, Value

SAID_OF_THEM = -0.12
"""What the rows are said to be is the part: "what share of crossings was cancelled, by skipper" spreads no cancelled ones."""


@ENGLISH.rule(
    "FIG",
    "percentage|percent|share|proportion|fraction of the? ROWS @be PRED",
    "percentage|percent|share|proportion|fraction of the? ROWS came|come|comes|went|go|goes|took|sent|made|placed|happened from|through|via|by|over|on|in|at|to? PRED",
    cost=SAID_OF_THEM,
)
@ENGLISH.rule(
    "FIG",
    "percentage|percent|share|proportion|fraction|part of ROWS that|which|who @be? PRED",
    "percentage|percent|share|proportion|fraction of ROWS @have PRED",
)
@ENGLISH.rule(
    "FIG",
    "percentage|percent|share|proportion|fraction of ROWS PRED",
    cost=0.25,
)
def share_of_rows(rows: Rows, part: Condition) -> Figure | None:
    measured = rows.counted is not None and rows.counted.is_numeric and not rows.counted.is_key_like
    if measured or any(part == w for w in rows.where):
        return None
    whole = Figure("count", rows=rows)
    return Figure("share", left=replace(whole, where=(part,)), right=whole, scale=100)


@ENGLISH.rule("FIG", "percentage|percent|share|proportion|fraction of ROWS")
def share_of_described_rows(rows: Rows) -> Figure | None:
    """ "share of shipped orders": the description is the part."""
    if len(rows.where) != 1:
        return None
    whole = Figure("count", rows=replace(rows, where=()))
    return Figure("share", left=replace(whole, where=rows.where), right=whole, scale=100)


@ENGLISH.rule(
    "FIG",
    "percentage|percent|share|proportion|fraction of? total|all? EXPR @be? come|comes|came|coming|from|in|of|by|for? PRED",
    "percentage|percent|share|proportion|fraction of? total? EXPR PRED",
)
def share_of_value(value: Value, part: Condition) -> Figure | None:
    whole = aggregate("sum", value)
    if not isinstance(whole, Figure):
        return None
    return Figure("share", left=replace(whole, where=(part,)), right=whole, scale=100)


@ENGLISH.rule("FIG", "VAL rate", "rate of VAL", "PRED rate")
def rate(found: object) -> Figure | None:
    part = of_cells(found) if isinstance(found, Cells) else found
    return rate_of(part) if isinstance(part, Condition) else None


def rate_of(part: Condition) -> Figure | None:
    """Of all rows of the table that say it."""
    if part.column is None:
        return None
    whole = Figure("count", rows=Rows(part.column.home))
    return Figure("share", left=replace(whole, where=(part,)), right=whole, scale=100)
