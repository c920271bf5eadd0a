"""Header rows that a worksheet shows by merging: labels over several columns, with the names of these columns below them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from services.dataproc.reading.layout.cell_kinds import CellKind, cell_kind, filled
from services.dataproc.reading.layout.finding import Layout, Row, find_layout
from services.dataproc.reading.layout.headers import MOST_HEADER_ROWS

Span = tuple[int, int, int]  # row, first column, last column


def find_sheet_layout(rows: Sequence[Row], header_rows: int | None, spans: Collection[Span]) -> Layout:
    """The layout of a table of a worksheet; `spans` are its cells that are merged over columns."""
    layout = find_layout(rows, header_rows=header_rows, cells_merge=True)
    depth = labelled_depth(rows, layout, spans) if header_rows is None and not layout.headless else 0
    if depth <= layout.header[1] - layout.header[0]:
        return layout
    deeper = find_layout(rows, header_rows=depth, cells_merge=True)
    if deeper.header[0] != layout.header[0]:
        return layout
    return replace(
        deeper,
        evidence=f"{depth} header rows from row {deeper.header[0] + 1}: labels are merged over the names of columns",
    )


def labelled_depth(rows: Sequence[Row], layout: Layout, spans: Collection[Span]) -> int:
    """How many header rows there are when each row of merged labels has another one below it."""
    first, last = layout.header[0], layout.header[1] - 1
    while (
        last - first + 1 < MOST_HEADER_ROWS
        and last + 2 < layout.end
        and names_below(rows, last, [s for s in spans if s[0] == last])
    ):
        last += 1
    return last - first + 1


def names_below(rows: Sequence[Row], row: int, spans: Collection[Span]) -> bool:
    """Do all labels of a row that are merged over columns have a word of its own below each of these? A title alone is no label."""
    if not spans or filled(rows[row]) < 2:
        return False
    below = rows[row + 1]
    groups = [[cell.strip() for cell in below[left : right + 1]] for _, left, right in spans]
    return all(
        len(set(group)) == len(group) > 1 and all(cell_kind(cell) is CellKind.TEXT for cell in group)
        for group in groups
    )
