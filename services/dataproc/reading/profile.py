"""The profile of a written table: counts, ranges, quantiles, histograms, top values, keys and warnings, from its Parquet file."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from services.dataproc.reading.model import Column
from services.dataproc.reading.query_engine import connected

EXACT_ROWS = 100_000
LOADED_CELLS = 2_000_000
TOP_VALUES = 20
MOST_VALUES = 5_000
LONGEST_VALUE = 200
ALL_VALUES_BYTES = 2_000_000
HISTOGRAM_BINS = 20
MEASURED_TOGETHER = 16
MEASURES = 5
SAMPLED_BEYOND = 500_000
QUANTILES = {"5%": 0.05, "25%": 0.25, "50%": 0.5, "75%": 0.75, "95%": 0.95}
NUMERIC = frozenset({"integer", "decimal"})
ORDERED = NUMERIC | {"date", "datetime", "time", "duration"}
WORDS = frozenset({"text", "category", "identifier", "email", "url", "boolean"})


@dataclass(frozen=True)
class Profile:
    """The JSON-able profile, and the distinct values of columns that have few."""

    summary: dict[str, Any]
    values: dict[str, list[str]]


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def profile_table(path: Path, rows: int, columns: Sequence[Column], threads: int, memory_bytes: int) -> Profile:
    """Read the table once for the counts and ranges, and once more for the values of columns that repeat them."""
    with connected(threads if rows > EXACT_ROWS else 1, max(128, memory_bytes >> 21), path.parent) as db:
        kept = "TABLE" if rows * len(columns) <= LOADED_CELLS else "VIEW"
        db.execute(f"CREATE {kept} t AS SELECT * FROM read_parquet({literal(str(path))})")  # noqa: S608 - names and literals are quoted
        summaries = {c.name: entry for c, entry in zip(columns, measured(db, columns, rows), strict=True)}
        values = {c.name: top_values(db, c, summaries[c.name]) for c in columns if c.type in WORDS or c.type in NUMERIC}
        for column in columns:
            if column.type in NUMERIC:
                summaries[column.name] |= histogram(db, column, summaries[column.name])
        examples(db, columns, summaries)
    keys = candidate_keys(columns, summaries, rows)
    summary = {
        "rows": rows,
        "columns": summaries,
        "candidate_keys": keys,
        "warnings": quality_warnings(columns, summaries, rows),
    }
    return Profile(summary, bounded({name: found for name, found in values.items() if found}))


def measured(db: duckdb.DuckDBPyConnection, columns: Sequence[Column], rows: int) -> list[dict[str, Any]]:
    """Counts, distinct counts, ranges and quantiles of all columns."""
    if not columns:
        return []
    distinct = "count(DISTINCT {0})" if rows <= EXACT_ROWS else "approx_count_distinct({0})"
    found: list[dict[str, Any]] = []
    for start in range(0, len(columns), MEASURED_TOGETHER):
        part = columns[start : start + MEASURED_TOGETHER]
        parts = [expression for c in part for expression in measures(c, distinct, exact=rows <= EXACT_ROWS)]
        row = db.execute(f"SELECT {', '.join(parts)} FROM t").fetchone() or ()  # noqa: S608 - names and literals are quoted
        found += named(part, row, rows, exact=rows <= EXACT_ROWS)
    for column, spread in quantiles(db, [c for c in columns if c.type in NUMERIC], rows).items():
        next(entry for c, entry in zip(columns, found, strict=True) if c.name == column)["quantiles"] = spread
    return found


def quantiles(db: duckdb.DuckDBPyConnection, columns: Sequence[Column], rows: int) -> dict[str, dict[str, Any]]:
    """Quantiles by column; of tables with very many rows, those of a sample of their blocks."""
    if not columns:
        return {}
    source = (
        "t" if rows <= SAMPLED_BEYOND else f"t TABLESAMPLE system({100 * SAMPLED_BEYOND / rows:.3f}%) REPEATABLE (1)"
    )
    found: dict[str, dict[str, Any]] = {}
    for start in range(0, len(columns), MEASURED_TOGETHER):
        part = columns[start : start + MEASURED_TOGETHER]
        wanted = ", ".join(f"approx_quantile({quoted(c.name)}::DOUBLE, {list(QUANTILES.values())})" for c in part)
        row = db.execute(f"SELECT {wanted} FROM {source}").fetchone() or ()  # noqa: S608 - names and literals are quoted
        found |= {
            c.name: dict(zip(QUANTILES, map(plain, spread), strict=True))
            for c, spread in zip(part, row, strict=True)
            if spread
        }
    return found


def measures(column: Column, distinct: str, *, exact: bool) -> list[str]:
    """Expressions for the non-null count, the distinct count, the range and the mean; lengths of texts only where rows are few."""
    name = quoted(column.name)
    if column.type in NUMERIC:
        number = f"{name}::DOUBLE"
        return [f"count({name})", distinct.format(name), f"min({name})", f"max({name})", f"avg({number})"]
    if column.type in ORDERED:
        return [f"count({name})", distinct.format(name), f"min({name})", f"max({name})", "NULL"]
    text = name if column.type in WORDS | {"json"} and column.type != "boolean" else f"{name}::VARCHAR"
    lengths = [f"min(length({text}))", f"max(length({text}))"] if exact else ["NULL", "NULL"]
    return [f"count({name})", distinct.format(text), *lengths, "NULL"]


def named(columns: Sequence[Column], row: Sequence[Any], rows: int, *, exact: bool) -> list[dict[str, Any]]:
    result = []
    for index, column in enumerate(columns):
        count, distinct, low, high, mean = row[index * MEASURES : (index + 1) * MEASURES]
        entry: dict[str, Any] = {
            "type": column.type,
            "nulls": rows - count,
            "distinct": min(distinct, count),
            "distinct_exact": exact,
        }
        if column.type in ORDERED:
            entry |= {"min": plain(low), "max": plain(high)}
        elif low is not None:
            entry |= {"shortest": low, "longest": high}
        if column.type in NUMERIC and count:
            entry["mean"] = plain(mean)
        result.append(entry)
    return result


def top_values(db: duckdb.DuckDBPyConnection, column: Column, entry: dict[str, Any]) -> list[str]:
    """Fills in the most frequent values; returns all distinct ones, most frequent first, when they are few."""
    if not entry["distinct"] or entry["distinct"] > MOST_VALUES * (1 if entry["distinct_exact"] else 1.05):
        return []
    name = quoted(column.name)
    grouped = f"SELECT {name}, count(*) AS n FROM t WHERE {name} IS NOT NULL GROUP BY 1"  # noqa: S608 - names are quoted
    counted = db.execute(f"{grouped} ORDER BY n DESC, 1 LIMIT {MOST_VALUES + 1}").fetchall()
    entry |= {"distinct": len(counted), "distinct_exact": True} if len(counted) <= MOST_VALUES else {}
    entry["top"] = [{"value": clipped(value), "count": count} for value, count in counted[:TOP_VALUES]]
    if column.type not in WORDS or len(counted) > MOST_VALUES:
        return []
    return [
        str(value) if not isinstance(value, bool) else str(value).lower()
        for value, _ in counted
        if len(str(value)) <= LONGEST_VALUE
    ]


def histogram(db: duckdb.DuckDBPyConnection, column: Column, entry: dict[str, Any]) -> dict[str, Any]:
    """Equal-width counts between the smallest and the largest value."""
    if entry.get("min") is None or entry["max"] is None or entry["min"] == entry["max"]:
        return {}
    low, high = float(entry["min"]), float(entry["max"])
    if not (math.isfinite(low) and math.isfinite(high)) or not math.isfinite(high - low):
        return {}
    name, width = quoted(column.name), (high - low) / HISTOGRAM_BINS
    bucket = f"least({HISTOGRAM_BINS - 1}, greatest(0, floor(({name}::DOUBLE - {low!r}) / {width!r})))::INT"
    counted = dict(db.execute(f"SELECT {bucket}, count(*) FROM t WHERE {name} IS NOT NULL GROUP BY 1").fetchall())  # noqa: S608 - names and literals are quoted
    return {
        "histogram": {
            "edges": [low + i * width for i in range(HISTOGRAM_BINS + 1)],
            "counts": [counted.get(i, 0) for i in range(HISTOGRAM_BINS)],
        }
    }


def examples(db: duckdb.DuckDBPyConnection, columns: Sequence[Column], summaries: dict[str, dict[str, Any]]) -> None:
    """Three values of each column, from the first rows."""
    head = db.execute("SELECT * FROM t LIMIT 50").fetchall()
    for index, column in enumerate(columns):
        seen = dict.fromkeys(clipped(row[index]) for row in head if row[index] is not None)
        summaries[column.name]["examples"] = list(seen)[:3]


def candidate_keys(columns: Sequence[Column], summaries: dict[str, dict[str, Any]], rows: int) -> list[str]:
    """Columns that could name the rows: every value once, none missing."""
    if rows < 2:
        return []
    near = 1.0 if rows <= EXACT_ROWS else 0.97
    fitting = (c for c in columns if c.type in {"integer", "identifier", "text", "email", "url", "category"})
    return [c.name for c in fitting if not summaries[c.name]["nulls"] and summaries[c.name]["distinct"] >= near * rows]


def quality_warnings(columns: Sequence[Column], summaries: dict[str, dict[str, Any]], rows: int) -> list[str]:
    """What a careful reader should know before trusting the columns."""
    said = []
    for column in columns:
        entry = summaries[column.name]
        if rows and column.type == "empty":
            said.append(f"column {column.name!r} is empty")
        elif rows and entry["nulls"] > 0.5 * rows:
            said.append(f"column {column.name!r} is {entry['nulls'] / rows:.0%} missing")
        elif rows > 20 and entry["distinct"] == 1:
            said.append(f"column {column.name!r} has one value only")
    return said


def bounded(values: dict[str, list[str]]) -> dict[str, list[str]]:
    """Columns with the fewest values first, until the allowed size is used up."""
    kept, used = {}, 0
    for name in sorted(values, key=lambda n: len(values[n])):
        used += sum(len(value) + 4 for value in values[name])
        if used > ALL_VALUES_BYTES:
            break
        kept[name] = values[name]
    return kept


def clipped(value: Any) -> Any:
    shown = plain(value)
    return shown[:LONGEST_VALUE] if isinstance(shown, str) else shown


def plain(value: Any) -> Any:
    """A JSON value: dates in ISO form, decimals as text when a double cannot hold them, no NaN."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Decimal):
        return float(value) if Decimal(repr(float(value))) == value else str(value)
    if isinstance(value, (datetime, date, time)):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, bytes):
        return value.hex()
    return value if value is None or isinstance(value, (bool, int, str)) else str(value)
