"""Whether an answer is the right one. Each check returns what is wrong, or None."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd

from askframe import Grid, Query

DIGITS = 9  # significant ones: the order in which floating-point numbers are added may differ


def has_value(query: Query, expected: Any) -> str | None:
    """A single number; a table of one cell counts as one."""
    if not query.answer:
        return _no_answer(query)
    preview = query.answer.table_preview
    got = preview.rows[0][0] if preview and preview.total_rows == len(preview.columns) == 1 else query.answer.value
    return None if normal(got) == normal(expected) else f"the answer is {got}, and pandas says {expected}"


def has_table(query: Query, expected: pd.DataFrame, *, ordered: bool = False) -> str | None:
    """The expected columns with the expected rows; further columns and other column names do not matter."""
    if not query.answer or not query.answer.table_preview:
        return _no_answer(query)
    grid = query.answer.table_preview
    if grid.total_rows != len(expected) or len(grid.rows) != len(expected):
        return f"the answer has {grid.total_rows} rows, and pandas finds {len(expected)}"
    wanted = _rows(expected.itertuples(index=False, name=None))
    for columns in _matching_columns(grid, wanted):
        got = [tuple(row[index] for index in columns) for row in _rows(grid.rows)]
        if got == wanted if ordered else Counter(got) == Counter(wanted):
            return None
    return f"the rows are not those that pandas finds: {wanted[:3]} …"


def has_rows_of(query: Query, expected: pd.DataFrame) -> str | None:
    """The rows of a table that match, whichever of the table's columns are shown."""
    if not query.answer or not query.answer.table_preview:
        return _no_answer(query)
    shown = [name for name in query.answer.table_preview.columns if name in expected.columns]
    if not shown:
        return f"the answer shows none of the columns of the table, but {query.answer.table_preview.columns}"
    return has_table(query, expected[shown])


def is_declined(query: Query) -> str | None:
    declined = query.error and query.error.code == "cannot_answer"
    return (
        None
        if declined and query.error and query.error.message
        else f"the question was not declined but ended {query.state}"
    )


def normal(cell: Any) -> Any:
    """Equal for cells that say the same: 3 and 3.0, missing and missing, a date and its midnight."""
    if cell is None or cell is pd.NA or (isinstance(cell, float) and math.isnan(cell)):
        return None
    if isinstance(cell, bool):
        return cell
    if hasattr(cell, "isoformat"):
        cell = cell.isoformat()
    if isinstance(cell, str):
        return cell.removesuffix("T00:00:00")
    return float(f"{float(cell):.{DIGITS}g}")


def _rows(rows: Iterable[Sequence[Any]]) -> list[tuple[Any, ...]]:
    return [tuple(normal(cell) for cell in row) for row in rows]


def _matching_columns(grid: Grid, wanted: Sequence[tuple[Any, ...]]) -> Iterable[tuple[int, ...]]:
    """Every choice of the answer's columns whose values are those of the expected columns, one by one."""
    got = list(zip(*_rows(grid.rows), strict=True))
    choices: list[tuple[int, ...]] = [()]
    for column in zip(*wanted, strict=True):
        fitting = [index for index, values in enumerate(got) if Counter(values) == Counter(column)]
        choices = [(*chosen, index) for chosen in choices for index in fitting if index not in chosen]
    return choices


def _no_answer(query: Query) -> str:
    return f"there is no such answer; the question ended {query.state}: {query.text}"
