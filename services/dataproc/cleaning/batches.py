"""Record batches by column name: replaced, inserted, dropped, compared, and as text."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from services.dataproc.reading.typing.storage import is_number_storage

EXACT_WHOLE = 1e15  # doubles below this print as whole numbers without loss


def replace_columns(batch: pa.RecordBatch, new: Mapping[str, pa.Array]) -> pa.RecordBatch:
    """The batch with the cells of some columns replaced."""
    arrays = [new.get(name, column) for name, column in zip(batch.schema.names, batch.columns, strict=True)]
    return pa.record_batch(arrays, names=batch.schema.names)


def insert_columns(batch: pa.RecordBatch, after: str, new: Mapping[str, pa.Array]) -> pa.RecordBatch:
    position = batch.schema.names.index(after) + 1
    names = [*batch.schema.names[:position], *new, *batch.schema.names[position:]]
    return pa.record_batch([*batch.columns[:position], *new.values(), *batch.columns[position:]], names=names)


def without_columns(batch: pa.RecordBatch, names: Sequence[str]) -> pa.RecordBatch:
    kept = [name for name in batch.schema.names if name not in names]
    return pa.record_batch([batch.column(name) for name in kept], names=kept)


def count_differences(old: pa.Array, new: pa.Array) -> int:
    """How many cells are not the same; of columns that became another kind of thing, how many were lost."""
    if old.type != new.type and is_number_storage(old.type) and is_number_storage(new.type):
        old, new = old.cast(pa.float64(), safe=False), new.cast(pa.float64(), safe=False)
    if old.type != new.type:
        return int(pc.sum(pc.and_(pc.is_valid(old), pc.is_null(new))).as_py() or 0)
    same = pc.fill_null(pc.equal(old, new), False)
    both_missing = pc.and_(pc.is_null(old), pc.is_null(new))
    return len(old) - int(pc.sum(pc.or_(same, both_missing)).as_py() or 0)


def map_texts(cells: pa.Array, change: Callable[[str], Any], kind: pa.DataType) -> pa.Array:
    """`change` applied to every distinct text of an array."""
    encoded = cells.dictionary_encode()
    changed = [None if text is None else change(text) for text in encoded.dictionary.to_pylist()]
    return pa.array(changed, kind).take(encoded.indices)


def cells_as_text(cells: pa.Array) -> pa.Array:
    """Cells as a person would write them: 5 and not 5.0, ISO dates, no empty fractions of seconds."""
    if pa.types.is_string(cells.type):
        return cells
    if pa.types.is_floating(cells.type):
        return pa.array([None if value is None else number_text(value) for value in cells.to_pylist()], pa.string())
    if pa.types.is_duration(cells.type):
        return pa.array([None if value is None else str(value) for value in cells.to_pylist()], pa.string())
    text = cells.cast(pa.string())
    return (
        pc.replace_substring_regex(text, r"\.0+$", "")
        if pa.types.is_timestamp(cells.type) or pa.types.is_time(cells.type)
        else text
    )


def number_text(value: float) -> str:
    return str(int(value)) if value.is_integer() and abs(value) < EXACT_WHOLE else repr(value)
