"""Text files: the fast reader where the file is regular, the careful one elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from services.dataproc.reading.csv_careful import TextTable, read_text_tables
from services.dataproc.reading.errors import no_table
from services.dataproc.reading.model import Limits
from services.dataproc.reading.sources import RawTable, spill

CELLS_IN_MEMORY = 4_000_000


def read_csv(path: Path, name: str, scratch: Path, limits: Limits, overrides: Mapping[str, Any]) -> Iterator[RawTable]:
    """The tables of a text file."""
    found = 0
    for table in read_text_tables(path, limits, dict(overrides)):
        found += 1
        yield raw_table(table, name, scratch / f"rows-{table.span}.arrow")
    if not found:
        raise no_table("no line holds a cell")


def raw_table(table: TextTable, name: str, spill_path: Path) -> RawTable:
    batches = spill(table.rows, table.layout.width, spill_path, CELLS_IN_MEMORY)
    names = source_names(table)
    reading = {**table.reading(), "path": "careful", "why": "rows are read one by one so that repairs can be noted"}
    decimal_comma = table.dialect.delimiter == ";"
    return RawTable(name, tuple(names), batches, reading, tuple(table.warnings()), decimal_comma=decimal_comma)


def source_names(table: TextTable) -> list[str]:
    """Header cells, padded with empty ones; generated names where the file has no header."""
    layout = table.layout
    if layout.headless:
        return [f"column_{index + 1}" for index in range(layout.width)]
    return [*layout.names, *[""] * (layout.width - len(layout.names))][: layout.width]


def raw_rows(path: Path, reading: Mapping[str, Any], limits: Limits) -> Iterator[list[str]]:
    """Header and rows of the table that `reading` describes, as they stand in the file."""
    for table in read_text_tables(path, limits, dict(reading.get("overrides") or {})):
        if table.span == reading.get("table", 0):
            yield source_names(table)
            yield from table.rows
            return
