"""The cells of a table as they stand in its file, before any typing or cleaning."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa

from services.dataproc.reading import csv_files, excel, json_files
from services.dataproc.reading.archives import Member, open_members
from services.dataproc.reading.columnar_files import read_columnar
from services.dataproc.reading.errors import no_table
from services.dataproc.reading.model import Limits
from services.dataproc.reading.profile import plain
from services.dataproc.reading.sources import RawTable

ZERO_FRACTION = ".000000"


def read_raw(path: Path, *, filename: str, reading: Mapping[str, Any], limits: Limits = Limits()) -> Iterator[list[str]]:
    """Header row, then rows, as text: exactly the cells that were read for the table which `reading` describes."""
    with tempfile.TemporaryDirectory(prefix="reading-") as scratch:
        for member in open_members(path, filename, Path(scratch), limits):
            if member.filename == reading["member"] and list(member.steps) == list(reading["steps"]):
                yield from member_rows(member, reading, Path(scratch), limits)
                return
    raise no_table("the file no longer holds it")


def member_rows(member: Member, reading: Mapping[str, Any], scratch: Path, limits: Limits) -> Iterator[list[str]]:
    kind = str(reading["format"])
    if kind == "csv":
        return csv_files.raw_rows(member.path, reading, limits)
    if kind in ("xlsx", "xlsb", "xls", "ods"):
        return excel.raw_rows(member.path, kind, reading, limits)
    if kind in ("parquet", "arrow"):
        return table_rows(read_columnar(member.path, kind, "", limits))
    _, tables = json_files.read_json(member.path, "", scratch, limits)
    return table_rows(next(t for t in tables if t.reading["records"] == reading["records"]))


def table_rows(table: RawTable) -> Iterator[list[str]]:
    yield list(table.names)
    for batch in table.batches:
        columns = [texts(column) for column in batch.columns]
        yield from (list(row) for row in zip(*columns, strict=True))


def texts(column: pa.Array) -> list[str]:
    if pa.types.is_timestamp(column.type) or pa.types.is_date(column.type):
        return ["" if value is None else value.removesuffix(ZERO_FRACTION) for value in column.cast(pa.string()).to_pylist()]
    return [text_of(value) for value in column.to_pylist()]


def text_of(value: Any) -> str:
    """Null as an empty cell, truth values in lower case, dates in ISO form."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    shown = plain(value)
    return shown if isinstance(shown, str) else json.dumps(shown)
