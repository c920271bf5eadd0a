"""Stored tables as the data frames that an analyst would expect from `pd.read_csv` with dates parsed."""

from __future__ import annotations

import mmap
import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

# The largest integer up to which every whole number is a double.
_EXACT_IN_DOUBLE = 2**53

Values: TypeAlias = "pd.Series[Any] | pd.api.extensions.ExtensionArray"


@dataclass(frozen=True)
class TableSource:
    """An open table file, and how to read it."""

    name: str
    descriptor: int
    parquet: bool
    columns: tuple[str, ...] | None


def size_of(source: TableSource) -> int:
    """Bytes that mapping the file takes of the address space."""
    return os.fstat(source.descriptor).st_size


def load(source: TableSource) -> pd.DataFrame:
    """Map the file and convert the chosen columns; the frame owns its memory, so code may change it."""
    table = _read(source)
    wanted = _chosen(table.column_names, source.columns)
    columns = {name: to_pandas(table.column(name)) for name in wanted}
    return pd.DataFrame(columns, index=pd.RangeIndex(table.num_rows), columns=pd.Index(wanted, dtype="str"))


def read(source: TableSource) -> pa.Table:
    """The chosen columns as they are stored, or the first one: a table without any would have no rows to count."""
    table = _read(source)
    return table.select(_chosen(table.column_names, source.columns) or table.column_names[:1])


def _read(source: TableSource) -> pa.Table:
    mapped = pa.BufferReader(pa.py_buffer(mmap.mmap(source.descriptor, 0, access=mmap.ACCESS_READ)))
    if source.parquet:
        file = pq.ParquetFile(mapped)
        names = _chosen(file.schema_arrow.names, source.columns)
        # Without any column a Parquet read forgets the number of rows: read the narrowest thing there is, one column.
        return file.read(columns=names or file.schema_arrow.names[:1], use_threads=False)
    return pa.ipc.open_file(mapped).read_all()


def _chosen(names: Sequence[str], columns: tuple[str, ...] | None) -> list[str]:
    return [name for name in names if columns is None or name in columns]


def to_pandas(column: pa.ChunkedArray) -> Values:
    """Text as `str`; gaps as NaN, except where a column of numbers or truths would lose its meaning by it."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        return to_pandas(column.cast(kind.value_type))
    if pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        text: Values = pd.array(column.cast(pa.large_string()), dtype="str")
        return text
    if pa.types.is_boolean(kind) and column.null_count:
        return pd.arrays.BooleanArray(*_values_and_gaps(column, False))
    if pa.types.is_integer(kind) and column.null_count and _beyond_double(column):
        return pd.arrays.IntegerArray(*_values_and_gaps(column.cast(pa.int64()), 0))
    if pa.types.is_nested(kind):
        return pd.Series(column.to_pylist(), dtype=object)
    finer = kind == pa.time64("ns")  # than a time of day can be in Python
    plain: pd.Series[Any] = column.cast(_plain_type(kind), safe=not finer).to_pandas(use_threads=False)
    return plain


def _plain_type(kind: pa.DataType) -> pa.DataType:
    """Dates and times in microseconds, the unit that pandas reads text into; exact decimals as floats, to compute with. Narrow numbers
    in 64 bits: numpy's products of bytes wrap around without a word, and its sums of single floats keep seven digits."""
    if pa.types.is_floating(kind) or (pa.types.is_integer(kind) and kind.bit_width < 64):
        return pa.float64() if pa.types.is_floating(kind) else pa.int64()
    if pa.types.is_date(kind):
        return pa.timestamp("us")
    if pa.types.is_timestamp(kind) and kind.unit != "ns":
        return pa.timestamp("us", tz=kind.tz)
    if pa.types.is_time(kind):
        return pa.time64("us")
    return pa.float64() if pa.types.is_decimal(kind) or pa.types.is_null(kind) else kind


def _values_and_gaps(column: pa.ChunkedArray, filler: object) -> tuple[np.ndarray, np.ndarray]:
    """What pandas' nullable arrays are made of: values, and a mask that is true where there is none."""
    gaps = column.is_null().to_numpy()
    return pc.fill_null(column, filler).to_numpy().copy(), gaps.copy()


def _beyond_double(column: pa.ChunkedArray) -> bool:
    """Whether a whole number in it would change as a double, which is what gaps otherwise turn integers into."""
    ends = pc.min_max(column).as_py()
    return any(end is not None and abs(end) > _EXACT_IN_DOUBLE for end in ends.values())
