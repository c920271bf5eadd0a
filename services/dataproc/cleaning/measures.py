"""Measures of a table on disk that a step has to know before it can begin."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from services.dataproc.cleaning.model import Workspace
from services.dataproc.reading import query_engine
from services.dataproc.reading.columnar.parquet_batches import batches_of
from services.dataproc.reading.profile import literal, quoted

BATCH_ROWS = 65_536


def engine_for(workspace: Workspace) -> duckdb.DuckDBPyConnection:
    """An engine that spills to the workspace beyond half of the job's memory."""
    return query_engine.connected(workspace.threads, max(128, workspace.memory_bytes >> 21), workspace.folder)


def parquet_source(path: Path, *, numbered: bool = False) -> str:
    """The file as SQL; `numbered` adds the column `file_row_number`."""
    return f"read_parquet({literal(str(path))}{', file_row_number = true' if numbered else ''})"


def read_numbers(path: Path, column: str) -> np.ndarray:
    """All finite numbers of a column as doubles, 8 bytes each."""
    pieces = [
        batch.column(0).cast(pa.float64(), safe=False).drop_null().to_numpy(zero_copy_only=False)
        for batch in batches_of(pq.ParquetFile(path), BATCH_ROWS, [column])
    ]
    found = np.concatenate(pieces) if pieces else np.array([], np.float64)
    return found[np.isfinite(found)]


def most_frequent(path: Path, column: str, workspace: Workspace) -> Any:
    """The most frequent value; of several, the smallest. None when there is none."""
    name = quoted(column)
    with engine_for(workspace) as db:
        query = f"SELECT file_row_number FROM (SELECT {name} AS v, count(*) AS n, min(file_row_number) AS file_row_number FROM {parquet_source(path, numbered=True)} " \
                f"WHERE {name} IS NOT NULL GROUP BY 1) ORDER BY n DESC, v LIMIT 1"  # fmt: skip  # noqa: S608 - names are quoted
        found = db.execute(query).fetchone()
    return None if found is None else cell_at(path, column, found[0])


def cell_at(path: Path, column: str, row: int) -> Any:
    """One cell as it is stored."""
    return rows_at(path, [row], [column]).column(0)[0].as_py()


def rows_at(path: Path, rows: list[int], columns: list[str]) -> pa.Table:
    """Rows by their ascending numbers; only the row groups that hold them are read."""
    file, start, found = pq.ParquetFile(path), 0, []
    for group in range(file.metadata.num_row_groups):
        end = start + file.metadata.row_group(group).num_rows
        wanted = [row - start for row in rows if start <= row < end]
        if wanted:
            found.append(file.read_row_group(group, columns=columns).take(pa.array(wanted, pa.int64())))
        start = end
    empty = file.schema_arrow.empty_table().select(columns)
    return pa.concat_tables(found) if found else empty


def count_where(path: Path, condition: str, workspace: Workspace) -> int:
    """Rows that meet an SQL condition, whose names and literals are quoted."""
    with engine_for(workspace) as db:
        found = db.execute(f"SELECT count(*) FROM {parquet_source(path)} WHERE {condition}").fetchone()  # noqa: S608 - names and literals are quoted
    return int(found[0]) if found else 0


__all__ = [
    "BATCH_ROWS",
    "cell_at",
    "count_where",
    "engine_for",
    "literal",
    "most_frequent",
    "parquet_source",
    "quoted",
    "read_numbers",
    "rows_at",
]
