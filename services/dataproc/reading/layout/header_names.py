"""The names of columns, from one header row or several."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

Row = list[str]


def merge_header(header: Sequence[Row], width: int, *, once: bool = False) -> list[str]:
    """One name per column: labels of several header rows joined, group labels carried to the right."""
    if not header:
        return []
    rows = [(list(row) + [""] * (width - len(row)))[: max(width, len(row))] for row in header]
    widest = max(map(len, rows))
    rows = [row + [""] * (widest - len(row)) for row in rows]
    if len(rows) == 1:
        return [cell.strip() for cell in rows[0]]
    for upper in range(len(rows) - 1):
        carry_right(rows[upper], rows[upper + 1 :])
    labels = [[cell.strip() for cell in column if cell.strip()] for column in zip(*rows, strict=True)]
    return [" ".join([label for label, _ in groupby(column)] if once else column) for column in labels]


def carry_right(row: Row, below: Sequence[Row]) -> None:
    """Fill the blanks after a group label, as far as the columns below it have labels of their own."""
    label = ""
    for index, cell in enumerate(row):
        if cell.strip():
            label = cell
        elif label and any(index < len(lower) and lower[index].strip() for lower in below):
            row[index] = label
