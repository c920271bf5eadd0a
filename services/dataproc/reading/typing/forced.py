"""The plan for a column whose type, format or unit a person chose; what does not fit is null and reported."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from services.dataproc.reading.typing.dating import TemporalReading, first_of, read_temporal
from services.dataproc.reading.typing.durations import HOURS, MINUTES, duration_parser
from services.dataproc.reading.typing.infer import infer, with_counts
from services.dataproc.reading.typing.number_plans import plain_number_plan
from services.dataproc.reading.typing.numeric import looks_integer, read_numbers
from services.dataproc.reading.typing.plan import ColumnPlan, ValueCounts
from services.dataproc.reading.typing.temporal import parse_date, parse_stamp, parse_time, readable, sensible
from services.dataproc.reading.typing.temporal_plans import temporal_plan
from services.dataproc.reading.typing.text_kinds import truth_words
from services.dataproc.reading.typing.text_plans import text_plan
from services.dataproc.reading.typing.truth_plans import truth_plan
from shared.columns import ColumnType

PARSERS = {ColumnType.DATE: parse_date, ColumnType.DATETIME: parse_stamp, ColumnType.TIME: parse_time}


def choose(column: ValueCounts, choice: Mapping[str, Any]) -> ColumnPlan:
    """The plan under a person's choice ({type, format, unit}), the inferred one where the choice cannot be met at all."""
    kind = choice.get("type")
    plan = chosen_type(column, ColumnType(kind), choice.get("format")) if kind else None
    plan = replace(with_counts(plan, column), forced=True) if plan else infer(column)
    return replace(plan, unit=str(choice["unit"])) if choice.get("unit") else plan


def chosen_type(column: ValueCounts, kind: ColumnType, fmt: str | None) -> ColumnPlan | None:
    if kind.is_text:
        return text_plan(kind, column, f"{kind}, as chosen")
    if kind.is_number:
        numbers = read_numbers(column, column.values())
        return (
            plain_number_plan(
                column,
                replace(numbers, zeros_count=True),
                integer=kind is ColumnType.INTEGER and looks_integer(numbers),
            )
            if numbers
            else None
        )
    if kind is ColumnType.BOOLEAN:
        found = truth_words(column.values(), 1.0)
        return truth_plan(column, *found) if found else None
    reading = chosen_times(column, kind, fmt)
    return temporal_plan(column, reading) if reading else None


def chosen_times(column: ValueCounts, kind: ColumnType, fmt: str | None) -> TemporalReading | None:
    """Cells read under the chosen format, or under the one that suits most of them."""
    values = column.values()
    if kind is ColumnType.DURATION:
        clock = MINUTES if fmt == MINUTES else HOURS
        return TemporalReading(kind, (clock,), duration_parser(clock), {}, sum(values.values()), "as chosen")
    if fmt is None:
        found = read_temporal(values, 1.0, column.day_first_hint, torn=True)
        return found if found and found.type == kind else None
    if kind not in PARSERS or not sensible(fmt, kind):
        return None
    parse = PARSERS[kind]
    misfits = {text: count for text, count in values.items() if not readable(parse, fmt, text)}
    return TemporalReading(kind, (fmt,), first_of(parse, (fmt,)), misfits, sum(values.values()), "as chosen")
