"""Notes below a table: what stands after its last row and is not part of it."""

from __future__ import annotations

from collections.abc import Sequence

from services.dataproc.reading.layout.cell_kinds import filled, is_typed

Row = list[str]

MOST_NOTES = 40
NOTE_WORDS = ("source", "note", "footnote", "*", "†", "(", "disclaimer", "copyright", "©", "prepared by", "generated")


def trim_footer(rows: Sequence[Row], top: int, width: int) -> tuple[int, tuple[int, ...]]:
    """(end of the data, rows of notes below it): blank rows and lone notes after the last full row."""
    end = len(rows)
    while end > top and not filled(rows[end - 1]):
        end -= 1
    if width < 3:
        return end, ()
    last_full = end
    while last_full > top + 1 and (
        not filled(rows[last_full - 1])
        or is_note(rows[last_full - 1], rows, last_full - 1)
        or ends_block(rows, last_full, width)
    ):
        last_full -= 1
    notes = tuple(i for i in range(last_full, end) if filled(rows[i]))
    return (last_full, notes) if notes and len(notes) <= MOST_NOTES else (end, ())


def is_note(row: Row, rows: Sequence[Row], index: int) -> bool:
    """One cell of running text, set off by a blank row or by words such as "Source:"; more cells where it was divided."""
    if filled(row) != 1 and not (len(row) < max(map(len, rows)) and begins_note(row[0])):
        return False
    text = next(cell.strip() for cell in row if cell.strip())
    if is_typed(text):
        return False
    set_off = index > 0 and not filled(rows[index - 1])
    spoken = begins_note(text)
    return (set_off or spoken or len(row) == 1) and (spoken or len(text.split()) >= 3)


def ends_block(rows: Sequence[Row], end: int, width: int) -> bool:
    """Does a block of lines below a blank row end here, all of them labels with a value ("Balance:;1.234,56"), or text under "Notes"?"""
    first = end
    while first > 0 and filled(rows[first - 1]):
        first -= 1
    block = rows[first:end]
    if first == 0 or not block:
        return False
    noted = begins_note(block[0][0]) and all(filled(row) == 1 and not is_typed(row[0]) for row in block)
    return noted or all(is_labelled(row, width) for row in block)


def is_labelled(row: Row, width: int) -> bool:
    return len(row) < width and filled(row) <= 2 and row[0].rstrip().endswith(":")


def begins_note(text: str) -> bool:
    return text.strip().lower().startswith(NOTE_WORDS)
