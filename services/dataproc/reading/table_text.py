"""The text form of tables whose cells are values, not text."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa
import pyarrow.compute as pc

from services.dataproc.reading.iso_text import iso_texts
from services.dataproc.reading.sources import RawTable


def table_rows(table: RawTable) -> Iterator[list[str]]:
    yield list(table.names)
    for batch in table.batches:
        columns = [with_unit(texts(column), table.units.get(index)) for index, column in enumerate(batch.columns)]
        yield from (list(row) for row in zip(*columns, strict=True))


def texts(column: pa.Array) -> list[str]:
    """Null as an empty cell, truth values in lower case, points in time in ISO form, numbers with every digit."""
    kind = column.type
    if pa.types.is_temporal(kind):
        shown = iso_texts(column)
        return [text.replace("T", " ") if text and pa.types.is_timestamp(kind) else text or "" for text in shown]
    if pa.types.is_floating(kind):
        return ["" if value is None else repr(value) for value in column.to_pylist()]
    found: list[str] = pc.fill_null(column.cast(pa.string()), "").to_pylist()
    return found


def with_unit(numbers: list[str], unit: str | None) -> list[str]:
    """The numbers as text has them: 12.5%, 3 EUR."""
    if unit is None:
        return numbers
    return [number and f"{number}{'' if unit == '%' else ' '}{unit}" for number in numbers]
