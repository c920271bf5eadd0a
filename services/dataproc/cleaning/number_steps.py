"""Steps over numbers and missing cells: fill, flag outliers, convert units."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from services.dataproc.cleaning.batches import insert_columns, replace_columns
from services.dataproc.cleaning.errors import StepRefused, wrong_type
from services.dataproc.cleaning.measures import most_frequent, read_numbers
from services.dataproc.cleaning.model import (
    Prepared,
    Stage,
    column_of,
    insert_after,
    made_column,
    require_free,
    with_columns,
)
from services.dataproc.cleaning.row_steps import drop_missing
from services.dataproc.cleaning.steps import ConvertUnitStep, FlagOutliersStep, MissingStep
from services.dataproc.cleaning.text_steps import value_as_stored
from services.dataproc.reading.model import Column
from services.dataproc.reading.units import CONVERSIONS
from shared.columns import ColumnType

Fill = Callable[[pa.Array], pa.Array]
AVERAGES: dict[str, Callable[[np.ndarray], Any]] = {"mean": np.mean, "median": np.median}


def number_column(stage: Stage, name: str) -> Column:
    column = column_of(stage, name)
    if not column.type.is_number:
        raise wrong_type(name, column.type, "numbers")
    return column


def missing(step: MissingStep, stage: Stage) -> Prepared:
    if step.how == "drop":
        return drop_missing(step, stage)
    fills = {name: _fill(step, stage, name) for name in step.columns}
    changed = [_filled(column_of(stage, name), step, stage) for name in step.columns]
    return Prepared(
        lambda batch: replace_columns(batch, {name: fill(batch.column(name)) for name, fill in fills.items()}),
        with_columns(stage, *changed),
        step.columns,
    )


def _filled(column: Column, step: MissingStep, stage: Stage) -> Column:
    averaged = step.how in AVERAGES and not pa.types.is_decimal(stage.schema.field(column.name).type)
    return replace(column, type=ColumnType.DECIMAL) if averaged else column


def _fill(step: MissingStep, stage: Stage, name: str) -> Fill:
    column, kind = column_of(stage, name), stage.schema.field(name).type
    if step.how == "ffill":
        return fill_forward(kind)
    if step.how in AVERAGES:
        number_column(stage, name)
        return fill_average(stage, name, kind, AVERAGES[step.how])
    if step.how == "mode":
        value = most_frequent(stage.stored(), name, stage.workspace)
    else:
        assert step.value is not None
        value = value_as_stored(step.value, column, kind)
    return lambda cells: cells if value is None else pc.fill_null(cells, pa.scalar(value, kind))


def fill_average(stage: Stage, name: str, kind: pa.DataType, measure: Callable[[np.ndarray], Any]) -> Fill:
    """Columns of exact decimals keep their type and scale; other numbers become doubles."""
    found = read_numbers(stage.stored(), name)
    target = kind if pa.types.is_decimal(kind) else pa.float64()
    if not len(found):
        return lambda cells: cells.cast(target)
    value: Any = float(measure(found))
    if pa.types.is_decimal(kind):
        value = Decimal(repr(value)).quantize(Decimal(1).scaleb(-kind.scale), ROUND_HALF_EVEN)
    return lambda cells: pc.fill_null(cells.cast(target), pa.scalar(value, target))


def fill_forward(kind: pa.DataType) -> Fill:
    """The last value before, also across batches."""
    last = pa.scalar(None, kind)

    def fill(cells: pa.Array) -> pa.Array:
        nonlocal last
        if not len(cells):
            return cells
        filled = (
            pc.fill_null_forward(cells.cast(pa.int64())).cast(kind)
            if pa.types.is_duration(kind)
            else pc.fill_null_forward(cells)
        )
        if last.is_valid:
            filled = pc.fill_null(filled, last)
        last = filled[-1]
        return filled

    return fill


def flag_outliers(step: FlagOutliersStep, stage: Stage) -> Prepared:
    column, (name,) = number_column(stage, step.column), step.makes
    require_free(stage.columns, name)
    low, high = bounds(read_numbers(stage.stored(), column.name), step)
    note = f"true where {column.name!r} is below {low:g} or above {high:g} ({step.reach:g} × {'interquartile range' if step.method == 'iqr' else 'standard deviation'})"

    def apply(batch: pa.RecordBatch) -> pa.RecordBatch:
        cells = batch.column(column.name).cast(pa.float64(), safe=False)
        far = pc.fill_null(pc.or_(pc.less(cells, low), pc.greater(cells, high)), False)
        return insert_columns(batch, column.name, {name: far})

    return Prepared(apply, insert_after(stage.columns, column.name, (made_column(name, ColumnType.BOOLEAN, note),)))


def bounds(values: np.ndarray, step: FlagOutliersStep) -> tuple[float, float]:
    """Below the one and above the other lie the outliers."""
    if not len(values):
        return float("-inf"), float("inf")
    if step.method == "iqr":
        first, third = np.quantile(values, [0.25, 0.75])
        return float(first - step.reach * (third - first)), float(third + step.reach * (third - first))
    spread = float(np.std(values, ddof=1)) if len(values) > 1 else 0.0
    mean = float(np.mean(values))
    return mean - step.reach * spread, mean + step.reach * spread


def convert_unit(step: ConvertUnitStep, stage: Stage) -> Prepared:
    column = number_column(stage, step.column)
    factor, offset = conversion(step, column)

    def apply(batch: pa.RecordBatch) -> pa.RecordBatch:
        cells = batch.column(column.name).cast(pa.float64(), safe=False)
        return replace_columns(batch, {column.name: pc.add(pc.multiply(cells, factor), offset)})

    note = f"converted from {step.origin or column.unit or 'its unit'} to {step.to}"
    changed = replace(column, type=ColumnType.DECIMAL, unit=step.to, format=None, evidence=f"{column.evidence}; {note}")
    resolved = step.model_copy(update={"factor": factor, "offset": offset}).model_dump(mode="json", by_alias=True)
    return Prepared(apply, with_columns(stage, changed), (column.name,), resolved=resolved)


def conversion(step: ConvertUnitStep, column: Column) -> tuple[float, float]:
    if step.factor is not None:
        return step.factor, step.offset
    known = CONVERSIONS.get((step.origin or column.unit or "", step.to))
    if known is None:
        raise StepRefused(
            "step_does_not_fit",
            f"there is no known conversion of column {column.name!r} from {step.origin or column.unit or 'an unknown unit'} to {step.to}",
            "Say `from` which unit, or give the factor.",
        )
    return known
