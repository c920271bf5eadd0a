"""The plan under a person's choice of type and format: the same rules as without one, except that what does not fit is null and reported."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime, time
from typing import Any

from services.dataproc.reading.typing.column_plan import ColumnPlan, ValueCounts
from services.dataproc.reading.typing.evidence import chosen_sentence
from services.dataproc.reading.typing.infer import infer, with_counts
from services.dataproc.reading.typing.moments.century import find_century
from services.dataproc.reading.typing.moments.conventions import (
    TemporalInterpretation,
    compact_dates,
    interpret_times,
    parse_with_months,
    parser_of,
)
from services.dataproc.reading.typing.moments.day_order import DAY_ORDERS, DayOrder, swap_day_and_month
from services.dataproc.reading.typing.moments.durations import (
    CLOCKS,
    Clock,
    ClockFinding,
    duration_parser,
    durations_among,
    find_clock,
)
from services.dataproc.reading.typing.moments.formats import (
    COMPACT_DATE,
    FORMATS_JOINT,
    parse_date,
    parse_stamp,
    parse_time,
    readable,
    sensible,
)
from services.dataproc.reading.typing.moments.plan import temporal_plan
from services.dataproc.reading.typing.numbers.conventions import NumberInterpretation, interpret_numbers
from services.dataproc.reading.typing.numbers.decimal_sign import StyleSource
from services.dataproc.reading.typing.numbers.plan import plain_number_plan
from services.dataproc.reading.typing.numbers.written import COMMA, DECIMAL_COMMA, POINT, STYLES
from services.dataproc.reading.typing.plans import text_plan, truth_plan
from services.dataproc.reading.typing.text_kinds import find_truth_words, truth_words
from services.dataproc.reading.typing.wrappings import Wrapping, find_wrapping, unwrap_counts
from shared.columns import ColumnType
from shared.open_choices import OpenQuestion

PARSERS: Mapping[ColumnType, Callable[[str, str], date | datetime | time]] = {
    ColumnType.DATE: parse_date,
    ColumnType.DATETIME: parse_stamp,
    ColumnType.TIME: parse_time,
}
DAYS_AND_MOMENTS = frozenset({ColumnType.DATE, ColumnType.DATETIME})
TRUE_DIGIT, FALSE_DIGIT = "1", "0"
"""Truth values only where a person says so; elsewhere they are numbers."""

MOSTLY_TRUTH = 0.5
"""Share of the cells that may be neither of the two words when a person says that they are truth values."""


def may_have(kind: ColumnType, fmt: str) -> bool:
    """Is this a format that cells of the type can be written in? Text has none, and whatever is said of it means nothing."""
    if kind.is_number:
        return fmt in STYLES
    if kind is ColumnType.BOOLEAN:
        return all(word.strip() for word in fmt.split("/", 1)) and "/" in fmt
    if kind is ColumnType.DURATION:
        return fmt in CLOCKS
    if kind in PARSERS:
        formats = fmt.split(FORMATS_JOINT)
        return (fmt in DAY_ORDERS and kind in DAYS_AND_MOMENTS) or all(sensible(one, kind) for one in formats)
    return True


def choose(column: ValueCounts, choice: Mapping[str, Any]) -> ColumnPlan:
    """The plan under a choice ({type, format, unit}), the inferred one where the choice cannot be met at all."""
    wished, fmt = choice.get("type"), choice.get("format")
    plan = plan_as(column, ColumnType(wished), fmt, comma_likely=column.comma_likely) if wished else None
    plan = plan or infer(column)
    return with_unit(plan, str(choice["unit"])) if choice.get("unit") else plan


def with_unit(plan: ColumnPlan, unit: str) -> ColumnPlan:
    """The unit as a label: no cell is converted, and none is left open any more."""
    left = plan.open_choice
    return replace(plan, unit=unit, open_choice=None if left and left.question is OpenQuestion.UNIT else left)


def plan_as(column: ValueCounts, kind: ColumnType, fmt: str | None, *, comma_likely: bool) -> ColumnPlan | None:
    """None when not one cell is written like the wished type; `comma_likely` tips the guess where neither cells nor format decide."""
    wrapping = find_wrapping(column.counts)
    if kind is ColumnType.TEXT or (kind.is_text and wrapping is Wrapping.MARKS):
        wrapping = None
    if wrapping is not None:
        column = replace(column, counts=unwrap_counts(wrapping, column.counts))
    if kind.is_text:
        plan: ColumnPlan | None = keep_cells(text_plan(kind, column, chosen_sentence(kind)))
    elif kind.is_number:
        plan = plan_numbers(column, kind, fmt, comma_likely=comma_likely)
    elif kind is ColumnType.BOOLEAN:
        plan = plan_truth(column, fmt)
    elif kind is ColumnType.DURATION:
        plan = plan_durations(column, fmt)
    else:
        plan = plan_times(column, kind, fmt)
    return replace(with_counts(plan, column), forced=True, wrapping=wrapping) if plan else None


def keep_cells(plan: ColumnPlan) -> ColumnPlan:
    """Who says that cells are text gets them back as they stand in the file, words for missing too."""
    return replace(plan, nulls=frozenset({""}))


def plan_numbers(column: ValueCounts, kind: ColumnType, fmt: str | None, *, comma_likely: bool) -> ColumnPlan | None:
    hinted = replace(
        column,
        style_hint=(COMMA if fmt in DECIMAL_COMMA else POINT) if fmt in STYLES else column.style_hint,
        comma_likely=comma_likely,
    )
    found = interpret_numbers(hinted, hinted.values())
    if found is None:
        return None
    numbers = restyled(found, fmt, hinted.values()) if fmt is not None and fmt in STYLES else found
    if not numbers.written:
        return None
    lenient = replace(numbers, rules=replace(numbers.rules, zeros_count=True))
    return plain_number_plan(column, lenient, integer=kind is ColumnType.INTEGER)


def restyled(numbers: NumberInterpretation, style: str, present: dict[str, int]) -> NumberInterpretation:
    """The same numbers under another convention; those that it cannot read do not fit."""
    written = {text: parts for text, parts in numbers.written.items() if style in parts.styles}
    misfits = {text: count for text, count in present.items() if text not in written}
    rules = replace(numbers.rules, style=style)
    unit_left = rules.units.open_choice
    return replace(
        numbers, rules=rules, written=written, misfits=misfits, source=StyleSource.PERSON, open_choice=unit_left
    )


def plan_truth(column: ValueCounts, fmt: str | None) -> ColumnPlan | None:
    values = column.values()
    if fmt and "/" in fmt:
        yes, no = (word.strip().lower() for word in fmt.split("/", 1))
        return truth_plan(column, truth_words(yes, no, values))
    if values and {text.strip() for text in values} <= {TRUE_DIGIT, FALSE_DIGIT}:
        return truth_plan(column, truth_words(TRUE_DIGIT, FALSE_DIGIT, values))
    found = find_truth_words(values, MOSTLY_TRUTH)
    return truth_plan(column, found) if found else None


def plan_durations(column: ValueCounts, fmt: str | None) -> ColumnPlan | None:
    """Without a format the cells decide whether two numbers with a colon are minutes, or leave it open."""
    values = column.values()
    spans = durations_among(values)
    found = ClockFinding(Clock(fmt)) if fmt in CLOCKS else find_clock(spans, column.name)
    times = TemporalInterpretation(
        ColumnType.DURATION,
        (found.clock,),
        duration_parser(found.clock),
        {text: count for text, count in values.items() if text not in spans},
        sum(values.values()),
        open_choice=found.open_choice,
        clock_sign=found.sign,
        chosen=fmt in CLOCKS,
    )
    return temporal_plan(column, times)


def plan_times(column: ValueCounts, kind: ColumnType, fmt: str | None) -> ColumnPlan | None:
    if fmt in DAY_ORDERS:
        return plan_in_order(column, kind, DayOrder(fmt))
    if fmt is not None:
        return plan_under_formats(column, kind, tuple(fmt.split(FORMATS_JOINT)))
    if formats := related_formats(column, kind):
        return plan_under_formats(column, kind, formats)
    found = interpret_times(column.values(), 1.0, column.order_hint, torn=True, name=column.name)
    if found is None or found.type is not kind or sum(found.misfits.values()) >= max(1, found.total):
        return None
    return temporal_plan(column, found)


def related_formats(column: ValueCounts, kind: ColumnType) -> tuple[str, ...]:
    """The formats of a column of days that shall become moments, of moments that shall become days, or of days in eight digits."""
    if kind is ColumnType.DATE and compact_dates(list(column.values())):
        return (COMPACT_DATE,)
    found = interpret_times(column.values(), 1.0, column.order_hint, torn=True)
    return found.formats if found and {found.type, kind} == DAYS_AND_MOMENTS else ()


def plan_in_order(column: ValueCounts, kind: ColumnType, order: DayOrder) -> ColumnPlan | None:
    """The formats of the column, turned where they have day and month the other way round."""
    found = interpret_times(column.values(), 1.0, order, torn=True, name=column.name)
    if found is None or found.type is not kind:
        return None
    formats = tuple(fmt if DayOrder.of(fmt) in (None, order) else swap_day_and_month(fmt) for fmt in found.formats)
    return plan_under_formats(column, kind, formats)


def plan_under_formats(column: ValueCounts, kind: ColumnType, formats: tuple[str, ...]) -> ColumnPlan | None:
    if kind not in PARSERS or not all(sensible(fmt, kind) for fmt in formats):
        return None
    values = column.values()
    parse = parse_with_months(PARSERS[kind], formats, values)
    misfits = {text: n for text, n in values.items() if not any(readable(parse, fmt, text) for fmt in formats)}
    if values and len(misfits) == len(values):
        return None
    century = find_century(formats, values, column.name)
    found = TemporalInterpretation(
        kind,
        century.formats,
        parser_of(parse, century.formats),
        misfits,
        sum(values.values()),
        open_choice=century.open_choice,
        chosen=True,
    )
    return temporal_plan(column, found)
