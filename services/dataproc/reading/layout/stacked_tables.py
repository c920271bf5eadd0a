"""Several tables below one another: divided by a blank row, or by rows of another width, each with a header of its own."""

from __future__ import annotations

from collections.abc import Sequence

from services.dataproc.reading.layout.cell_kinds import CellKind, cell_kind, filled, is_typed
from services.dataproc.reading.layout.headers import LOOKED_AT, Row, header_score

FEWEST_ROWS = 3
MOST_TITLE_ROWS = 3
DEEPEST_FORM = 30


def split_tables(rows: Sequence[Row], *, after: int = 0) -> list[tuple[int, int]]:
    """Spans of rows that are tables of their own; the first `after` rows belong to the first of them."""
    spans, start, index = [], 0, after + 1
    while index < len(rows) - 1:
        begin = index
        if not filled(rows[index]):
            begin = next((i for i in range(index, len(rows)) if filled(rows[i])), len(rows))
            named = below_titles(rows, begin)
            new = named < len(rows) - 1 and begins_table(rows, max(start, after), index, named)
        else:
            new = other_width(rows, start, index) and begins_table(rows, max(start, after), index, index)
        if new:
            spans.append((start, begin))
            start = begin
        index = begin + 1
    return [*spans, (start, len(rows))]


def below_titles(rows: Sequence[Row], first: int) -> int:
    """The row after those that hold nothing but a title in one cell, and the blank ones under these."""
    after = first
    while (
        after < min(len(rows), first + MOST_TITLE_ROWS)
        and filled(rows[after]) == 1
        and not any(is_typed(cell) for cell in rows[after])
    ):
        after += 1
    if after > first:
        after = next((i for i in range(after, min(len(rows), after + 2)) if filled(rows[i])), after)
    return after if after < len(rows) and filled(rows[after]) > 1 else first


def other_width(rows: Sequence[Row], start: int, index: int) -> bool:
    """Do rows of one width end here, and rows of another width begin?"""
    above, below = rows[max(start, index - FEWEST_ROWS) : index], rows[index : index + FEWEST_ROWS]
    enough = len(above) == len(below) == FEWEST_ROWS
    return enough and widths_differ(above, below) and all(cell.strip() for cell in rows[index])


def widths_differ(above: Sequence[Row], below: Sequence[Row]) -> bool:
    """Have the rows of each part one width, and another one than those of the other part?"""
    old, new = {len(row) for row in above}, {len(row) for row in below}
    return len(old) == len(new) == 1 and old != new


def begins_table(rows: Sequence[Row], start: int, blank: int, following: int) -> bool:
    """Do the rows after a blank one, and after titles, have a header of their own, after a table that has data?"""
    above = [row for row in rows[start:blank] if filled(row) > 1]
    head, until = rows[following], next((i for i in range(following, len(rows)) if not filled(rows[i])), len(rows))
    body = [row for row in rows[following + 1 : until] if filled(row) > 1]
    if len(above) < 3 or len(body) < 2 or filled(head) < 2 or any(is_typed(cell) for cell in head):
        return False
    if widths_differ(above, [head, *body]) and len(set(head)) == filled(head) == len(head):
        return True
    return header_score(head, body[:LOOKED_AT], max(len(row) for row in body)).weight >= 0.5


def form_rows(rows: Sequence[Row]) -> int:
    """How many rows at the top are a form: labels with one value each, over a blank row and a wider table; 0 when there is none."""
    end = next((i for i, row in enumerate(rows[:DEEPEST_FORM]) if i and not filled(row)), 0)
    wider = next((filled(row) > 2 for row in rows[end:] if filled(row)), False)
    form = [[cell for cell in row if cell.strip()] for row in rows[:end]]
    pairs = [cells for cells in form if len(cells) == 2]
    labels = {label for label, _ in pairs if cell_kind(label) is CellKind.TEXT}
    if not wider or len(pairs) < 2 or len(labels) < len(pairs) or any(len(cells) > 2 for cells in form):
        return 0
    kinds = {cell_kind(value) for _, value in pairs[1:]} - {CellKind.MISSING}
    return end if len(kinds) > 1 or all(label.rstrip().endswith(":") for label in labels) else 0
