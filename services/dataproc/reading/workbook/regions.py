"""Side-by-side tables of a worksheet: blocks of columns divided by blank columns."""

from __future__ import annotations

from services.dataproc.reading.layout.cell_kinds import filled, is_typed

Row = list[str]


def split_blocks(rows: list[Row]) -> list[tuple[int, int]]:
    """Spans of columns that are tables of their own; one span when the sheet is a single block."""
    width = max((len(row) for row in rows), default=0)
    used = [any(index < len(row) and row[index].strip() for row in rows) for index in range(width)]
    blocks, start = [], None
    for index, some in enumerate([*used, False]):
        if some and start is None:
            start = index
        elif not some and start is not None:
            blocks.append((start, index))
            start = None
    if len(blocks) < 2 or not all(stands_alone(rows, left, right) for left, right in blocks):
        return [(0, width)]
    return blocks


def stands_alone(rows: list[Row], left: int, right: int) -> bool:
    """At least two columns under a full row of words."""
    part = [row[left:right] for row in rows if filled(row[left:right])]
    if right - left < 2 or len(part) < 3:
        return False
    head = next((row for row in part if filled(row) == right - left), None)
    return head is not None and not any(is_typed(cell) for cell in head)
