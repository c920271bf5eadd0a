"""The profile of a written table, from its Parquet file."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from services.dataproc.reading.iso_text import PER_SECOND, duration_text
from services.dataproc.reading.model import Column
from services.dataproc.reading.profile.frequent import add_examples, count_values, keep_within_size
from services.dataproc.reading.profile.held_measures import measure_held
from services.dataproc.reading.profile.histograms import measure_histograms
from services.dataproc.reading.profile.measures import EXACT_ROWS, measure_columns
from services.dataproc.reading.profile.quality import candidate_keys, quality_warnings
from services.dataproc.reading.profile.sample import sample_rows
from services.dataproc.reading.profile.sql import literal, quoted
from services.dataproc.reading.query_engine import connected

LOADED_CELLS = 2_000_000  # a table of so many cells fits in memory many times over
FEWEST_LOADED, WIDEST_LOADED = 8, 64
WIDEST = 512  # columns asked at once: a query holds a buffer for each of them
MOST_TOLD = 2_048  # columns with histograms, frequent values and rows as examples


@dataclass(frozen=True)
class Profile:
    """The JSON-able profile, and the distinct values of columns that have few."""

    summary: dict[str, Any]
    values: dict[str, list[str]]


@dataclass(frozen=True)
class Part:
    """What is known of some of the columns: summaries by column, all values of those with few, and the cells of the first rows."""

    summary: dict[str, Any]
    values: dict[str, list[str]] = field(default_factory=dict)
    head: dict[str, list[Any]] = field(default_factory=dict)


def profile_table(path: Path, rows: int, columns: Sequence[Column], threads: int, memory_bytes: int,
                  known: list[dict[str, Any]] | None = None) -> Profile:  # fmt: skip
    """`known` are the columns' counts and ranges, when they were measured while the table was written."""
    if known is None and len(columns) > WIDEST_LOADED and rows * len(columns) <= LOADED_CELLS:
        known = measure_held(path, columns, rows)
    held_as, width = choose_holding(rows, len(columns))
    groups = [slice(start, start + width) for start in range(0, len(columns), max(1, width))]
    together = threads if len(groups) > 1 else 1
    query = ProfileQuery(
        path, rows, held_as, 1 if rows <= EXACT_ROWS else threads // together, memory_bytes // together
    )
    with ThreadPoolExecutor(together) as pool:
        parts = list(pool.map(partial(query.profile, told=len(columns) <= MOST_TOLD), (columns[group] for group in groups),
                              (known[group] if known else None for group in groups)))  # fmt: skip
    summaries = {name: entry for part in parts for name, entry in part.summary.items()}
    head = {name: cells for part in parts for name, cells in part.head.items()}
    write_durations(path, summaries, head)
    summary = {
        "rows": rows,
        "columns": summaries,
        "candidate_keys": candidate_keys(columns, summaries, rows),
        "warnings": quality_warnings(columns, summaries, rows),
        "sample_rows": sample_rows(head),
    }
    return Profile(
        summary, keep_within_size({name: found for part in parts for name, found in part.values.items() if found})
    )


class HeldAs(StrEnum):
    """How the engine holds the columns that it is asked about: loaded into memory, or read from the file by every query. The values are SQL."""

    LOADED = "TABLE"
    IN_THE_FILE = "VIEW"


def choose_holding(rows: int, columns: int) -> tuple[HeldAs, int]:
    """(how they are held, how many columns at once): loaded where that is worth it, for every query of a view reads what the file says of all its columns."""
    if rows * columns <= LOADED_CELLS:
        return HeldAs.LOADED, min(columns, WIDEST_LOADED)
    loaded = min(WIDEST_LOADED, LOADED_CELLS // rows)
    return (
        (HeldAs.LOADED, loaded) if columns > WIDEST_LOADED and loaded >= FEWEST_LOADED else (HeldAs.IN_THE_FILE, WIDEST)
    )


@dataclass(frozen=True)
class ProfileQuery:
    """The file, its rows, and how some of its columns are asked for what they hold."""

    path: Path
    rows: int
    held_as: HeldAs
    threads: int
    memory_bytes: int

    def profile(self, columns: Sequence[Column], known: Sequence[dict[str, Any]] | None, *, told: bool) -> Part:
        """With histograms, frequent values and first rows where they are `told`."""
        if known is not None and not told and all("examples" in entry for entry in known):
            return Part({column.name: entry for column, entry in zip(columns, known, strict=True)})
        names = ", ".join(quoted(column.name) for column in columns)
        with connected(max(1, self.threads), max(128, self.memory_bytes >> 21), self.path.parent) as db:
            db.execute(f"CREATE {self.held_as} t AS SELECT {names} FROM read_parquet({literal(str(self.path))})")  # noqa: S608 - names and literals are quoted
            entries = measure_columns(db, columns, self.rows) if known is None else known
            summaries = {column.name: entry for column, entry in zip(columns, entries, strict=True)}
            values = add_spread(db, self.path, columns, summaries) if told else {}
            head = add_examples(db, columns, summaries)
        return Part(summaries, values, head if told else {})


def add_spread(
    db: duckdb.DuckDBPyConnection, path: Path, columns: Sequence[Column], summaries: dict[str, Any]
) -> dict[str, list[str]]:
    """Add histograms and frequent values to the summaries; the distinct values of columns that have few."""
    with ThreadPoolExecutor(1) as beside:
        spread = beside.submit(measure_histograms, path, columns, summaries)
        values = {
            c.name: count_values(db, c, summaries[c.name]) for c in columns if c.type.lists_values or c.type.is_number
        }
    for name, histogram in spread.result().items():
        summaries[name]["histogram"] = histogram
    return values


def write_durations(path: Path, summaries: dict[str, dict[str, Any]], head: dict[str, list[Any]]) -> None:
    """Elapsed times in ISO 8601; the file and so the engine hold them as integers."""
    for column in pq.read_schema(path):
        if pa.types.is_duration(column.type):
            entry, write = summaries[column.name], partial(duration_text, per_second=PER_SECOND[column.type.unit])
            entry |= {key: write(entry[key]) for key in ("min", "max") if entry.get(key) is not None}
            entry["examples"] = [write(count) for count in entry["examples"]]
            if column.name in head:
                head[column.name] = [None if count is None else write(count) for count in head[column.name]]
