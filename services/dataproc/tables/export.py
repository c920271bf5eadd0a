"""A table in a form that other programs read, piece by piece."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

from services.dataproc.reading import Column
from services.dataproc.reading.iso_text import iso_texts
from services.dataproc.tables.json_cells import json_cells

Format = Literal["csv", "parquet", "xlsx", "jsonl"]
MEDIA_TYPES: dict[Format, str] = {
    "csv": "text/csv; charset=utf-8; header=present",
    "parquet": "application/vnd.apache.parquet",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "jsonl": "application/x-ndjson",
}


def stored_batches(path: Path) -> Iterator[pa.RecordBatch]:
    with pa.memory_map(str(path)) as mapped:
        reader = pa.ipc.open_file(mapped)
        for index in range(reader.num_record_batches):
            yield reader.get_batch(index)


def csv_pieces(path: Path, columns: Sequence[Column]) -> Iterator[bytes]:
    """RFC 4180, UTF-8, header row first."""
    names = [column.name for column in columns]
    header = io.BytesIO()
    empty = pa.table({str(i): pa.array([], pa.string()) for i in range(len(names))})
    pacsv.write_csv(
        empty.rename_columns(names), header, pacsv.WriteOptions(quoting_style="needed", quoting_header="needed")
    )
    yield header.getvalue()
    options = pacsv.WriteOptions(include_header=False, quoting_style="needed")
    for batch in stored_batches(path):
        out = io.BytesIO()
        pacsv.write_csv(_csv_ready(batch), out, options)
        yield out.getvalue()


def _csv_ready(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Types that the CSV writer does not know become text."""
    return pa.RecordBatch.from_arrays([_csv_column(column) for column in batch.columns], names=batch.schema.names)


def _csv_column(column: pa.Array) -> pa.Array:
    kind = column.type
    if pa.types.is_duration(kind) or (pa.types.is_temporal(kind) and _beyond_python(column)):
        return pa.array(iso_texts(column), pa.string())
    if pa.types.is_decimal(kind) or pa.types.is_time(kind):
        return column.cast(pa.string())
    if pa.types.is_nested(kind):
        return pa.array([None if v is None else json.dumps(v, default=str) for v in column.to_pylist()], pa.string())
    return column


def _beyond_python(column: pa.Array) -> bool:
    """Does it hold a year beyond 9999 or before 1, which the CSV writer garbles?"""
    try:
        pc.min_max(column).as_py()
    except (OverflowError, ValueError):
        return True
    return False


def jsonl_pieces(path: Path, columns: Sequence[Column]) -> Iterator[bytes]:
    """One JSON object a row; numbers with every digit."""
    names = [json.dumps(column.name, ensure_ascii=False) for column in columns]
    for batch in stored_batches(path):
        cells = [
            [f"{name}: {literal}" for literal in _literals(column)]
            for name, column in zip(names, batch.columns, strict=True)
        ]
        if batch.num_rows:
            yield ("\n".join("{" + ", ".join(row) + "}" for row in zip(*cells, strict=True)) + "\n").encode(
                "utf-8", "replace"
            )


def _literals(column: pa.Array) -> list[str]:
    """The JSON of each cell. A file, unlike a page in a browser, keeps whole numbers and decimals of any length as numbers."""
    if pa.types.is_integer(column.type) or pa.types.is_decimal(column.type):
        return ["null" if text is None else text for text in column.cast(pa.string()).to_pylist()]
    return [json.dumps(cell, ensure_ascii=False) for cell in json_cells(column)]
