"""Arrow cells as typed JSON: dates and times in ISO 8601, durations too, no NaN, big numbers as text."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pyarrow as pa

SAFE_INTEGER = 2**53  # beyond this a JSON number loses digits in JavaScript


def json_cells(column: pa.ChunkedArray) -> list[Any]:
    """The cells of a column, each as a JSON value."""
    convert = _converter(column.type)
    return [None if cell is None else convert(cell) for cell in column.to_pylist()]


def _converter(kind: pa.DataType) -> Callable[[Any], Any]:
    if pa.types.is_floating(kind):
        return _number
    if pa.types.is_integer(kind):
        return lambda cell: cell if abs(cell) <= SAFE_INTEGER else str(cell)
    if pa.types.is_decimal(kind):
        return _decimal
    if pa.types.is_temporal(kind) and not pa.types.is_duration(kind):
        return lambda cell: cell.isoformat()
    if pa.types.is_duration(kind):
        return _duration
    return _plain


def _number(cell: float) -> float | None:
    return cell if math.isfinite(cell) else None


def _decimal(cell: Decimal) -> Any:
    near = float(cell)
    return near if Decimal(repr(near)) == cell else str(cell)


def _duration(cell: timedelta) -> str:
    """ISO 8601 in hours, minutes and seconds."""
    total = cell.total_seconds()
    sign, seconds = ("-" if total < 0 else ""), abs(total)
    hours, rest = divmod(seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    return f"{sign}PT{hours:.0f}H{minutes:.0f}M{seconds:g}S"


def _plain(cell: Any) -> Any:
    return cell if isinstance(cell, (str, bool, int)) else str(cell)
