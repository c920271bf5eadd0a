"""Steps that change which columns there are: rename, drop, unpivot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pyarrow as pa

from services.dataproc.cleaning.batches import cells_as_text, without_columns
from services.dataproc.cleaning.errors import StepRefused, name_taken, nothing_left
from services.dataproc.cleaning.model import Prepared, Stage, column_of, made_column, require_free
from services.dataproc.cleaning.steps import DropColumnsStep, RenameStep, UnpivotStep
from services.dataproc.reading.model import Column
from services.dataproc.reading.naming import tidy_name
from shared.columns import ColumnType


def rename(step: RenameStep, stage: Stage) -> Prepared:
    for old in step.columns:
        column_of(stage, old)
    new = {old: tidy_name(name) for old, name in step.columns.items()}
    columns = tuple(replace(c, name=new.get(c.name, c.name)) for c in stage.columns)
    names = [c.name.casefold() for c in columns]
    for column, name in zip(columns, names, strict=True):
        if not name:
            raise StepRefused("step_does_not_fit", "a column needs a name of more than blanks", "Choose another name.")
        if names.count(name) > 1:
            raise name_taken(column.name)
    return Prepared(lambda batch: batch.rename_columns([new.get(name, name) for name in batch.schema.names]), columns)


def drop_columns(step: DropColumnsStep, stage: Stage) -> Prepared:
    dropped = {column_of(stage, name).name for name in step.columns}
    kept = tuple(c for c in stage.columns if c.name not in dropped)
    if not kept:
        raise nothing_left("column")
    return Prepared(lambda batch: without_columns(batch, step.columns), kept)


def unpivot(step: UnpivotStep, stage: Stage) -> Prepared:
    """Rows stay together: those made of one row follow one another, in the order of the named columns."""
    melted = [column_of(stage, name) for name in step.columns]
    kept = tuple(column_of(stage, name) for name in step.keep) or tuple(
        c for c in stage.columns if c.name not in step.columns
    )
    require_free(kept, step.names_to, step.values_to)
    kind, storage = common_type(melted, stage.schema)
    hidden = [name for name in stage.schema.names if name not in {c.name for c in stage.columns}]
    repeated = [*(c.name for c in kept), *hidden]
    times = len(melted)

    def apply(batch: pa.RecordBatch) -> pa.RecordBatch:
        rows = pa.array(np.repeat(np.arange(batch.num_rows), times))
        labels = pa.array(list(step.columns) * batch.num_rows, pa.string())
        side_by_side = [cells_stored_as(batch.column(name), storage) for name in step.columns]
        order = pa.array(np.arange(batch.num_rows * times).reshape(times, -1).T.reshape(-1))
        values = pa.concat_arrays(side_by_side).take(order)
        columns = {name: batch.column(name).take(rows) for name in repeated} | {
            step.names_to: labels,
            step.values_to: values,
        }
        names = [*(c.name for c in kept), step.names_to, step.values_to, *hidden]
        return pa.record_batch([columns[name] for name in names], names=names)

    unit = melted[0].unit if len({c.unit for c in melted}) == 1 else None
    note = f"the cells of {len(melted)} columns, one below the other"
    return Prepared(
        apply,
        (
            *kept,
            made_column(step.names_to, ColumnType.CATEGORY, f"the names of {len(melted)} columns"),
            made_column(step.values_to, kind, note, unit),
        ),
    )


def common_type(columns: Sequence[Column], schema: pa.Schema) -> tuple[ColumnType, pa.DataType]:
    """The type that holds the cells of all columns exactly: their own, a double for plain numbers, else text."""
    storages = {schema.field(c.name).type for c in columns}
    if len(storages) == 1:
        kinds = {c.type for c in columns}
        return (kinds.pop() if len(kinds) == 1 else ColumnType.TEXT), storages.pop()
    if all(pa.types.is_integer(s) or pa.types.is_floating(s) for s in storages):
        return ColumnType.DECIMAL, pa.float64()
    return ColumnType.TEXT, pa.string()


def cells_stored_as(cells: pa.Array, storage: pa.DataType) -> pa.Array:
    if cells.type == storage:
        return cells
    return cells_as_text(cells) if pa.types.is_string(storage) else cells.cast(storage)
