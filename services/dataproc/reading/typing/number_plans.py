"""Plans for columns of numbers, and for digits that turn out to be dates or codes."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pyarrow as pa

from services.dataproc.reading.typing.dating import compact_dates
from services.dataproc.reading.typing.notes import join, misfit_note, nulls_note
from services.dataproc.reading.typing.numbers import DECIMAL_COMMA, Written
from services.dataproc.reading.typing.numeric import (
    NumberReading,
    exponent_of,
    is_code,
    looks_integer,
    round_trips,
    storage_of,
)
from services.dataproc.reading.typing.plan import ColumnPlan, ValueCounts
from services.dataproc.reading.typing.storage import STORAGE
from services.dataproc.reading.typing.temporal import COMPACT_DATE, parse_date
from services.dataproc.reading.typing.text_plans import text_plan
from shared.columns import ColumnType

DATE_NAME = re.compile(r"(?:^|[\W_])(?:day|datum|dt|ymd|fecha|jour|tag)(?:[\W_]|$)|date", re.IGNORECASE)


def number_plan(column: ValueCounts, reading: NumberReading) -> ColumnPlan | None:
    """The plan for a column whose cells are written like numbers; None when no type stores them exactly."""
    if code := is_code(column, reading):
        return text_plan(ColumnType.IDENTIFIER, column, code)
    if DATE_NAME.search(column.name) and not reading.misfits and compact_dates(list(reading.written)):
        return compact_date_plan(column)
    return plain_number_plan(column, reading, integer=looks_integer(reading))


def plain_number_plan(column: ValueCounts, reading: NumberReading, *, integer: bool) -> ColumnPlan | None:
    storage = storage_of(list(reading.values().values()), integer)
    if storage is None:
        return None
    evidence = join(
        f"every value is a {'whole ' if integer else ''}number",
        style_note(reading),
        reading.note,
        "kept as exact decimals" if pa.types.is_decimal(storage) else "",
        nulls_note(column, column.null_tokens),
        misfit_note(reading.misfits),
    )
    return ColumnPlan(
        ColumnType.INTEGER if integer else ColumnType.DECIMAL,
        storage,
        exactly(reading.parser(), storage),
        column.null_tokens,
        evidence,
        reading.unit,
        shown_style(reading),
        reading.misfits,
    )


def exactly(parse: Callable[[str], Decimal], storage: pa.DataType) -> Callable[[str], Any]:
    """From the exact decimal to what is stored; what would lose digits does not fit."""
    store = whole if pa.types.is_integer(storage) else double if pa.types.is_floating(storage) else None
    if store is not None:
        return lambda text: store(parse(text))
    return lambda text: within(parse(text), storage)


def whole(value: Decimal) -> int:
    if value != value.to_integral_value() or not -(1 << 63) <= value < 1 << 63:
        raise ValueError(str(value))
    return int(value)


def double(value: Decimal) -> float:
    if not round_trips(value):
        raise ValueError(str(value))
    return float(value)


def within(value: Decimal, storage: pa.Decimal128Type) -> Decimal:
    """The value, where it has no more digits on either side of the point than are stored."""
    if -exponent_of(value) > storage.scale or value.adjusted() >= storage.precision - storage.scale:
        raise ValueError(str(value))
    return value


def shown_style(reading: NumberReading) -> str | None:
    """The convention, where any number shows it."""
    return (
        None
        if all(is_bare(text.strip(), written, reading.style) for text, written in reading.written.items())
        else reading.style
    )


def is_bare(text: str, written: Written, style: str) -> bool:
    """Digits with at most a minus, a decimal point and an exponent, as every program writes them."""
    if style in DECIMAL_COMMA and "." in written.body:
        return False
    return (
        text == f"{'-' * written.negative}{written.body}{written.exponent}"
        and written.body.replace(".", "", 1).isdigit()
    )


def style_note(reading: NumberReading) -> str:
    separated = any(not written.body.isdigit() for written in reading.written.values())
    notes = [f"written like {reading.style}"] if shown_style(reading) and separated else []
    if reading.unit:
        with_unit = sum(written.unit is not None for written in reading.written.values())
        notes.append(f"unit {reading.unit!r} on {with_unit:,} distinct values")
    if reading.lettered:
        notes.append(f"{reading.unit!r} could also stand for a magnitude; no number is multiplied")
    return ", ".join(notes)


def compact_date_plan(column: ValueCounts) -> ColumnPlan:
    evidence = join("eight digits that are days, and the name says date", nulls_note(column, column.null_tokens))
    parse = DateParse(COMPACT_DATE)
    return ColumnPlan(
        ColumnType.DATE, STORAGE[ColumnType.DATE], parse, column.null_tokens, evidence, format=COMPACT_DATE
    )


class DateParse:
    """Parses dates of one format."""

    def __init__(self, fmt: str) -> None:
        self._format = fmt

    def __call__(self, text: str) -> Any:
        return parse_date(self._format, text)
