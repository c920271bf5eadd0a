"""What steps would do, on real rows: counts before and after, and the first rows that change. Nothing is kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from services.dataproc.cleaning.measures import BATCH_ROWS, engine_for, parquet_source, quoted, rows_at
from services.dataproc.cleaning.model import Misfits, StepReport, Workspace
from services.dataproc.cleaning.pipeline import ROW, Pipeline
from services.dataproc.cleaning.steps import AnyStep
from services.dataproc.reading.columnar.parquet_batches import batches_of
from services.dataproc.reading.model import Column
from services.dataproc.tables.json_cells import json_cells

SHOWN_ROWS = 50  # as many changed rows as a person looks through


@dataclass(frozen=True)
class ChangedRow:
    """A row (counted from 1) before and after; `after` is None when it goes."""

    row: int
    before: dict[str, Any]
    after: dict[str, Any] | None


@dataclass(frozen=True)
class Trial:
    """The outcome of steps that were tried."""

    rows_before: int
    rows_after: int
    columns_before: tuple[str, ...]
    columns_after: tuple[str, ...]
    rows_changed: int
    changed: tuple[ChangedRow, ...]
    reports: tuple[StepReport, ...]
    misfits: tuple[Misfits, ...]


def try_steps(source: Path, columns: Sequence[Column], steps: Sequence[AnyStep], workspace: Workspace) -> Trial:
    pipeline = Pipeline(source, tuple(columns), workspace, numbered=True)
    for position, step in enumerate(steps, 1):
        pipeline.add(step, position)
    after = workspace.folder / "after.parquet"
    rows = pipeline.write(after, compression="lz4")
    misfits = pipeline.misfits()
    count, shown = changed_rows(source, after, columns, pipeline, workspace)
    return Trial(pq.ParquetFile(source).metadata.num_rows, rows, tuple(c.name for c in columns), tuple(c.name for c in pipeline.columns), count,
                 side_by_side(source, after, shown, [c.name for c in columns]), tuple(a.report() for a in pipeline.applied), misfits)  # fmt: skip


def changed_rows(
    before: Path, after: Path, columns: Sequence[Column], pipeline: Pipeline, workspace: Workspace
) -> tuple[int, list[int]]:
    """How many rows change or go, and the first of them, counted from 0."""
    touched = {name for applied in pipeline.applied for name in applied.prepared.touches}
    old = {c.name: c.name for c in columns}
    parts = [
        f"a.{quoted(ROW)} IS NULL",
        *(
            f"b.{quoted(name)}::VARCHAR IS DISTINCT FROM a.{quoted(name)}::VARCHAR"
            for name in pipeline.schema.names
            if name in touched and name in old
        ),
    ]
    parts += [new_cell(field) for field in pipeline.schema if field.name not in old and field.name != ROW]
    number = "b.file_row_number"
    query = (f"CREATE TEMP TABLE changed AS SELECT DISTINCT {number} AS n FROM {parquet_source(before, numbered=True)} b "  # noqa: S608 - names are quoted
             f"LEFT JOIN {parquet_source(after)} a ON a.{quoted(ROW)} = {number} WHERE {' OR '.join(parts)}")  # fmt: skip
    with engine_for(workspace) as db:
        db.execute(query)
        count = db.execute("SELECT count(*) FROM changed").fetchone()
        first = db.execute(f"SELECT n FROM changed ORDER BY n LIMIT {SHOWN_ROWS}").fetchall()  # noqa: S608 - a constant
    return int(count[0]) if count else 0, [row for (row,) in first]


def new_cell(field: pa.Field) -> str:
    """Does a new column say something about the row?"""
    name = f"a.{quoted(field.name)}"
    return f"coalesce({name}, false)" if pa.types.is_boolean(field.type) else f"{name} IS NOT NULL"


def side_by_side(before: Path, after: Path, rows: list[int], names: list[str]) -> tuple[ChangedRow, ...]:
    old = records(rows_at(before, rows, names))
    places = positions(after, rows)
    found = rows_at(
        after, sorted(places.values()), [name for name in pq.ParquetFile(after).schema_arrow.names if name != ROW]
    )
    new = dict(zip(sorted(places, key=lambda row: places[row]), records(found), strict=True))
    return tuple(ChangedRow(row + 1, cells, new.get(row)) for row, cells in zip(rows, old, strict=True))


def positions(after: Path, rows: list[int]) -> dict[int, int]:
    """Where the first row made of each old row stands."""
    found: dict[int, int] = {}
    start, wanted = 0, pa.array(rows, pa.int64())
    for batch in batches_of(pq.ParquetFile(after), BATCH_ROWS, [ROW]):
        numbers = batch.column(0)
        for row in wanted.to_pylist():
            place = numbers.index(row).as_py()
            if place >= 0:
                found.setdefault(row, start + place)
        start += batch.num_rows
        if found and rows and max(found) == rows[-1]:
            break
    return found


def records(table: pa.Table) -> list[dict[str, Any]]:
    """Rows as JSON objects."""
    columns = [json_cells(column) for column in table.columns]
    return [dict(zip(table.column_names, cells, strict=True)) for cells in zip(*columns, strict=True)]
