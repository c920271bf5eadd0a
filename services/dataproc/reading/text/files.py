"""Text files: the fast reader where the file is regular, the careful one elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from services.dataproc.reading.errors import no_table
from services.dataproc.reading.layout.finding import Layout
from services.dataproc.reading.model import Limits
from services.dataproc.reading.sources import RawTable, spill
from services.dataproc.reading.text.careful import HELD_BYTES, TextTable, chosen_encoding, read_text_tables
from services.dataproc.reading.text.encoding import Encoding, copied_as_utf8, presumed_encoding
from services.dataproc.reading.text.fast import MENDED, UTF8, CsvBatches, FastPlan, fast_reading, plan_fast
from services.dataproc.reading.text.mended import plan_mended

CELLS_IN_MEMORY = 4_000_000
FAST_BYTES = 4 << 20
BROKEN_UTF8 = "invalid UTF8"  # in what Arrow says


def read_csv(
    path: Path, name: str, scratch: Path, limits: Limits, overrides: Mapping[str, Any], *, careful: str = ""
) -> Iterator[RawTable]:
    """The tables of a text file. `careful` is a reason not to try the fast reader, unless it is only that the file is not UTF-8 throughout."""
    why = careful or "small enough to be read row by row"
    if path.stat().st_size > FAST_BYTES:
        plan = columnar_plan(path, overrides, limits, scratch, careful)
        if isinstance(plan, FastPlan):
            yield fast_table(name, plan)
            return
        why = plan
    found = 0
    for table in read_text_tables(path, limits, dict(overrides)):
        found += 1
        yield careful_table(table, name, scratch / f"rows-{table.span}.arrow", why)
    if not found:
        raise no_table("no line holds a cell")


def columnar_plan(
    path: Path, overrides: Mapping[str, Any], limits: Limits, scratch: Path, careful: str
) -> FastPlan | str:
    """The plan for the file as it stands; for a copy with mended rows where that is not regular; or the reason against both."""
    plan: FastPlan | str = careful
    if not careful or BROKEN_UTF8 in careful:
        plan = fast_plan(path, overrides, limits, scratch, throughout=bool(careful))
    if isinstance(plan, FastPlan) or MENDED in careful or path.stat().st_size <= HELD_BYTES:
        return plan
    encoding = chosen_encoding(path, dict(overrides))
    if encoding.name not in UTF8:
        return plan
    mended = plan_mended(path, encoding, overrides, limits, scratch / f"mended-{path.name}")
    return mended if isinstance(mended, FastPlan) else f"{plan}; {mended}"


def fast_plan(
    path: Path, overrides: Mapping[str, Any], limits: Limits, scratch: Path, *, throughout: bool = False
) -> FastPlan | str:
    """The plan, of a copy in UTF-8 for files of another encoding; `throughout` when the beginning of the file does not tell which it is."""
    presumed = None if throughout or overrides.get("encoding") else presumed_encoding(path)
    encoding = presumed or chosen_encoding(path, dict(overrides))
    if encoding.name in UTF8:
        return plan_fast(path, encoding, overrides, limits)
    copy = scratch / f"utf8-{path.name}"
    if not copied_as_utf8(path, encoding, copy):
        return f"it holds bytes that are no letters in {encoding.name}"
    plan = plan_fast(copy, Encoding("utf-8", 0, encoding.evidence), overrides, limits)
    if isinstance(plan, FastPlan):
        return replace(plan, encoding=encoding)
    copy.unlink()
    return plan


def fast_table(name: str, plan: FastPlan) -> RawTable:
    return RawTable(
        name,
        tuple(layout_names(plan.layout)),
        CsvBatches(plan),
        fast_reading(plan),
        plan.warnings,
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


def holds_table(path: Path, limits: Limits) -> bool:
    """Is there a table of at least two columns, with names?"""
    return any(t.layout.width > 1 and not t.layout.headless for t in list(read_text_tables(path, limits)))


def raw_rows(path: Path, reading: Mapping[str, Any], scratch: Path, limits: Limits) -> Iterator[list[str]]:
    """Header and rows of the table that `reading` describes, as they stand in the file."""
    overrides = dict(reading.get("overrides") or {})
    careful = "" if reading["encoding"]["name"] in UTF8 else BROKEN_UTF8
    if reading.get("path") == "fast" and isinstance(
        plan := columnar_plan(path, overrides, limits, scratch, careful), FastPlan
    ):
        yield layout_names(plan.layout)
        for batch in CsvBatches(plan):
            yield from map(list, zip(*(column.to_pylist() for column in batch.columns), strict=True))
        return
    for table in read_text_tables(path, limits, overrides):
        if table.span == reading.get("table", 0):
            yield layout_names(table.layout)
            yield from table.rows
            return
