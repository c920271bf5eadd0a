"""How the cells of a column of numbers become values."""

from __future__ import annotations

from dataclasses import replace

import pyarrow as pa

from services.dataproc.reading.typing.column_plan import ColumnPlan, ValueCounts
from services.dataproc.reading.typing.evidence import (
    KEPT_EXACTLY,
    code_sentence,
    join,
    misfit_sentence,
    null_sentence,
    number_sentence,
)
from services.dataproc.reading.typing.moments.conventions import compact_dates
from services.dataproc.reading.typing.moments.plan import DATE_NAME, compact_date_plan
from services.dataproc.reading.typing.numbers.codes import code_choice, code_sign
from services.dataproc.reading.typing.numbers.conventions import NumberInterpretation, is_bare, looks_integer
from services.dataproc.reading.typing.plans import text_plan
from services.dataproc.reading.typing.storage import exact_parser, number_storage
from shared.columns import ColumnType

ZERO_DAY = "00000000"
FEWEST_BESIDE_ZERO_DAY = 2
"""Of other eight digits one in a thousand is a day."""


def number_plan(column: ValueCounts, numbers: NumberInterpretation) -> ColumnPlan | None:
    """The plan for a column whose cells are written like numbers; None when no type stores them exactly."""
    if days := beside_zero_day(column, numbers):
        return compact_date_plan(days)
    sign = code_sign(column, numbers)
    asked = code_choice(column, numbers, sign)
    if sign:
        said = join(code_sentence(sign, numbers), asked.sentence() if asked else "")
        return replace(text_plan(ColumnType.IDENTIFIER, column, said), open_choice=asked)
    if DATE_NAME.search(column.name) and not numbers.misfits and compact_dates(list(numbers.written)):
        return compact_date_plan(column)
    numbers = replace(numbers, open_choice=numbers.open_choice or asked)
    return plain_number_plan(column, numbers, integer=looks_integer(numbers))


def beside_zero_day(column: ValueCounts, numbers: NumberInterpretation) -> ValueCounts | None:
    """Eight zeros beside days of eight digits are the day of databases that have none, whatever the column is called."""
    others = [text for text in numbers.written if text.strip() != ZERO_DAY]
    if len(others) == len(numbers.written) or numbers.misfits or not compact_dates(others, FEWEST_BESIDE_ZERO_DAY):
        return None
    return replace(column, own_nulls=column.own_nulls | {ZERO_DAY})


def plain_number_plan(column: ValueCounts, numbers: NumberInterpretation, *, integer: bool) -> ColumnPlan | None:
    marks = numbers.rules.marks
    column = replace(column, own_nulls=column.own_nulls | marks.missing)
    storage = number_storage(list(numbers.values().values()), integer)
    if storage is None:
        return None
    evidence = join(
        number_sentence(numbers, integer=integer),
        KEPT_EXACTLY if pa.types.is_decimal(storage) else "",
        null_sentence(column, column.null_tokens),
        misfit_sentence(numbers.misfits),
    )
    return ColumnPlan(
        ColumnType.INTEGER if integer else ColumnType.DECIMAL,
        storage,
        exact_parser(numbers.parser(), storage),
        column.null_tokens,
        evidence,
        numbers.unit,
        None if is_bare(numbers) else numbers.style,
        numbers.misfits,
        open_choice=numbers.open_choice,
        units=numbers.rules.units.several,
    )
