"""The text of worksheet cells: whole numbers without a point, ISO dates, durations as hours, errors by name."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from services.dataproc.reading.iso_text import span_text

Row = list[str]
NO_DAY = time(0)  # what the reader makes of the number 0 and of numbers below it, in the format of a date


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


def unify_columns(grid: Sequence[Sequence[Any]], rows: list[Row]) -> int:
    """In columns that mix dates and date-times, write every date as a date-time, in place.

    Returns how many cells of dates hold no day: 0 or less, which a worksheet shows as 1900-01-00 or not at all; they become blank.
    """
    width = max((len(row) for row in grid), default=0)
    kinds: list[set[type]] = [set() for _ in range(width)]
    no_days: list[tuple[int, int]] = []
    for number, row in enumerate(grid):
        for index, cell in enumerate(row):
            if isinstance(cell, date):
                kinds[index].add(type(cell))
            elif cell == NO_DAY and isinstance(cell, time):
                no_days.append((number, index))
    dateless = [(number, index) for number, index in no_days if kinds[index]]
    for number, index in dateless:
        rows[number][index] = ""
    write_moments(grid, rows, [index for index, found in enumerate(kinds) if found == {date, datetime}])
    return len(dateless)


def write_moments(grid: Sequence[Sequence[Any]], rows: list[Row], columns: Sequence[int]) -> None:
    for index in columns:
        for row, texts in zip(grid, rows, strict=True):
            if index < len(row) and type(row[index]) is date:
                texts[index] += " 00:00:00"
            elif index < len(row) and isinstance(row[index], datetime) and row[index].microsecond == 0:
                texts[index] = row[index].isoformat(" ", "seconds")


def no_days_note(count: int) -> str:
    return f"{count:,} cell(s) in columns of dates hold 0 or less, which is no day; they are read as missing"
