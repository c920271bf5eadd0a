"""A result frame as Arrow columns of the few types that cross the wire."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from services.dataproc.jail.cells import Json, cell, cut_long_text
from services.dataproc.jail.wire import COLUMN_TYPES


@dataclass(frozen=True)
class Column:
    """`shown` are the typed values of the first rows when the Arrow column could keep only their text."""

    name: str
    values: pa.Array
    shown: list[Json] | None = None


def columns_of(frame: pd.DataFrame, preview_rows: int) -> list[Column]:
    """Raises NoAnswer when a cell is an object of the program."""
    return [_column(str(name), frame.iloc[:, position], preview_rows) for position, name in enumerate(frame.columns)]


def _column(name: str, series: pd.Series, preview_rows: int) -> Column:
    if isinstance(series.dtype, pd.CategoricalDtype):
        series = series.astype(series.cat.categories.dtype if not series.hasnans else object)
    native = _native(series)
    if native is not None:
        return Column(name, native)
    cells = [cell(value) for value in series]
    texts = pa.array([_text(value) for value in cells], pa.large_string())
    return Column(name, texts, [cut_long_text(value) for value in cells[:preview_rows]])


def _native(series: pd.Series) -> pa.Array | None:
    """The column in one of the wire's types; None when its cells have no such type in common."""
    if pd.api.types.is_datetime64_dtype(series.dtype):
        return _times(series)
    try:
        values = pa.array(series, from_pandas=True)
    except (pa.ArrowException, TypeError, ValueError, OverflowError):
        return None
    if isinstance(values, pa.ChunkedArray):
        values = values.combine_chunks()
    if isinstance(values, pa.ChunkedArray):
        values = pa.concat_arrays(values.chunks)
    return _narrowed(values)


def _times(series: pd.Series) -> pa.Array:
    """Whole days as dates: what came from a date column reads as one."""
    stamps = pa.array(series, pa.timestamp("us"), from_pandas=True, safe=False)
    moments = series.dropna().to_numpy()
    whole_days = bool((moments == moments.astype("datetime64[D]")).all())
    return stamps.cast(pa.date32()) if whole_days else stamps


def _narrowed(values: pa.Array) -> pa.Array | None:
    kind = values.type
    if pa.types.is_unsigned_integer(kind):
        fits = kind.bit_width < 64 or (pc.max(values).as_py() or 0) < 2**63
        return values.cast(pa.int64()) if fits else None
    for matches, target in (
        (pa.types.is_integer, pa.int64()),
        (pa.types.is_floating, pa.float64()),
        (pa.types.is_decimal, pa.float64()),
        (pa.types.is_null, pa.large_string()),
    ):
        if matches(kind):
            return values.cast(target)
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return values.cast(pa.large_string())
    return values if kind in COLUMN_TYPES.values() else None


def _text(value: Any) -> str | None:
    """What an export writes for a cell of a column of mixed types."""
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False) if isinstance(value, (dict, list)) else str(value)
