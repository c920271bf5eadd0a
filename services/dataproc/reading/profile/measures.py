"""Counts, distinct counts, ranges, means and quantiles of a table that can be queried."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import duckdb

from services.dataproc.reading.model import Column
from services.dataproc.reading.profile.sql import quoted
from services.dataproc.reading.profile.values_shown import plain

EXACT_ROWS = 100_000  # distinct values are counted one by one up to here; beyond, each count would hold all values of its column, and a sketch is a few percent off
MEASURED_TOGETHER = 16  # columns in one query: each distinct count holds a table of its own
MEASURES = 5  # expressions per column, in the order of `measure_expressions`
APPROXIMATE = "approx_count_distinct({0})"
SAMPLED_BEYOND = 500_000  # rows; a sample of so many has its quantiles within a fraction of a percent of the ranks
QUANTILES = {"5%": 0.05, "25%": 0.25, "50%": 0.5, "75%": 0.75, "95%": 0.95}


def measure_columns(db: duckdb.DuckDBPyConnection, columns: Sequence[Column], rows: int) -> list[dict[str, Any]]:
    """Counts, distinct counts, ranges and quantiles of all columns."""
    if not columns:
        return []
    distinct = "count(DISTINCT {0})" if rows <= EXACT_ROWS else APPROXIMATE
    found: list[dict[str, Any]] = []
    for start in range(0, len(columns), MEASURED_TOGETHER):
        part = columns[start : start + MEASURED_TOGETHER]
        parts = [expression for c in part for expression in measure_expressions(c, distinct, exact=rows <= EXACT_ROWS)]
        row = db.execute(f"SELECT {', '.join(parts)} FROM t").fetchone() or ()  # noqa: S608 - names and literals are quoted
        found += entries_of(part, row, rows, exact=rows <= EXACT_ROWS)
    for column, spread in measure_quantiles(db, [c for c in columns if c.type.is_number], rows).items():
        next(entry for c, entry in zip(columns, found, strict=True) if c.name == column)["quantiles"] = spread
    return found


def measure_quantiles(db: duckdb.DuckDBPyConnection, columns: Sequence[Column], rows: int) -> dict[str, dict[str, Any]]:
    """Quantiles by column: exact where the rows are few, between neighbours in proportion; of very many rows, those of a sample of their blocks."""
    if not columns:
        return {}
    source = (
        "t" if rows <= SAMPLED_BEYOND else f"t TABLESAMPLE system({100 * SAMPLED_BEYOND / rows:.3f}%) REPEATABLE (1)"
    )
    aggregate = "quantile_cont" if rows <= EXACT_ROWS else "approx_quantile"
    found: dict[str, dict[str, Any]] = {}
    for start in range(0, len(columns), MEASURED_TOGETHER):
        part = columns[start : start + MEASURED_TOGETHER]
        wanted = ", ".join(f"{aggregate}({quoted(c.name)}::DOUBLE, {list(QUANTILES.values())})" for c in part)
        row = db.execute(f"SELECT {wanted} FROM {source}").fetchone() or ()  # noqa: S608 - names and literals are quoted
        found |= {
            c.name: dict(zip(QUANTILES, map(plain, spread), strict=True))
            for c, spread in zip(part, row, strict=True)
            if spread
        }
    return found


def measure_expressions(column: Column, distinct: str, *, exact: bool) -> list[str]:
    """Expressions for the non-null count, the distinct count, the range and the mean; lengths of texts only where rows are few."""
    name = quoted(column.name)
    if column.type.is_number:
        number = f"{name}::DOUBLE"
        return [f"count({name})", distinct.format(name), f"min({name})", f"max({name})", f"avg({number})"]
    if column.type.is_ordered:
        return [f"count({name})", distinct.format(name), f"min({name})", f"max({name})", "NULL"]
    text = name if column.type.is_text else f"{name}::VARCHAR"
    lengths = [f"min(length({text}))", f"max(length({text}))"] if exact else ["NULL", "NULL"]
    return [f"count({name})", distinct.format(text), *lengths, "NULL"]


def entries_of(columns: Sequence[Column], row: Sequence[Any], rows: int, *, exact: bool) -> list[dict[str, Any]]:
    result = []
    for index, column in enumerate(columns):
        count, distinct, low, high, mean = row[index * MEASURES : (index + 1) * MEASURES]
        entry: dict[str, Any] = {
            "type": column.type,
            "nulls": rows - count,
            "distinct": None if distinct is None else min(distinct, count),
            "distinct_exact": exact,
        }
        if column.type.is_ordered:
            entry |= {"min": plain(low), "max": plain(high)}
        elif low is not None:
            entry |= {"shortest": low, "longest": high}
        if column.type.is_number and count:
            entry["mean"] = plain(mean)
        result.append(entry)
    return result
