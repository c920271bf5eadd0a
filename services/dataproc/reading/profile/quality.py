"""What a careful reader should know of a table: the columns that could name its rows, and what to be wary of."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from services.dataproc.reading.model import Column
from services.dataproc.reading.profile.measures import EXACT_ROWS
from shared.columns import ColumnType

NINES = re.compile(r"-?99+(?:\.0)?")
FEWEST_SENTINELS = 3  # a single 999 may be a measurement
EMPTY_BINS = 6  # bins of twenty without a value beside it: nothing near, on almost a third of the range


def candidate_keys(columns: Sequence[Column], summaries: dict[str, dict[str, Any]], rows: int) -> list[str]:
    """Columns that could name the rows: every value once, none missing."""
    if rows < 2:
        return []
    near = 1.0 if rows <= EXACT_ROWS else 0.97
    fitting = (c for c in columns if c.type.names_rows)
    return [c.name for c in fitting if not summaries[c.name]["nulls"] and summaries[c.name]["distinct"] >= near * rows]


def quality_warnings(columns: Sequence[Column], summaries: dict[str, dict[str, Any]], rows: int) -> list[str]:
    """What a careful reader should know before trusting the columns."""
    said = []
    for column in columns:
        entry = summaries[column.name]
        if rows and column.type is ColumnType.EMPTY:
            said.append(f"column {column.name!r} is empty")
        elif rows and entry["nulls"] > 0.5 * rows:
            said.append(f"column {column.name!r} is {entry['nulls'] / rows:.0%} missing")
        elif rows > 20 and entry["distinct"] == 1:
            said.append(f"column {column.name!r} has one value only")
        said += [
            f"{count:,} cells of column {column.name!r} are {value}, far from all others: does it stand for missing?"
            for value, count in sentinels(entry)
        ]
    return said


def sentinels(entry: dict[str, Any]) -> list[tuple[Any, int]]:
    """Numbers of nothing but nines (999, -99), with their counts, that come back at an end of the range with nothing near them."""
    bins = entry.get("histogram", {}).get("counts", [])
    alone = {
        entry.get(end): counts
        for end, counts in (("min", bins), ("max", bins[::-1]))
        if counts and not any(counts[1 : 1 + EMPTY_BINS])
    }
    return [(top["value"], top["count"]) for top in entry.get("top", ()) if top["count"] >= FEWEST_SENTINELS and top["value"] in alone
            and alone[top["value"]][0] == top["count"] and NINES.fullmatch(str(top["value"]))]  # fmt: skip
