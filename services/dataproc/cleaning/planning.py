"""Which plan turns texts into a wished type: the reading engine's own, steered by a person's format."""

from __future__ import annotations

from dataclasses import replace

from services.dataproc.reading.typing.dating import compact_dates, first_of, read_temporal
from services.dataproc.reading.typing.day_order import has_order, swapped
from services.dataproc.reading.typing.forced import PARSERS, chosen_times
from services.dataproc.reading.typing.infer import with_counts
from services.dataproc.reading.typing.number_plans import plain_number_plan
from services.dataproc.reading.typing.numbers import DECIMAL_COMMA, STYLES
from services.dataproc.reading.typing.numeric import NumberReading, read_numbers
from services.dataproc.reading.typing.plan import ColumnPlan, ValueCounts
from services.dataproc.reading.typing.temporal import COMPACT_DATE, readable, sensible
from services.dataproc.reading.typing.temporal_plans import temporal_plan
from services.dataproc.reading.typing.text_kinds import truth_words
from services.dataproc.reading.typing.truth_plans import truth_plan
from shared.columns import ColumnType

DAY_ORDERS = {"day-first": True, "month-first": False}
ALTERNATIVES = " or "
TRUE_FALSE_DIGITS = ("1", "0")


def plan_cast(column: ValueCounts, kind: ColumnType, fmt: str | None, *, comma: bool) -> ColumnPlan | None:
    """None when not one cell is written like the wished type."""
    plan = (
        _numbers(column, kind, fmt, comma=comma)
        if kind.is_number
        else _truth(column, fmt)
        if kind is ColumnType.BOOLEAN
        else _times(column, kind, fmt)
    )
    return replace(with_counts(plan, column), forced=True) if plan else None


def _numbers(column: ValueCounts, kind: ColumnType, fmt: str | None, *, comma: bool) -> ColumnPlan | None:
    hinted = replace(column, decimal_comma_hint=fmt in DECIMAL_COMMA if fmt in STYLES else comma)
    found = read_numbers(hinted, hinted.values())
    if found is None:
        return None
    numbers = _restyled(found, fmt, hinted.values()) if fmt in STYLES else found
    return (
        plain_number_plan(column, replace(numbers, zeros_count=True), integer=kind is ColumnType.INTEGER)
        if numbers.written
        else None
    )


def _restyled(numbers: NumberReading, style: str, present: dict[str, int]) -> NumberReading:
    """The same numbers under another convention; those that it cannot read do not fit."""
    written = {text: parts for text, parts in numbers.written.items() if style in parts.styles}
    return replace(
        numbers,
        style=style,
        written=written,
        misfits={t: n for t, n in present.items() if t not in written},
        note="convention as chosen",
    )


def _truth(column: ValueCounts, fmt: str | None) -> ColumnPlan | None:
    values = column.values()
    if fmt and "/" in fmt:
        yes, no = (word.strip().lower() for word in fmt.split("/", 1))
        return truth_plan(column, yes, no, {t: n for t, n in values.items() if t.strip().lower() not in (yes, no)})
    if values and {text.strip() for text in values} <= set(TRUE_FALSE_DIGITS):
        return truth_plan(column, *TRUE_FALSE_DIGITS, {})
    found = truth_words(values, 0.5)
    return truth_plan(column, *found) if found else None


def _times(column: ValueCounts, kind: ColumnType, fmt: str | None) -> ColumnPlan | None:
    if fmt in DAY_ORDERS:
        return _in_order(column, kind, day_first=DAY_ORDERS[fmt])
    if fmt and ALTERNATIVES in fmt and kind in PARSERS:
        return _under(column, kind, tuple(fmt.split(ALTERNATIVES)))
    if fmt is None and (formats := _related(column, kind)):
        return _under(column, kind, formats)
    reading = chosen_times(column, kind, fmt)
    return temporal_plan(column, reading) if reading and sum(reading.misfits.values()) < max(1, reading.total) else None


def _related(column: ValueCounts, kind: ColumnType) -> tuple[str, ...]:
    """The formats of a column of days that shall become moments, of moments that shall become days, or of days in eight digits."""
    if kind is ColumnType.DATE and compact_dates(list(column.values())):
        return (COMPACT_DATE,)
    found = read_temporal(column.values(), 1.0, column.day_first_hint, torn=True)
    return found.formats if found and {found.type, kind} == {ColumnType.DATE, ColumnType.DATETIME} else ()


def _in_order(column: ValueCounts, kind: ColumnType, *, day_first: bool) -> ColumnPlan | None:
    """The formats of the column, turned where they have day and month the other way round."""
    found = read_temporal(column.values(), 1.0, day_first, torn=True)
    if found is None or found.type != kind:
        return None
    formats = tuple(fmt if _order(fmt) in (None, day_first) else swapped(fmt) for fmt in found.formats)
    return _under(column, kind, formats)


def _order(fmt: str) -> bool | None:
    """Day before month? None where both orders are not in question."""
    if not has_order(fmt):
        return None
    return fmt.index("%d") < fmt.index("%m")


def _under(column: ValueCounts, kind: ColumnType, formats: tuple[str, ...]) -> ColumnPlan | None:
    if not all(sensible(fmt, kind) for fmt in formats):
        return None
    values, parse = column.values(), PARSERS[kind]
    misfits = {text: n for text, n in values.items() if not any(readable(parse, fmt, text) for fmt in formats)}
    if values and len(misfits) == len(values):
        return None
    reading = chosen_times(replace(column, counts={}), kind, formats[0])
    assert reading is not None
    return temporal_plan(
        column,
        replace(reading, formats=formats, parse=first_of(parse, formats), misfits=misfits, total=sum(values.values())),
    )
