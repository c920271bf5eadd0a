"""Several tables below one another: divided by a blank row, or by rows of another width, each with a header of its own."""

from __future__ import annotations

from collections.abc import Sequence

from services.dataproc.reading.cellkinds import filled, is_typed
from services.dataproc.reading.layout import LOOKED_AT, Row, header_score

FEWEST_ROWS = 3
MOST_TITLE_ROWS = 3


def split_tables(rows: Sequence[Row]) -> list[tuple[int, int]]:
    """Spans of rows that are tables of their own."""
    spans, start, index = [], 0, 1
    while index < len(rows) - 1:
        begin = index
        if not filled(rows[index]):
            begin = next((i for i in range(index, len(rows)) if filled(rows[i])), len(rows))
            named = below_titles(rows, begin)
            new = named < len(rows) - 1 and begins_table(rows, start, index, named)
        else:
            new = other_width(rows, start, index) and begins_table(rows, start, index, index)
        if new:
            spans.append((start, begin))
            start = begin
        index = begin + 1
    return [*spans, (start, len(rows))]


def below_titles(rows: Sequence[Row], first: int) -> int:
    """The row after those that hold nothing but a title in one cell, and the blank ones under these."""
    after = first
    while after < min(len(rows), first + MOST_TITLE_ROWS) and filled(rows[after]) == 1 and not any(is_typed(cell) for cell in rows[after]):
        after += 1
    if after > first:
        after = next((i for i in range(after, min(len(rows), after + 2)) if filled(rows[i])), after)
    return after if after < len(rows) and filled(rows[after]) > 1 else first


def other_width(rows: Sequence[Row], start: int, index: int) -> bool:
    """Do rows of one width end here, and rows of another width begin?"""
    above, below = rows[max(start, index - FEWEST_ROWS) : index], rows[index : index + FEWEST_ROWS]
    old, new = {len(row) for row in above}, {len(row) for row in below}
    full = all(cell.strip() for cell in rows[index])
    return len(above) == len(below) == FEWEST_ROWS and len(old) == len(new) == 1 and old != new and full


def begins_table(rows: Sequence[Row], start: int, blank: int, following: int) -> bool:
    """Do the rows after a blank one have a header of their own, after a table that has data?"""
    above = [row for row in rows[start:blank] if filled(row) > 1]
    until = next((i for i in range(following, len(rows)) if not filled(rows[i])), len(rows))
    body = [row for row in rows[following + 1 : until] if filled(row) > 1]
    if len(above) < 3 or len(body) < 2 or filled(rows[following]) < 2:
        return False
    width = max(len(row) for row in body)
    if any(is_typed(cell) for cell in rows[following]):
        return False
    return header_score(rows[following], body[:LOOKED_AT], width)[0] >= 0.5
