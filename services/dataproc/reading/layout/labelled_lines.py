"""Lines of a label and its value above a table, filled up with delimiters as a sheet is when it is saved as text: "Created,2024-01-05," over "id,name,value"."""

from __future__ import annotations

from collections.abc import Sequence

from services.dataproc.reading.layout.cell_kinds import CellKind, cell_kind, filled, is_typed
from services.dataproc.reading.layout.headers import SURE_HEADER, header_score
from services.dataproc.reading.layout.note_signs import note_sign

Row = list[str]

NARROWEST = 3  # columns; in a table of two, such lines are as full as its rows
LOOKED_AT = 200
FEWEST_ROWS_OF_A_TABLE = 3


def is_labelled_above(rows: Sequence[Row], index: int, width: int) -> bool:
    """Is the row one of such lines, with nothing else down to a header that names every column?

    Something has to set the lines off: a blank row below them, a colon, a word of notes, or a value among several. A word over values makes a table of its own.
    """
    if width < NARROWEST or not is_pair(rows[index]):
        return False
    first = next((i + 1 for i in range(index, -1, -1) if not is_line(rows[i])), 0)
    end = next((i for i in range(index, len(rows)) if not is_line(rows[i])), len(rows))
    head = next((i for i in range(end, len(rows)) if filled(rows[i])), len(rows))
    pairs = [row for row in rows[first:end] if is_pair(row)]
    values = [is_typed(row[1]) for row in pairs]
    if len(pairs) >= FEWEST_ROWS_OF_A_TABLE and not values[0] and all(values[1:]):
        return False
    spoken = any(row[0].rstrip().endswith((":", "：")) or note_sign(" ".join(row[:2])) for row in pairs)
    set_off = head > end or spoken or (len(pairs) > 1 and any(values))
    return set_off and names_full_rows(rows[head:], width)


def names_full_rows(rows: Sequence[Row], width: int) -> bool:
    """Does the first row name every column, over values, most of them in more than two columns?"""
    body = [row for row in rows[1 : 1 + LOOKED_AT] if filled(row)]
    if not body or filled(rows[0]) < width or any(map(is_typed, rows[0])):
        return False
    fuller = sum(filled(row[2:]) > 0 for row in body)
    return 2 * fuller > len(body) and header_score(rows[0], body, width).weight >= SURE_HEADER


def is_pair(row: Row) -> bool:
    return len(row) > 1 and bool(row[1].strip()) and cell_kind(row[0]) is CellKind.TEXT and not filled(row[2:])


def is_line(row: Row) -> bool:
    """A pair, or a title in its first cell."""
    return is_pair(row) or (bool(row) and cell_kind(row[0]) is CellKind.TEXT and filled(row) == 1)
