"""A period moved by a calendar unit: from 2024 to the year before."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from services.nlq.planner.grammar.meanings import Condition
from shared.plan import Comparison, Literal, Within
from shared.plan.expressions import CalendarUnit

_DAYS: dict[CalendarUnit, int] = {"day": 1, "week": 7}
_MONTHS: dict[CalendarUnit, int] = {"month": 1, "quarter": 3, "year": 12}


def shifted(found: Condition, unit: CalendarUnit, by: int) -> Condition | None:
    """The condition on the period `by` units later; None where it is about no whole unit of that kind."""
    where = found.where
    if isinstance(where, Within) and where.start is not None and where.end is not None:
        ends = [_moved(end, unit, by) for end in (where.start, where.end)]
        if None in ends or _moved(where.start, unit, 1) != where.end:
            return None
        return replace(found, where=where.model_copy(update={"start": ends[0], "end": ends[1]}))
    year = found.column is not None and found.column.is_year and unit == "year"
    if year and isinstance(where, Comparison) and where.op == "==" and isinstance(where.right, Literal):
        value = where.right.value
        if isinstance(value, int):
            return replace(found, where=where.model_copy(update={"right": Literal(value=value + by, type="number")}))
    return None


def _moved(day: str, unit: CalendarUnit, by: int) -> str | None:
    try:
        start = date.fromisoformat(day)
    except ValueError:
        return None  # a moment within a day begins no unit
    if unit in _DAYS:
        return (start + timedelta(days=by * _DAYS[unit])).isoformat()
    if start.day != 1:
        return None
    months = start.year * 12 + start.month - 1 + by * _MONTHS[unit]
    return date(months // 12, months % 12 + 1, 1).isoformat()
