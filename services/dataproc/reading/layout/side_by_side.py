"""Tables beside one another, with blank columns between them; also above others that stand below them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from services.dataproc.reading.layout.cell_kinds import filled, is_typed
from services.dataproc.reading.layout.stacked_tables import split_tables

Row = list[str]
Block = tuple[int, int]
Area = tuple[int, int, int, int]
"""First row, row after the last, first column, column after the last."""


def split_areas(rows: Sequence[Row]) -> Iterator[Area]:
    """The areas of the tables of a worksheet: blocks divided by blank columns, in these tables divided by blank rows, and in these blocks again.

    A table below others may stand under the blank columns between them.
    """
    for left, right in split_blocks(rows):
        part = [row[left:right] for row in rows]
        for start, end in split_tables(part):
            yield from (
                (start + top, start + bottom, left + first, left + last)
                for top, bottom, first, last in stacks_in_blocks(part[start:end])
            )


def split_areas_of_text(rows: Sequence[Row], *, after: int = 0) -> Iterator[Area]:
    """The areas of the tables of a text, of which the first `after` rows belong to the first.

    A blank column in a text may be one that was never filled: what stands at its sides is divided only where other things show a sheet,
    as tables below one another, blocks of different length, and names that come twice.
    """
    spans = split_tables(rows, after=after)
    width = max(map(len, rows), default=0)
    divided = [bool(blocks_of_sheet(rows[start:end], alone=len(spans) == 1)) for start, end in spans]
    for (start, end), in_blocks in zip(spans, divided, strict=True):
        part = rows[start:end]
        if in_blocks:
            yield from (
                (start + top, start + bottom, left, right) for top, bottom, left, right in stacks_in_blocks(part)
            )
        else:
            yield start, end, 0, last_used(part) if any(divided) else width


def blocks_of_sheet(rows: Sequence[Row], *, alone: bool) -> list[Block]:
    """The blocks of a part of a text, `alone` where it is all of it; none where it is one table with a blank column."""
    blocks = split_blocks(rows)
    if len(blocks) < 2 or (alone and not lengths_differ(rows, blocks) and not names_repeat(rows, blocks)):
        return []
    return blocks


def last_used(rows: Sequence[Row]) -> int:
    """The column after the last in which something stands."""
    return max((index + 1 for row in rows for index, cell in enumerate(row) if cell.strip()), default=0)


def stacks_in_blocks(rows: Sequence[Row]) -> Iterator[Area]:
    for left, right in split_blocks(rows):
        for top, bottom in split_tables([row[left:right] for row in rows]):
            yield top, bottom, left, right


def lengths_differ(rows: Sequence[Row], blocks: Sequence[Block]) -> bool:
    return len({max(n for n, row in enumerate(rows) if filled(row[left:right])) for left, right in blocks}) > 1


def names_repeat(rows: Sequence[Row], blocks: Sequence[Block]) -> bool:
    """Have the blocks a first full row in which the same names stand?"""
    heads = [
        next(tuple(map(str.strip, row[left:right])) for row in rows if filled(row[left:right]) == right - left)
        for left, right in blocks
    ]
    return len(set(heads)) < len(heads)


def split_blocks(rows: Sequence[Row]) -> list[Block]:
    """Spans of columns that are tables of their own; one span when the grid is a single block."""
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


def stands_alone(rows: Sequence[Row], left: int, right: int) -> bool:
    """At least two columns under a full row of words."""
    part = [row[left:right] for row in rows if filled(row[left:right])]
    if right - left < 2 or len(part) < 3:
        return False
    head = next((row for row in part if filled(row) == right - left), None)
    return head is not None and not any(is_typed(cell) for cell in head)
