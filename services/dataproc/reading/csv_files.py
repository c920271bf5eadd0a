"""Text files: the fast reader where the file is regular, the careful one elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from services.dataproc.reading.csv_careful import TextTable, chosen_encoding, read_text_tables
from services.dataproc.reading.csv_fast import CsvBatches, FastPlan, fast_reading, plan_fast
from services.dataproc.reading.encoding import presumed_encoding
from services.dataproc.reading.errors import no_table
from services.dataproc.reading.layout import Layout
from services.dataproc.reading.model import Limits
from services.dataproc.reading.sources import RawTable, spill

CELLS_IN_MEMORY = 4_000_000
FAST_BYTES = 4 << 20


def read_csv(
    path: Path, name: str, scratch: Path, limits: Limits, overrides: Mapping[str, Any], *, careful: str = ""
) -> Iterator[RawTable]:
    """The tables of a text file. `careful` is a reason not to try the fast reader."""
    why = careful or "small enough to be read row by row"
    if not careful and path.stat().st_size > FAST_BYTES:
        plan = fast_plan(path, overrides, limits)
        if isinstance(plan, FastPlan):
            yield fast_table(path, name, plan)
            return
        why = plan
    found = 0
    for table in read_text_tables(path, limits, dict(overrides)):
        found += 1
        yield careful_table(table, name, scratch / f"rows-{table.span}.arrow", why)
    if not found:
        raise no_table("no line holds a cell")


def fast_plan(path: Path, overrides: Mapping[str, Any], limits: Limits) -> FastPlan | str:
    encoding = chosen_encoding(path, dict(overrides)) if overrides.get("encoding") else presumed_encoding(path)
    return plan_fast(path, encoding, overrides, limits) if encoding else "it is not UTF-8"


def fast_table(path: Path, name: str, plan: FastPlan) -> RawTable:
    return RawTable(
        name,
        tuple(layout_names(plan.layout)),
        CsvBatches(path, plan),
        fast_reading(plan),
        decimal_comma=plan.dialect.delimiter == ";",
    )


def careful_table(table: TextTable, name: str, spill_path: Path, why: str) -> RawTable:
    batches = spill(table.rows, table.layout.width, spill_path, CELLS_IN_MEMORY)
    reading = {**table.reading(), "path": "careful", "why": why}
    return RawTable(
        name,
        tuple(layout_names(table.layout)),
        batches,
        reading,
        tuple(table.warnings()),
        decimal_comma=table.dialect.delimiter == ";",
    )


def layout_names(layout: Layout) -> list[str]:
    """Header cells, padded with empty ones; generated names where the file has no header."""
    if layout.headless:
        return [f"column_{index + 1}" for index in range(layout.width)]
    return [*layout.names, *[""] * (layout.width - len(layout.names))][: layout.width]


def raw_rows(path: Path, reading: Mapping[str, Any], limits: Limits) -> Iterator[list[str]]:
    """Header and rows of the table that `reading` describes, as they stand in the file."""
    overrides = dict(reading.get("overrides") or {})
    if reading.get("path") == "fast" and isinstance(plan := fast_plan(path, overrides, limits), FastPlan):
        yield layout_names(plan.layout)
        for batch in CsvBatches(path, plan):
            yield from map(list, zip(*(column.to_pylist() for column in batch.columns), strict=True))
        return
    for table in read_text_tables(path, limits, overrides):
        if table.span == reading.get("table", 0):
            yield layout_names(table.layout)
            yield from table.rows
            return
