"""The cells of a table as they stand in its file, before any typing or cleaning."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from services.dataproc.reading.archives import Member, open_members
from services.dataproc.reading.columnar.files import read_columnar
from services.dataproc.reading.errors import no_table
from services.dataproc.reading.json import files as json_files
from services.dataproc.reading.model import DEFAULT_LIMITS, Limits
from services.dataproc.reading.table_text import table_rows
from services.dataproc.reading.text import files as csv_files
from services.dataproc.reading.workbook import files as excel


def read_raw(
    path: Path, *, filename: str, reading: Mapping[str, Any], limits: Limits = DEFAULT_LIMITS
) -> Iterator[list[str]]:
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
        return csv_files.raw_rows(member.path, reading, scratch, limits)
    if kind in ("xlsx", "xlsb", "xls", "ods"):
        return excel.raw_rows(member.path, kind, reading, scratch, limits)
    if kind in ("parquet", "arrow"):
        return table_rows(read_columnar(member.path, kind, "", limits))
    careful = "read so before" if reading.get("reader") in ("surveyed", "streamed") else ""
    _, tables = json_files.read_json(member.path, "", limits, scratch, careful=careful)
    return table_rows(next(t for t in tables if t.reading["records"] == reading["records"]))
