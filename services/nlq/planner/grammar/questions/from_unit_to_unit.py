"""Figures followed from one calendar unit to the next, where the words for following name the unit: "month over month growth of sales",
"3-month moving average of sales", "cumulative monthly sales", "change in sales from month to month"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from services.nlq.planner.grammar.dates import doubts_of_dates
from services.nlq.planner.grammar.english import ENGLISH
from services.nlq.planner.grammar.groups import calendar_key
from services.nlq.planner.grammar.meanings import Ask, Condition, Figure, Key, Number, Spread
from services.nlq.planner.grammar.rules import Costly, the, the_or_none
from services.nlq.planner.grammar.spans import spanned
from services.nlq.planner.linking.schema import Column, Table
from shared.columns import Family

Spans = Sequence[Costly]

ENGLISH.phrases(
    "FROM_TO",
    {
        "month": "month over month|month on month|month by month|month to month|mom|from month to month|from one month to the next|from each month to the next",
        "year": "year over year|year on year|year by year|year to year|yoy|from year to year|from one year to the next|from each year to the next",
        "quarter": "quarter over quarter|quarter on quarter|quarter by quarter|quarter to quarter|qoq|from quarter to quarter|from one quarter to the next",
        "week": "week over week|week on week|week by week|week to week|wow|from week to week|from one week to the next",
        "day": "day over day|day on day|day by day|day to day|from day to day|from one day to the next",
    },
)
ENGLISH.phrases(
    "EACH_UNIT",
    {
        "month": "monthly",
        "year": "yearly|annual|annually",
        "quarter": "quarterly",
        "week": "weekly",
        "day": "daily",
    },
)
ENGLISH.phrases(
    "UNITS",
    {
        "month": "month|months",
        "year": "year|years",
        "quarter": "quarter|quarters",
        "week": "week|weeks",
        "day": "day|days",
    },
)
ENGLISH.phrases(
    "MOVEMENT",
    {
        Spread("growth"): "growth|growth rate|percentage change|percent change|relative change|growth rates",
        Spread("difference"): "change|changes|difference|differences|absolute change",
    },
)


@ENGLISH.rule(
    "FROM_UNIT",
    "FROM_TO|EACH_UNIT MOVEMENT in|of the? FIG",
    "FROM_TO|EACH_UNIT the? FIG MOVEMENT",
    "the? FIG FROM_TO MOVEMENT",
    "the? FIG MOVEMENT FROM_TO",
    "MOVEMENT in|of the? FIG FROM_TO",
    "how did|does|do|has|have the? FIG CHANGED FROM_TO",
)
def from_each_to_the_next(*parts: object) -> Spans:
    figure, unit = the(Figure, parts), the(str, parts)
    spread = the_or_none(Spread, parts)
    if spread is not None:
        return over_each(unit, figure, spread)
    grows = the(bool, parts)
    return over_each(unit, figure, Spread("growth" if grows else "difference"))


@ENGLISH.rule("FROM_UNIT", "FROM_UNIT RELATIVELY")
def from_each_in_percent(ask: Ask, _: bool) -> Ask | None:
    return replace(ask, spread=Spread("growth")) if ask.spread and ask.spread.function in _CHANGES else None


_CHANGES = ("difference", "growth")


@ENGLISH.rule(
    "FROM_UNIT",
    "MOVEMENT in|of the? FIG to|from|against|over|compared with|to? the? previous|preceding|prior UNITS",
    "MOVEMENT of|in the? FIG to|from|against|over the? UNITS before",
)
def from_the_one_before(spread: Spread, figure: Figure, unit: str) -> Spans:
    """ "Difference of sales to the previous month": of every month, unless one is named, and then it is another question."""
    return over_each(unit, figure, spread)


@ENGLISH.rule("FROM_UNIT", "FROM_UNIT GROUPING")
def of_each(ask: Ask, keys: tuple[Key, ...]) -> Ask | None:
    """ "… to the previous month, per month": the unit is said again."""
    return ask if len(keys) == 1 and ask.keys[:1] == keys else None


@ENGLISH.rule("FROM_UNIT", "SPREAD EACH_UNIT FIG", "EACH_UNIT SPREAD FIG")
def running_by_unit(*parts: object) -> Spans:
    """ "Cumulative monthly sales"."""
    spread = the(Spread, parts)
    return over_each(the(str, parts), the(Figure, parts), spread) if spread.function == "running" else []


@ENGLISH.rule(
    "FROM_UNIT",
    "NUM UNITS moving|rolling|running average|mean of? the? EACH_UNIT? FIG",
    "moving|rolling NUM UNITS average|mean of? the? EACH_UNIT? FIG",
    "moving|rolling average|mean over|of NUM UNITS of? the? EACH_UNIT? FIG",
    "moving|rolling average|mean of the? EACH_UNIT? FIG over NUM UNITS",
)
def moving_by_unit(*parts: object) -> Spans:
    said = {p for p in parts if isinstance(p, str)}
    size = the(Number, parts).value
    if len(said) != 1 or not isinstance(size, int) or not 2 <= size <= MOST_AT_ONCE:
        return []  # a 30-day average of monthly figures has no such rows
    figure = the(Figure, parts)
    return over_each(said.pop(), figure, Spread("moving", size)) if figure.left is None else []


MOST_AT_ONCE = 400
"""More than a year of days is no average that moves."""


def over_each(unit: str, figure: Figure, spread: Spread) -> Spans:
    """That figure of every unit, followed so, by each date that the rows of the figure have."""
    table = table_of(figure)
    made = Ask(figures=(figure,), spread=spread) if spread.function == "moving" else spanned(spread, figure)
    if made is None or table is None:
        return []
    dates = [c for c in table.columns if c.family is Family.DATE or (c.is_year and unit == "year")]
    return [
        Costly(replace(made, keys=(key,)), doubt)
        for column, doubt in zip(dates, doubts_of_dates(dates), strict=True)
        if (key := calendar_key(unit, column)) is not None
    ]


def table_of(figure: Figure) -> Table | None:
    if figure.rows is not None:
        return figure.rows.table
    column: Column | None = figure.of.column if figure.of is not None else None
    return column.home if column is not None else None


@ENGLISH.rule(
    "Q",
    "FROM_UNIT",
    "@show? me? the? FROM_UNIT",
    "@ask @be the? FROM_UNIT",
    "calculate|compute|determine the? FROM_UNIT",
)
def followed(ask: Ask) -> Ask:
    return ask


@ENGLISH.rule("Q", "FROM_UNIT PRED", "PRED FROM_UNIT")
def followed_for_some(*parts: object) -> Ask:
    ask, found = the(Ask, parts), the(Condition, parts)
    return replace(ask, where=(*ask.where, found))
