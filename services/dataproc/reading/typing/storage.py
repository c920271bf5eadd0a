"""Column types as Arrow stores them: of values that come from text, and of columns that arrive typed (Parquet, Arrow, JSON, worksheets)."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa

from shared.columns import ColumnType

STORAGE: Mapping[ColumnType, pa.DataType] = {kind: pa.type_for_alias(kind.traits.arrow) for kind in ColumnType}

CHECKS = (
    (pa.types.is_boolean, ColumnType.BOOLEAN),
    (pa.types.is_integer, ColumnType.INTEGER),
    (pa.types.is_floating, ColumnType.DECIMAL),
    (pa.types.is_decimal, ColumnType.DECIMAL),
    (pa.types.is_date, ColumnType.DATE),
    (pa.types.is_timestamp, ColumnType.DATETIME),
    (pa.types.is_time, ColumnType.TIME),
    (pa.types.is_duration, ColumnType.DURATION),
    (pa.types.is_null, ColumnType.EMPTY),
)


def native_type(storage: pa.DataType) -> ColumnType:
    """The type of a column that the file itself types."""
    if pa.types.is_decimal(storage) and storage.scale == 0:
        return ColumnType.INTEGER
    return next((kind for check, kind in CHECKS if check(storage)), ColumnType.TEXT)
