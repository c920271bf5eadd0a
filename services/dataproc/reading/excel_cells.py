"""The text of worksheet cells: whole numbers without a point, ISO dates, durations as hours, errors by name."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from services.dataproc.reading.iso_text import span_text

Row = list[str]


def cell_text(cell: Any) -> str:
    """One cell as text, without loss."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) <= 2**53 else repr(cell)
    if isinstance(cell, datetime):
        return cell.isoformat(" ")
    if isinstance(cell, timedelta):
        return span_text(cell)
    if isinstance(cell, (date, time)):
        return cell.isoformat()
    return "" if cell is None else str(cell)


def column_texts(grid: Sequence[Sequence[Any]], rows: list[Row]) -> None:
    """In columns that mix dates and date-times, write every date as a date-time, in place."""
    width = max((len(row) for row in grid), default=0)
    kinds: list[set[type]] = [set() for _ in range(width)]
    for row in grid:
        for index, cell in enumerate(row):
            if isinstance(cell, date):
                kinds[index].add(type(cell))
    for index in (i for i, found in enumerate(kinds) if found == {date, datetime}):
        for row, texts in zip(grid, rows, strict=True):
            if index < len(row) and type(row[index]) is date:
                texts[index] += " 00:00:00"
            elif index < len(row) and isinstance(row[index], datetime) and row[index].microsecond == 0:
                texts[index] = row[index].isoformat(" ", "seconds")
