"""The text form of tables whose cells are values, not text."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pyarrow as pa

from services.dataproc.reading.profile import plain
from services.dataproc.reading.sources import RawTable

ZERO_FRACTION = ".000000"


def table_rows(table: RawTable) -> Iterator[list[str]]:
    yield list(table.names)
    for batch in table.batches:
        columns = [texts(column) for column in batch.columns]
        yield from (list(row) for row in zip(*columns, strict=True))


def texts(column: pa.Array) -> list[str]:
    if pa.types.is_timestamp(column.type) or pa.types.is_date(column.type):
        return [
            "" if value is None else value.removesuffix(ZERO_FRACTION) for value in column.cast(pa.string()).to_pylist()
        ]
    return [text_of(value) for value in column.to_pylist()]


def text_of(value: Any) -> str:
    """Null as an empty cell, truth values in lower case, dates in ISO form."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    shown = plain(value)
    return shown if isinstance(shown, str) else json.dumps(shown)
