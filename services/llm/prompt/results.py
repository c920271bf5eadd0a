"""A result as the model reads it: its shape, and its rows where it may see cells. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from services.llm.privacy.vocabulary import Vocabulary
from services.llm.prompt.writing import LONGEST_VALUE, as_json

MOST_ROWS = 50
MOST_COLUMNS = 100  # a pivot by day has more; nobody reads them one by one
LONGEST_TEXT = 4_000  # characters of a result that is one value: a look may print something
MOST_BYTES = 12_000  # of rows: some 4,000 tokens, which are paid for again in each later step
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}.*)?")


def result_told(
    result: Mapping[str, Any], *, unseeing: Vocabulary | None, most_rows: int = MOST_ROWS
) -> dict[str, Any]:
    """Of the document that the jail's side wrote. `unseeing` are the only words that are told where no cell may be: of names of columns."""
    if result["kind"] in ("scalar", "text"):
        told: dict[str, Any] = {"type": type_of([result["value"]])}
        return told if unseeing is not None else told | {"value": _cell(result["value"], LONGEST_TEXT)}
    columns, rows = result["columns"][:MOST_COLUMNS], [row[:MOST_COLUMNS] for row in result["rows"]]
    told = {
        "columns": [
            {"name": name if unseeing is None else unseeing.words(name), "type": type_of([row[at] for row in rows])}
            for at, name in enumerate(columns)
        ],
        "total_rows": result["total_rows"],
    }
    if further := len(result["columns"]) - len(columns):
        told["further_columns"] = further
    return told if unseeing is not None or not rows else told | {"rows": _rows(rows, most_rows)}


def _rows(rows: Sequence[Sequence[Any]], most: int) -> list[list[Any]]:
    """The first ones, as many as there is room for; one at least."""
    told = [[_cell(cell) for cell in row] for row in rows[:most]]
    while len(told) > 1 and len(as_json(told).encode()) > MOST_BYTES:
        told = told[: len(told) // 2]
    return told


def _cell(value: Any, longest: int = LONGEST_VALUE) -> Any:
    """Lists and records as texts: only these can be cut."""
    if isinstance(value, list | dict):
        value = as_json(value)
    return value[:longest] if isinstance(value, str) else value


def type_of(cells: Sequence[Any]) -> str:
    """What the cells are that are there."""
    there = [cell for cell in cells if cell is not None]
    if not there:
        return "no values"
    if all(isinstance(cell, bool) for cell in there):
        return "boolean"
    if all(isinstance(cell, int) and not isinstance(cell, bool) for cell in there):
        return "integer"
    if all(isinstance(cell, int | float) and not isinstance(cell, bool) for cell in there):
        return "decimal"
    if all(isinstance(cell, str) for cell in there):
        return "date" if all(_DAY.fullmatch(cell) for cell in there) else "text"
    return "mixed"
