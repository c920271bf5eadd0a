"""How values go on over time: trends and forecasts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from services.nlq.planner.grammar.additivity import is_additive
from services.nlq.planner.grammar.english import ENGLISH
from services.nlq.planner.grammar.groups import Calendar
from services.nlq.planner.grammar.meanings import Number, Study
from services.nlq.planner.grammar.rules import Costly, the
from services.nlq.planner.grammar.studies import Fitted, is_quantity, of_one, settled
from services.nlq.planner.linking.schema import Column
from shared.analysis import MODEL_STEPS
from shared.analysis.units import DAYS
from shared.columns import Family
from shared.plan.expressions import CalendarUnit

ANOTHER_DATE = 0.4
"""A trend runs along a date; where the table has several, which one is meant is asked."""


@ENGLISH.rule(
    "STUDY", "trend of|in|for the? NCOL", "NCOL trend", "linear trend of|in NCOL", "trend of|in NCOL over time"
)
@ENGLISH.rule(
    "WHETHER",
    "@be the? NCOL rising|falling|growing|increasing|decreasing|declining over time",
    "@be there a? trend in|of NCOL",
    "@be there a? trend in|of NCOL over time",
)
def trend(column: Column) -> list[Costly]:
    return [Costly(study, cost) for when, cost in _dates_of(column) if (study := _along("trend", column, when, None))]


@ENGLISH.rule("STUDY", "trend of|in NCOL along|over NCOL")
def trend_along(value: Column, when: Column) -> Fitted:
    return None if value is when else _checked_along(value, when)


@ENGLISH.rule(
    "STUDY", "trend of|in|for the? NCOL per|by CAL", "CAL trend of|in NCOL", "change of|in NCOL per CAL over time"
)
def trend_per_unit(*parts: object) -> list[Costly]:
    column, calendar = (
        the(Column, parts),
        the(Calendar, parts),
    )
    return [
        Costly(study.setting("per", unit), cost)
        for when, cost in _dates_of(column)
        if (unit := _unit(calendar)) and (study := _along("trend", column, when, unit)) is not None
    ]


@ENGLISH.rule(
    "STUDY",
    "forecast|predict|project|extrapolate the? NCOL for|over? the? next NUM CAL",
    "forecast|projection|prediction of|for NCOL for|over? the? next NUM CAL",
    "forecast the? next NUM CAL of NCOL",
    "forecast NCOL NUM CAL ahead",
    "forecast|predict NCOL for|over NUM CAL",
)
def forecast(*parts: object) -> list[Costly]:
    column = the(Column, parts)
    number = the(Number, parts)
    calendar = the(Calendar, parts)
    found = []
    for when, cost in _dates_of(column):
        unit = _unit(calendar)
        study = _along("forecast", column, when, unit) if unit else None
        settled_study = study and settled(study, "periods", number.value)
        if settled_study:
            found.append(Costly(settled_study, cost))
    return found


@ENGLISH.rule(
    "STUDY",
    "forecast|predict the? NCOL for|of? the? next CAL",
    "forecast of NCOL for the? next CAL",
    "NCOL forecast for the? next CAL",
)
def forecast_of_next(column: Column, calendar: Calendar) -> list[Costly]:
    return forecast(column, Number(1), calendar)


def _checked_along(value: Column, when: Column) -> Fitted:
    study = of_one("trend", "value", value)
    fits = when.family in MODEL_STEPS["trend"].role("when").takes
    return study.taking("when", (when,)) if study is not None and fits else None


def _dates_of(column: Column) -> list[tuple[Column, float]]:
    dates = [c for c in column.home.columns if c.family is Family.DATE]
    dates = dates or [c for c in column.home.columns if c.is_year and c is not column]
    return [(when, 0.0 if len(dates) == 1 else ANOTHER_DATE) for when in dates]


def _unit(calendar: Calendar) -> CalendarUnit | None:
    return calendar.word if calendar.word in DAYS else None  # type: ignore[return-value]


def _along(step: str, value: Column, when: Column, unit: CalendarUnit | None) -> Fitted:
    """Rows of single deals are added up first: what goes on over time is their total of each unit."""
    if not is_quantity(value):
        return of_one(step, "value", value)
    study = Study(step, (("value", (value,)), ("when", (when,))))
    if when.is_year:
        return study if unit in (None, "year") and _is_once(when) else None
    if _is_once(when) and (unit is None or _is_spaced(when, unit)):
        return study
    if unit is None:
        return study if step == "trend" and not is_additive(value) else None
    return replace(study, unit=unit)


def _is_once(when: Column) -> bool:
    return when.facts.distinct == when.home.facts.rows


def _is_spaced(when: Column, unit: CalendarUnit) -> bool:
    """One row for each unit, but for some that are missing."""
    first, last = (_day(bound) for bound in (when.facts.minimum, when.facts.maximum))
    rows = when.home.facts.rows
    if first is None or last is None or rows < 2:
        return False
    return 0.8 <= (last - first).days / (rows - 1) / DAYS[unit] <= 1.25


def _day(bound: object) -> date | None:
    if isinstance(bound, str):
        try:
            return datetime.fromisoformat(bound).date()
        except ValueError:
            return None
    return bound.date() if isinstance(bound, datetime) else bound if isinstance(bound, date) else None
