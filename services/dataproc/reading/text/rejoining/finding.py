"""Cells that an unquoted delimiter divides in every row ("Main St 5, Oslo"; "Fri, 01 Mar 2024"; 1,234): found by a header that has fewer names than the rows have cells."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from services.dataproc.reading.layout.cell_kinds import CellKind, cell_kind, filled, is_blank, is_typed
from services.dataproc.reading.layout.finding import Layout
from services.dataproc.reading.layout.note_signs import note_sign
from services.dataproc.reading.layout.row_names import first_name_fits, share_of_empty_ends, unnamed_row_names
from services.dataproc.reading.text.rejoining.model import Rejoining, Sign, Undecided, are_groups
from services.dataproc.reading.text.rejoining.numbers import divided_numbers
from services.dataproc.reading.text.rejoining.surplus import columns_of_surplus
from services.dataproc.reading.text.splitting import Dialect, Row

IN_TEXT = frozenset(",;")  # delimiters that people write inside cells
BIG_NUMBER = re.compile(r"[-+(]?\d{4,}(?:\.\d+)?")
ROWS_TO_SEE_A_ZERO = 40
"""One group of thousands in ten begins with 0: of so many rows all but one in seventy sets has such a group, if they are thousands."""
MOSTLY = 0.7
ENDED_BY_DELIMITER = 0.5
"""Where nothing stands behind the last delimiter of so many rows, it ends them more likely than that one stands inside their cells."""
SHARE_OF_WIDE = 0.5
"""Where only some rows are wider, texts are joined row by row, by the kinds of the columns."""


def find_rejoining(
    rows: Sequence[Row], layout: Layout, dialect: Dialect, head: Sequence[str]
) -> Rejoining | Undecided | None:
    """How the rows of a table come to have more cells than its header; None where they have not, or where nothing tells. `head` are the first lines as they stand."""
    head_row, start = header_place(rows, layout)
    names = [cell.strip() for cell in rows[head_row]] if head_row is not None else []
    body = [row for row in rows[start : layout.end] if not is_blank(row)]
    wide = [row for row in body if len(row) > len(names)]
    if (
        head_row is None
        or len(names) < 2
        or not wide
        or dialect.delimiter not in IN_TEXT
        or not all(names)
        or any(map(is_typed, names))
    ):
        return None
    if not any(filled(row[len(names) :]) for row in wide) or quoted_names_of_rows(head, dialect):
        return None
    narrow = [row for row in body if len(row) == len(names)]
    often = len(wide) >= SHARE_OF_WIDE * len(body)
    for sign, columns in signs_of(wide, narrow, names, dialect, often=often):
        if len(columns) == 1:
            return Rejoining(len(names), columns[0], sign, dialect.delimiter, names[columns[0]])
        if columns and len(Counter(map(len, wide))) == 1 and len(wide[0]) == len(names) + 1 and not narrow:
            return Undecided(columns[0], columns[-1], tuple(names), len(wide[0]), head_row)
    if dialect.delimiter != "," or dialect.skip_space or share_of_empty_ends(wide) >= ENDED_BY_DELIMITER:
        return None
    return divided_numbers(names, body, head_row)


def header_place(rows: Sequence[Row], layout: Layout) -> tuple[int | None, int]:
    """(row of the names, first row below them): the header, if it is one row; or the row above a table that is wider by so much that it was taken for a title."""
    above = layout.header[0] - 1
    if layout.preamble and layout.preamble[-1] == above and len(rows[above]) > 1 and note_sign(rows[above][0]) is None:
        return above, above + 1
    return (layout.header[0] if layout.header[1] - layout.header[0] == 1 else None), layout.start


def quoted_names_of_rows(head: Sequence[str], dialect: Dialect) -> bool:
    """Do all lines begin with a quoted cell, as R writes names of rows? A program that quotes texts does not leave delimiters in others unquoted."""
    lines = [line for line in head if line.strip()]
    return bool(dialect.quote) and all(line.startswith(dialect.quote) for line in lines)


def signs_of(
    wide: Sequence[Row], narrow: Sequence[Row], names: Sequence[str], dialect: Dialect, *, often: bool
) -> Iterator[tuple[Sign, list[int]]]:
    """The columns whose cells can have been divided, by each sign; the strongest sign first. Groups of digits that something else explains have to show a zero."""
    width = len(names)
    ends_empty = share_of_empty_ends(wide) >= ENDED_BY_DELIMITER
    otherwise = ends_empty or (not narrow and rows_are_named(names, wide))
    if often and not dialect.skip_space:
        yield Sign.BLANK_FOLLOWS, after_blanks(wide, width)
    if dialect.delimiter == ",":
        yield (
            Sign.THOUSANDS,
            [column for column in range(width) if holds_thousands(wide, narrow, width, column, doubted=otherwise)],
        )
    if often and not narrow and not ends_empty and all(len(row) == width + 1 for row in wide):
        yield Sign.TEXTS, beside_texts(wide, width)
    yield Sign.SURPLUS, columns_of_surplus(wide, narrow, width)


def rows_are_named(names: Sequence[str], wide: Sequence[Row]) -> bool:
    """Do names of rows explain the rows as well, and does the first name not say that it stands over the first cells?"""
    whole = all(len(row) == len(names) + 1 for row in wide)
    return whole and unnamed_row_names(list(names), wide, len(names) + 1) and not first_name_fits(list(names), wide)


def after_blanks(wide: Sequence[Row], width: int) -> list[int]:
    """The column after whose delimiters all rows have a blank, where no other delimiter has one."""
    begun = [[column for column, cell in enumerate(row) if column and cell[:1] == " "] for row in wide]
    starts = {columns[0] if columns else 0 for columns in begun}
    runs = all(
        columns == list(range(columns[0], columns[0] + len(row) - width))
        for row, columns in zip(wide, begun, strict=True)
        if columns
    )
    return [start - 1 for start in starts] if runs and len(starts) == 1 and all(starts) else []


def holds_thousands(
    wide: Sequence[Row], narrow: Sequence[Row], width: int, column: int, *, doubted: bool = False
) -> bool:
    """Are the parts groups of three digits in all wider rows, and what stands in the column elsewhere less than a thousand?

    Of many rows, and where it is `doubted` of any number, one has to have a group that begins with 0, as numbers of their own do not.
    """
    parts = [row[column : column + len(row) - width + 1] for row in wide]
    if not all(map(are_groups, parts)) or any(BIG_NUMBER.fullmatch(row[column].strip()) for row in narrow):
        return False
    if narrow and not all(is_typed(row[column]) or not row[column].strip() for row in narrow):
        return False
    few = len(wide) < ROWS_TO_SEE_A_ZERO and not doubted
    return few or any(part[0] == "0" for cells in parts for part in cells[1:])


def beside_texts(wide: Sequence[Row], width: int) -> list[int]:
    """The columns of texts beside which another one stands."""
    texts = [
        sum(cell_kind(row[column]) is CellKind.TEXT for row in wide) >= MOSTLY * len(wide)
        for column in range(width + 1)
    ]
    return [column for column in range(width) if texts[column] and texts[column + 1]]
