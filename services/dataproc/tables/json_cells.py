"""Arrow cells as typed JSON: points and spans in time in ISO 8601, infinity and big numbers as text, no NaN."""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pyarrow as pa

from services.dataproc.reading.iso_text import iso_texts

SAFE_INTEGER = 2**53  # beyond this a JSON number loses digits in JavaScript


def json_cells(column: pa.Array | pa.ChunkedArray) -> list[Any]:
    """The cells of a column, each as a JSON value."""
    if pa.types.is_temporal(column.type) and not pa.types.is_interval(column.type):
        return iso_texts(column)
    convert = _converter(column.type)
    return [None if cell is None else convert(cell) for cell in column.to_pylist()]


def _converter(kind: pa.DataType) -> Callable[[Any], Any]:
    if pa.types.is_floating(kind):
        return _number
    if pa.types.is_integer(kind) or (pa.types.is_decimal(kind) and kind.scale == 0):
        return lambda cell: int(cell) if abs(cell) <= SAFE_INTEGER else str(cell)
    return _decimal if pa.types.is_decimal(kind) else _plain


def _number(cell: float) -> float | str | None:
    """JSON has no infinity: it is shown as text, so that it is not taken for a missing cell."""
    return cell if math.isfinite(cell) else None if math.isnan(cell) else str(cell)


def _decimal(cell: Decimal) -> Any:
    near = float(cell)
    return near if Decimal(repr(near)) == cell else str(cell)


def _plain(cell: Any) -> Any:
    return cell if isinstance(cell, (str, bool, int)) else str(cell)
