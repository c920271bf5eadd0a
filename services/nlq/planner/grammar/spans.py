"""Figures followed over an order: running totals, changes, moving averages; and shares of a whole."""

from __future__ import annotations

from dataclasses import replace

from services.nlq.planner.grammar.english import ENGLISH
from services.nlq.planner.grammar.figures import aggregate
from services.nlq.planner.grammar.groups import Calendar
from services.nlq.planner.grammar.meanings import Ask, Condition, Figure, Key, Number, Rows, Spread, Value
from services.nlq.planner.grammar.rules import Costly, the

ENGLISH.phrases(
    "SPREAD",
    {
        Spread(
            "running"
        ): "cumulative|running total of|running total|running|cumulated|accumulated|running sum of|cumulative sum of|cumulative total of|cumulative total|year to date|running count of",
        Spread(
            "growth"
        ): "growth of|growth in|growth|percentage change in|percent change in|percentage change of|relative change in|growth rate of",
        Spread("difference"): "change in|absolute change in|change of|difference from the previous period in",
    },
)


def adds_up(figure: Figure) -> bool:
    """Whether the figures of groups make up that of all: who comes in two months is one customer, and averages have no sum."""
    rows = figure.rows
    if rows is not None and rows.counted is not None:
        return not rows.distinct and rows.counted.facts.name in rows.counted.home.facts.candidate_keys
    return figure.left is None and figure.function in ("sum", "count")


@ENGLISH.rule("SPANNED", "SPREAD FIG")
def spanned(spread: Spread, figure: Figure) -> Ask | None:
    if figure.left is not None or (figure.rows is None and figure.function not in ("sum", "count")):
        return None
    if spread.function == "running" and not adds_up(figure):
        return None
    where: tuple[Condition, ...] = ()
    if figure.rows is not None:
        where, figure = figure.rows.where, replace(figure, rows=replace(figure.rows, where=()))
    return Ask(figures=(figure,), where=where, spread=spread)


@ENGLISH.rule(
    "SPANNED",
    "NUM month|week|day|quarter|year moving|rolling average of? FIG",
    "NUM period moving|rolling average of? FIG",
    "moving|rolling average of? FIG",
)
def moving(*parts: object) -> Ask | None:
    figure = the(Figure, parts)
    number = next((p for p in parts if isinstance(p, Number)), Number(3))
    if figure.left is not None or not isinstance(number.value, int) or not 2 <= number.value <= 400:
        return None
    return Ask(figures=(figure,), spread=Spread("moving", number.value))


@ENGLISH.rule(
    "Q",
    "SPANNED GROUPING",
    "@show? the? SPANNED GROUPING",
    "@ask @be the? SPANNED GROUPING",
    "SPANNED over time GROUPING",
)
def spanned_over(ask: Ask, keys: tuple[Key, ...]) -> Ask | None:
    if not any(k.unit or "year" in k.label for k in keys):
        return None
    return replace(ask, keys=keys)


@ENGLISH.rule("Q", "SPANNED PRED GROUPING")
def spanned_over_some(ask: Ask, found: Condition, keys: tuple[Key, ...]) -> Ask | None:
    return spanned_over(replace(ask, where=(*ask.where, found)), keys)


@ENGLISH.rule("Q", "FIG GROUPING compared to|with the? previous CAL", "FIG GROUPING versus|vs the? previous CAL")
def against_previous(figure: Figure, keys: tuple[Key, ...], _: Calendar) -> Ask | Costly | None:
    if figure.left is not None:
        return None
    return Costly(Ask(figures=(figure,), keys=keys, spread=Spread("difference")), 0.2)


# Shares of each group in the whole


@ENGLISH.rule(
    "Q",
    "percentage|percent|share|proportion of? total? EXPR GROUPING",
    "@ask @be the? percentage|percent|share|proportion of? total? EXPR GROUPING",
)
def shares_of_value(value: Value, keys: tuple[Key, ...]) -> Ask | None:
    figure = aggregate("sum", value)
    return Ask(figures=(figure,), keys=keys, spread=Spread("share")) if isinstance(figure, Figure) else None


@ENGLISH.rule(
    "Q",
    "percentage|percent|share|proportion of ROWS GROUPING",
    "@ask? @be? the? percentage|percent|share|proportion of ROWS GROUPING",
)
def shares_of_rows(rows: Rows, keys: tuple[Key, ...]) -> Ask | None:
    counted = Figure("count", rows=replace(rows, where=()))
    return Ask(figures=(counted,), where=rows.where, keys=keys, spread=Spread("share")) if adds_up(counted) else None
