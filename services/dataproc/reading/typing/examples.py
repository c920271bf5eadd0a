"""A cell of a column whose reading is open, with what each of the options makes of it: that is what a person can decide by."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import islice
from typing import Any

from services.dataproc.reading.typing.chosen import plan_as
from services.dataproc.reading.typing.column_plan import ColumnPlan, ValueCounts
from shared.columns import ColumnType
from shared.open_choices import Example, OpenChoice, OpenQuestion

MOST_COMPARED = 2_000
"""Different cells that are read by every option to see whether these only scale them; of more it is not claimed."""
MOST_TRIED = 50
"""Different days among which one is looked for that the options read differently: of twelve, one has the same day as month."""
Values = Mapping[str, Any]


def choice_with_example(plan: ColumnPlan) -> OpenChoice | None:
    """What the plan leaves open. Units are no ways of reading a cell: they need no example."""
    choice, column = plan.open_choice, plan.column
    if choice is None or column is None or choice.question is OpenQuestion.UNIT:
        return choice
    scalable = choice.answered_by == "format" and (plan.type.is_number or plan.type is ColumnType.DURATION)
    present = column.values()
    few = dict(islice(present.items(), MOST_COMPARED if scalable else MOST_TRIED))
    readings = [_read(replace(column, counts=few), plan.type, option, choice) for option in choice.options]
    told = next((text for text in few if _told_apart(text, readings)), None)
    if told is None:
        return choice
    example = Example(told.strip(), tuple(spoken(values[told]) for values in readings))
    whole = column.complete and len(few) == len(present)
    return replace(choice, example=example, scaled=scalable and whole and _scaled(few, readings))


def _read(column: ValueCounts, kind: ColumnType, option: str, choice: OpenChoice) -> Values:
    """The cells that can be read so; a number is whole by one decimal sign and not by another."""
    if choice.answered_by == "type":
        plan = plan_as(column, ColumnType(option), None, comma_likely=False)
    else:
        plan = plan_as(column, ColumnType.DECIMAL if kind.is_number else kind, option, comma_likely=False)
    found: dict[str, Any] = {}
    for text in column.counts if plan else ():
        try:
            found[text] = plan.parse(text) if plan else None
        except (ValueError, ArithmeticError):
            continue
    return found


def _told_apart(text: str, readings: Sequence[Values]) -> bool:
    found = [spoken(values[text]) for values in readings if text in values]
    return len(found) == len(set(found)) == len(readings)


def _scaled(texts: Iterable[str], readings: Sequence[Values]) -> bool:
    """Whether each option makes one and the same multiple of what the first makes."""
    first, *others = readings
    for values in others:
        factors = set()
        for text in texts:
            if text not in first or text not in values:
                return False
            if bool(first[text]) != bool(values[text]):
                return False
            if first[text]:
                factors.add(f"{_number(values[text]) / _number(first[text]):.9g}")
        if len(factors) > 1:
            return False
    return True


def _number(value: Any) -> float:
    return value.total_seconds() if isinstance(value, timedelta) else float(value)


def spoken(value: Any) -> str:
    """A value so that it cannot be taken for the other one: months by their names, parts of a duration by their units."""
    if isinstance(value, timedelta):
        return _spoken_duration(value)
    if isinstance(value, date):
        clock = f" {value:%H:%M}" if isinstance(value, datetime) else ""
        return f"{value.day} {value:%B} {value.year}{clock}"
    return f"{value:,.15g}" if isinstance(value, int | float | Decimal) else str(value)


def _spoken_duration(value: timedelta) -> str:
    seconds = abs(round(value.total_seconds()))
    parts = ((seconds // 3600, "h"), (seconds // 60 % 60, "min"), (seconds % 60, "s"))
    return ("-" if value < timedelta(0) else "") + (" ".join(f"{n} {unit}" for n, unit in parts if n) or "0 s")
