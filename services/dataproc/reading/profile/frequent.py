"""Frequent values and examples, from a table that can be queried."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import duckdb

from services.dataproc.reading.model import Column
from services.dataproc.reading.profile.measures import APPROXIMATE
from services.dataproc.reading.profile.sql import quoted
from services.dataproc.reading.profile.values_shown import LONGEST_VALUE, clipped

EXAMPLES, EXAMPLES_FROM = 3, 50  # values, and rows that they are looked for in
TOP_VALUES = 20  # as many as a list on a page shows
ALL_TOLD = 40  # different values that a column's entry lists whole, in the column's own form
MOST_VALUES = 5_000  # different values that are listed whole, for questions that name one of them; beyond, a column is text rather than labels
ALL_VALUES_BYTES = 2_000_000  # of all columns together: the list is read whenever a question is linked to the table


def count_values(db: duckdb.DuckDBPyConnection, column: Column, entry: dict[str, Any]) -> list[str]:
    """Fills in the most frequent values, and the number of different ones; returns all, most frequent first, when they are few."""
    known = entry["distinct"]
    if known == 0 or (known is not None and known > MOST_VALUES * (1 if entry["distinct_exact"] else 1.05)):
        return []
    name, counted_already = quoted(column.name), not column.type.lists_values and entry["distinct_exact"]
    grouped = f"SELECT {name}, count(*) AS n FROM t WHERE {name} IS NOT NULL GROUP BY 1"  # noqa: S608 - names are quoted
    counted = db.execute(
        f"{grouped} ORDER BY n DESC, 1 LIMIT {ALL_TOLD if counted_already else MOST_VALUES + 1}"
    ).fetchall()
    if not counted_already and len(counted) <= MOST_VALUES:
        entry |= {"distinct": len(counted), "distinct_exact": True}
    elif known is None:
        entry["distinct"] = (db.execute(f"SELECT {APPROXIMATE.format(name)} FROM t").fetchone() or (0,))[0]  # noqa: S608 - names are quoted
    entry["top"] = [{"value": clipped(value), "count": count} for value, count in counted[:TOP_VALUES]]
    if entry["distinct"] <= ALL_TOLD:
        entry["values"] = [shown for value, _ in counted if (shown := clipped(value)) is not None]
    if not column.type.lists_values or len(counted) > MOST_VALUES:
        return []
    return [
        str(value) if not isinstance(value, bool) else str(value).lower()
        for value, _ in counted
        if len(str(value)) <= LONGEST_VALUE
    ]


def add_examples(
    db: duckdb.DuckDBPyConnection, columns: Sequence[Column], summaries: dict[str, dict[str, Any]]
) -> dict[str, list[Any]]:
    """Add some values of each column, from the first rows; the cells of these, by column."""
    rows = db.execute(f"SELECT * FROM t LIMIT {EXAMPLES_FROM}").fetchall()  # noqa: S608 - a number
    head = {column.name: [clipped(row[index]) for row in rows] for index, column in enumerate(columns)}
    for name, cells in head.items():
        summaries[name]["examples"] = [cell for cell in dict.fromkeys(cells) if cell is not None][:EXAMPLES]
    return head


def keep_within_size(values: dict[str, list[str]]) -> dict[str, list[str]]:
    """Columns with the fewest values first, until the allowed size is used up."""
    kept, used = {}, 0
    for name in sorted(values, key=lambda n: len(values[n])):
        used += sum(len(value) + 4 for value in values[name])
        if used > ALL_VALUES_BYTES:
            break
        kept[name] = values[name]
    return kept
