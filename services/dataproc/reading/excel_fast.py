"""Large, regular worksheets: read in columns, typed by the workbook's own cell types."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import fastexcel
import pyarrow as pa
import pyarrow.compute as pc

from services.dataproc.reading.cellkinds import filled
from services.dataproc.reading.layout import find_layout
from services.dataproc.reading.sheet_scan import load_large
from services.dataproc.reading.sources import MemoryBatches, RawTable

LARGE_PART = 24 << 20
SAMPLED_ROWS = 2_000
BATCH_ROWS = 65_536
UNNAMED = "__UNNAMED__"


def is_large(path: Path) -> bool:
    """Does one part of the workbook hold that many bytes of cells?"""
    with zipfile.ZipFile(path) as archive:
        return any(info.file_size > LARGE_PART for info in archive.infolist() if "worksheets/" in info.filename)


def read_large(path: Path, overrides: Mapping[str, Any]) -> list[RawTable] | None:
    """One table per sheet, or None when a sheet is not one plain table from its first row on."""
    tables = []
    for index, name in enumerate(fastexcel.read_excel(path).sheet_names):
        batch, passed = load_large(path, index, name)
        if not batch.num_rows:
            continue
        names = ["" if column.startswith(UNNAMED) else column for column in batch.schema.names]
        head = [names, *text_rows(batch.slice(0, SAMPLED_ROWS))]
        layout = find_layout(head, header_rows=overrides.get("header_rows"), more_follow=True)
        if passed.merged or layout.header != (0, 1) or layout.width != len(names) or any(not filled(row) for row in head):
            return None
        tables.append(columns_table(name, index, batch, names, passed.warnings(name)))
    return tables or None


def text_rows(batch: pa.RecordBatch) -> list[list[str]]:
    columns = [column.cast(pa.string()).fill_null("").to_pylist() for column in batch.columns]
    return [list(row) for row in zip(*columns, strict=True)]


def columns_table(name: str, index: int, batch: pa.RecordBatch, names: list[str], warnings: tuple[str, ...]) -> RawTable:
    arrays, evidence = [], {}
    for position, column in enumerate(batch.columns):
        array, why = stored(column)
        arrays.append(array)
        if why:
            evidence[position] = why
    schema = pa.schema([(f"c{i}", array.type) for i, array in enumerate(arrays)])
    batches = pa.Table.from_arrays(arrays, schema=schema).to_batches(max_chunksize=BATCH_ROWS)
    reading = {"sheet": name, "sheet_index": index, "region": 0, "region_at": [0, 0], "header_rows": 1, "path": "fast",
               "why": "large, and a plain table from its first row on"}  # fmt: skip
    return RawTable(name, tuple(names), MemoryBatches(schema, batches), reading, warnings, evidence)


def stored(column: pa.Array) -> tuple[pa.Array, str]:
    """(values, evidence); columns of text are typed later, like those of a text file."""
    kind = column.type
    if pa.types.is_floating(kind):
        whole = (
            pc.all(pc.equal(pc.floor(column), column)).as_py() is not False
            and (pc.max(pc.abs(column)).as_py() or 0) < 2**53
        )
        return (
            (column.cast(pa.int64()), "worksheet numbers, all of them whole")
            if whole
            else (column.cast(pa.float64()), "worksheet numbers")
        )
    if pa.types.is_timestamp(kind):
        days = pc.floor_temporal(column, unit="day")
        midnight = pc.all(pc.equal(days, column)).as_py() is not False
        return (
            (column.cast(pa.date32()), "worksheet dates")
            if midnight
            else (column.cast(pa.timestamp("us")), "worksheet dates with times")
        )
    if pa.types.is_duration(kind):
        return column.cast(pa.duration("us")), "worksheet elapsed times"
    if pa.types.is_boolean(kind) or pa.types.is_integer(kind) or pa.types.is_date(kind):
        return column, f"worksheet cells stored as {kind}"
    return (pa.nulls(len(column), pa.string()) if pa.types.is_null(kind) else column.cast(pa.string())), ""
