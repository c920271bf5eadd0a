"""The profile of a written table, from its Parquet file."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from services.dataproc.reading.iso_text import PER_SECOND, duration_text
from services.dataproc.reading.model import Column
from services.dataproc.reading.profile.frequent import bounded, examples, top_values
from services.dataproc.reading.profile.histograms import histograms
from services.dataproc.reading.profile.measures import EXACT_ROWS, NUMERIC, WORDS, measured
from services.dataproc.reading.profile.quality import candidate_keys, quality_warnings
from services.dataproc.reading.profile.sql import literal, quoted
from services.dataproc.reading.query_engine import connected

LOADED_CELLS = 2_000_000
WIDEST = 512  # columns asked at once: a query holds a buffer for each of them
MOST_TOLD = 2_048  # columns with histograms and frequent values


@dataclass(frozen=True)
class Profile:
    """The JSON-able profile, and the distinct values of columns that have few."""

    summary: dict[str, Any]
    values: dict[str, list[str]]


def profile_table(path: Path, rows: int, columns: Sequence[Column], threads: int, memory_bytes: int,
                  known: Sequence[dict[str, Any]] | None = None) -> Profile:  # fmt: skip
    """`known` are the columns' counts and ranges, when they were measured while the table was written."""
    summaries: dict[str, Any] = {}
    values: dict[str, list[str]] = {}
    with connected(threads if rows > EXACT_ROWS else 1, max(128, memory_bytes >> 21), path.parent) as db:
        kept = "TABLE" if rows * len(columns) <= LOADED_CELLS else "VIEW"
        for start in range(0, len(columns), WIDEST):
            part = columns[start : start + WIDEST]
            names = "*" if len(columns) <= WIDEST else ", ".join(quoted(c.name) for c in part)
            db.execute(f"CREATE OR REPLACE {kept} t AS SELECT {names} FROM read_parquet({literal(str(path))})")  # noqa: S608 - names and literals are quoted
            entries = measured(db, part, rows) if known is None else known[start : start + WIDEST]
            summaries |= {c.name: entry for c, entry in zip(part, entries, strict=True)}
            if len(columns) <= MOST_TOLD:
                values |= told_apart(db, path, part, summaries)
            examples(db, part, summaries)
    name_durations(path, summaries)
    summary = {
        "rows": rows,
        "columns": summaries,
        "candidate_keys": candidate_keys(columns, summaries, rows),
        "warnings": quality_warnings(columns, summaries, rows),
    }
    return Profile(summary, bounded({name: found for name, found in values.items() if found}))


def told_apart(db: duckdb.DuckDBPyConnection, path: Path, columns: Sequence[Column], summaries: dict[str, Any]) -> dict[str, list[str]]:
    """Add histograms and frequent values to the summaries; the distinct values of columns that have few."""
    with ThreadPoolExecutor(1) as beside:
        spread = beside.submit(histograms, path, columns, summaries)
        values = {c.name: top_values(db, c, summaries[c.name]) for c in columns if c.type in WORDS or c.type in NUMERIC}
    for name, histogram in spread.result().items():
        summaries[name]["histogram"] = histogram
    return values


def name_durations(path: Path, summaries: dict[str, dict[str, Any]]) -> None:
    """Elapsed times in ISO 8601; the file and so the engine hold them as integers."""
    for field in pq.read_schema(path):
        if pa.types.is_duration(field.type):
            entry, write = summaries[field.name], partial(duration_text, per_second=PER_SECOND[field.type.unit])
            entry |= {key: write(entry[key]) for key in ("min", "max") if entry.get(key) is not None}
            entry["examples"] = [write(count) for count in entry["examples"]]
