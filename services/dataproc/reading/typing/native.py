"""The types of columns that arrive typed (Parquet, Arrow, JSON, worksheets)."""

from __future__ import annotations

import pyarrow as pa

CHECKS = (
    (pa.types.is_boolean, "boolean"),
    (pa.types.is_integer, "integer"),
    (pa.types.is_floating, "decimal"),
    (pa.types.is_decimal, "decimal"),
    (pa.types.is_date, "date"),
    (pa.types.is_timestamp, "datetime"),
    (pa.types.is_time, "time"),
    (pa.types.is_duration, "duration"),
    (pa.types.is_null, "empty"),
)


def native_type(storage: pa.DataType, name: str) -> tuple[str, str]:
    """(type, evidence) of a column that the file itself types."""
    if pa.types.is_decimal(storage) and storage.scale == 0:
        return "integer", f"the file stores it as {storage}"
    for check, kind in CHECKS:
        if check(storage):
            return kind, f"the file stores it as {storage}"
    return "text", f"the file stores it as {storage}"
