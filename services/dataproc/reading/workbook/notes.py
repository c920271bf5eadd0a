"""Sheets that hold text and no table: notes, covers, a title alone."""

from __future__ import annotations

import re
from collections.abc import Sequence

from services.dataproc.reading.layout.cell_kinds import filled, is_typed
from services.dataproc.reading.workbook.regions import Sheet

Row = list[str]

NAMES = re.compile(
    r"(?:foot)?notes?|cover(?: ?(?:page|sheet))?|title(?: ?page)?|read ?me|about|info(?:rmation)?|introduction|disclaimer|legend|methodology|metadata|deckblatt|titelblatt|hinweise?|erläuterung(?:en)?|anmerkung(?:en)?"
    r"|impressum|lisez-?moi|notice|remarques?|portada|notas?|léeme|copertina|note|uwagi|toelichting|примечани[ея]|титул|说明|備考|注記",
    re.IGNORECASE,
)
MOST_CELLS = 2  # of a row of a cover: a label and what it says
WORDS_OF_A_LINE = 4
LONGEST_NAME_WORDS = 3  # of the name over a column of sentences
FEWEST_SENTENCES = 3
MOST_QUOTED, LONGEST_QUOTED = 3, 80


def is_notes(sheet: Sheet) -> bool:
    """Is nothing in the sheet but lines of text, and labels with a value each on a cover?

    A name over a column of sentences is a table, unless the sheet is called Notes or the like; so are short words below one another.
    """
    rows = [[cell.strip() for cell in row if cell.strip()] for row in sheet.rows if filled(row)]
    if not rows or max(map(len, rows)) > MOST_CELLS or any(is_typed(row[0]) for row in rows):
        return False
    pairs = [row for row in rows if len(row) > 1]
    if any(not row[0].endswith((":", "：")) for row in pairs):
        return False
    if len(rows) == 1 or NAMES.fullmatch(sheet.name.strip()):
        return True
    if pairs:
        return len(pairs) < len(rows)
    return is_running_text(rows) and not is_column_of_sentences(sheet.rows)


def is_running_text(rows: Sequence[Row]) -> bool:
    return 2 * sum(len(row[0].split()) >= WORDS_OF_A_LINE for row in rows) >= len(rows)


def is_column_of_sentences(rows: Sequence[Row]) -> bool:
    """A short name directly over at least a few rows, none of them blank."""
    return (
        len(rows) > FEWEST_SENTENCES and all(map(filled, rows)) and len(" ".join(rows[0]).split()) <= LONGEST_NAME_WORDS
    )


def quoted_lines(sheet: Sheet) -> str:
    lines = [
        " ".join(cell.strip() for cell in row if cell.strip())[:LONGEST_QUOTED] for row in sheet.rows if filled(row)
    ]
    return ", ".join(map(repr, lines[:MOST_QUOTED])) + (" …" if len(lines) > MOST_QUOTED else "")
