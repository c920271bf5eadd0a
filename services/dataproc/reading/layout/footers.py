"""Notes below a table: what stands after its last row and is not part of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from services.dataproc.reading.layout.cell_kinds import filled, is_typed
from services.dataproc.reading.layout.note_signs import NoteSign, note_sign

Row = list[str]

MOST_NOTES = 40
ROWS_ASKED = 500  # whether rows of the table begin as its last ones do
FEWEST_WORDS = 3  # names of countries and books are shorter, or written with their delimiters
WORDS_OF_A_SENTENCE = 5
LEAST_CELLS = {NoteSign.COUNT, NoteSign.END}
"""What these say is no value of a column of texts."""
SAID_ABOVE = {NoteSign.SOURCE, NoteSign.REMARK, NoteSign.MAKING, NoteSign.RIGHTS, NoteSign.COUNT}
NAMES_OF_ROWS = {NoteSign.FOOTNOTE, NoteSign.LINK, NoteSign.HEADING}
"""What begins so may name a row that has values."""
LONGEST_NOTE, MOST_QUOTED = 200, 3
SENTENCE_ENDS = (".", ":", "。", "!", "*")


def trim_footer(rows: Sequence[Row], top: int, width: int) -> tuple[int, tuple[int, ...]]:
    """(end of the data, rows of notes below it): blank rows and lone notes after the last full row."""
    end = len(rows)
    while end > max(top, 0) and not filled(rows[end - 1]):
        end -= 1
    last = end
    while last > top + 1 and (
        not filled(rows[last - 1]) or is_note(rows, last - 1, width) or (width > 2 and ends_block(rows, last, width))
    ):
        last -= 1
    notes = tuple(i for i in range(last, end) if filled(rows[i]))
    if not notes or len(notes) > MOST_NOTES or are_rows(rows, top, last, notes):
        return end, ()
    return last, notes


def are_rows(rows: Sequence[Row], top: int, last: int, notes: Sequence[int]) -> bool:
    """Do rows of the table itself begin as the notes do, or have nothing but a first cell, as they have? Then these are rows, too.

    So are several with values that begin alike.
    """
    above = rows[max(top + 1, last - ROWS_ASKED) : last]
    signs = {note_sign(first_text(rows[index])) for index in notes} - {None}
    named = Counter(note_sign(first_text(rows[index])) for index in notes if filled(rows[index]) > 1)
    if any(count > 1 for count in named.values()):
        return True
    if signs:
        return any(filled(row) and note_sign(first_text(row)) in signs for row in above)
    return all(len(rows[index]) > 1 for index in notes) and any(len(row) > 1 == filled(row) for row in above)


def first_text(row: Row) -> str:
    return next((cell.strip() for cell in row if cell.strip()), "")


def is_note(rows: Sequence[Row], index: int, width: int) -> bool:
    """A line that says that it is one ("Source: …", "(2 rows)"), or running text in one cell, set off by a blank row or not divided at all."""
    row, text = rows[index], first_text(rows[index])
    set_off, sign = index > 0 and not filled(rows[index - 1]), note_sign(text)
    if width < 2:
        return sign in LEAST_CELLS or (sign is NoteSign.SOURCE and set_off)
    if filled(row) > 1:
        return sign is not None and is_divided_note(row, sign, width, set_off=set_off)
    if is_typed(text) or not row[0].strip():
        return False
    if sign is not None:
        return sign is not NoteSign.HEADING or set_off or len(row) == 1
    return (set_off or (len(row) == 1 and width > 2)) and is_running_text(text, divided=len(row) > 1 and width < 3)


def is_running_text(text: str, *, divided: bool) -> bool:
    """So many words that they are hardly a name; more where the delimiters of a row stand behind them."""
    words = len(text.split())
    return words >= FEWEST_WORDS and (not divided or words >= WORDS_OF_A_SENTENCE or text.endswith(SENTENCE_ENDS))


def is_divided_note(row: Row, sign: NoteSign, width: int, *, set_off: bool) -> bool:
    """A note that the delimiter of the table divides: with a blank behind it as in sentences, in fewer cells than a row has, or below a blank row."""
    if sign is NoteSign.SOURCE:
        return True
    spoken = is_spoken(row) and sign is not NoteSign.HEADING
    return spoken or (len(row) < width and sign is not NoteSign.COUNT) or (set_off and sign not in NAMES_OF_ROWS)


def is_spoken(row: Row) -> bool:
    """Does a blank follow each delimiter, as in a sentence?"""
    return all(cell[:1] == " " for cell in row[1:] if cell.strip())


def is_note_above(row: Row, below: Row) -> bool:
    """Does the row say that it is a note, above one that has several cells?"""
    sign = note_sign(first_text(row)) if row[0].strip() else None
    return sign in SAID_ABOVE and filled(below) > 1 and (filled(row) == 1 or is_spoken(row) or len(row) < len(below))


def is_sentence_above(row: Row, below: Sequence[Row]) -> bool:
    """Is the row divided like a sentence, blanks behind its delimiters, over rows that are not?"""
    others = [cell for other in below for cell in other[1:] if cell.strip()]
    return filled(row) > 1 and is_spoken(row) and bool(others) and not any(cell[:1] == " " for cell in others)


def ends_block(rows: Sequence[Row], end: int, width: int) -> bool:
    """Does a block of lines below a blank row end here, all of them labels with a value ("Balance:;1.234,56"), or text under "Notes"?"""
    first = end
    while first > 0 and filled(rows[first - 1]):
        first -= 1
    block = rows[first:end]
    if first == 0 or not block:
        return False
    noted = note_sign(block[0][0]) is not None and all(filled(row) == 1 and not is_typed(row[0]) for row in block)
    return noted or all(is_labelled(row, width) for row in block)


def is_labelled(row: Row, width: int) -> bool:
    return len(row) < width and filled(row) <= 2 and row[0].rstrip().endswith(":")


def text_of_note(row: Row) -> str:
    """A note about as it stood before it was divided: a cell that begins with a blank stood behind a comma."""
    first, *others = [cell for cell in row if cell.strip()]
    return "".join([first.strip(), *(f",{cell}" if cell[:1] == " " else f" {cell}" for cell in others)])[:LONGEST_NOTE]


def said_of_notes(footer: Sequence[object], notes: Sequence[str]) -> list[str]:
    """What a reader of the table is told of the notes below it, which are the last of `notes`."""
    if not footer:
        return []
    texts = [repr(text) for text in notes[-len(footer) :]]
    more = " …" if len(texts) > MOST_QUOTED else ""
    return [
        f"{len(footer)} line(s) of notes below the table are not part of it: {', '.join(texts[:MOST_QUOTED])}{more}"
    ]
