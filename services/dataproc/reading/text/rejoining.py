"""Cells that an unquoted delimiter divides in every row ("Main St 5, Oslo"; "Fri, 01 Mar 2024"; 1,234): found by a header that has fewer names than the rows have cells."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from services.dataproc.reading.layout.cell_kinds import CellKind, cell_kind, filled, is_blank, is_typed
from services.dataproc.reading.layout.finding import Layout
from services.dataproc.reading.layout.note_signs import note_sign
from services.dataproc.reading.text.repairs import Repair, Repairs
from services.dataproc.reading.text.splitting import Dialect, Row

IN_TEXT = frozenset(",;")  # delimiters that people write inside cells
LEADING_GROUP = re.compile(r"[-+(]?\s?[$€£¥₹]?\s?\d{1,3}")
GROUP = re.compile(r"\d{3}")
LAST_GROUP = re.compile(r"\d{3}(?:\.\d+)?[)%]?")
BIG_NUMBER = re.compile(r"[-+(]?\d{4,}(?:\.\d+)?")
ROWS_TO_SEE_A_ZERO = 40
"""One group of thousands in ten begins with 0: of so many rows all but one in seventy sets has such a group, if they are thousands."""
MOSTLY = 0.7
SHARE_OF_WIDE = 0.5
"""Where only some rows are wider, texts are joined row by row, by the kinds of the columns."""


class Sign(Enum):
    """What tells that two cells were one; the sentence is for people."""

    BLANK_FOLLOWS = "a blank follows the delimiter there and nowhere else"
    THOUSANDS = "what follows the delimiter there are groups of three digits"
    TEXTS = "texts stand side by side there and nowhere else"


@dataclass(frozen=True)
class Rejoining:
    """The rows have to have `width` cells; what a row has more belongs to the cell in `column`."""

    width: int
    column: int
    sign: Sign
    delimiter: str
    name: str

    def rows(self, rows: Iterable[Row], repairs: Repairs, first: int = 1) -> Iterator[Row]:
        """The rows, those with more cells joined and noted by their number."""
        for number, row in enumerate(rows, first):
            if len(row) > self.width and self.divides(row):
                yield self.join(row)
                repairs.note(Repair.REJOINED, number, repr(self.name))
            else:
                yield row

    def divides(self, row: Row) -> bool:
        """Can the cells that the row has more be parts of that cell?"""
        parts = row[self.column : self.column + len(row) - self.width + 1]
        if self.sign is Sign.BLANK_FOLLOWS:
            return all(part[:1] == " " for part in parts[1:])
        return len(parts) == 2 if self.sign is Sign.TEXTS else are_groups(parts)

    def join(self, row: Row) -> Row:
        end = self.column + len(row) - self.width + 1
        return [*row[: self.column], self.delimiter.join(row[self.column : end]), *row[end:]]


@dataclass(frozen=True)
class Undecided:
    """Several places at which cells may have been divided: names stand before the `first` and after the `last` of them only."""

    first: int
    last: int
    width: int

    def unnamed(self, layout: Layout) -> Layout:
        """The layout without the names of which nobody can tell over which column they belong."""
        names = [name for name in layout.names if name]
        kept = [*names[: self.first], *[""] * (self.last + 2 - self.first), *names[self.last + 1 :]]
        said = f"the header has {self.width} names over {self.width + 1} columns, and a delimiter may stand inside the cells of several: columns {self.first + 1} to {self.last + 2} have no names"
        evidence = f"header in row {layout.header[0] + 1}, of which names stand over some columns only"
        return replace(layout, names=tuple(kept), evidence=evidence, remarks=(said,))


def find_rejoining(
    rows: Sequence[Row], layout: Layout, dialect: Dialect, head: Sequence[str]
) -> Rejoining | Undecided | None:
    """How the rows of a table come to have more cells than its header; None where they have not, or where nothing tells. `head` are the first lines as they stand."""
    head_row, start = header_place(rows, layout)
    names = [cell.strip() for cell in rows[head_row]] if head_row is not None else []
    body = [row for row in rows[start : layout.end] if not is_blank(row)]
    wide = [row for row in body if len(row) > len(names)]
    if len(names) < 2 or not wide or dialect.delimiter not in IN_TEXT or not all(names) or any(map(is_typed, names)):
        return None
    if not any(filled(row[len(names) :]) for row in wide) or quoted_names_of_rows(head, dialect):
        return None
    narrow = [row for row in body if len(row) == len(names)]
    for sign, columns in signs_of(wide, narrow, len(names), dialect, often=len(wide) >= SHARE_OF_WIDE * len(body)):
        if len(columns) == 1:
            return Rejoining(len(names), columns[0], sign, dialect.delimiter, names[columns[0]])
        if columns and len(Counter(map(len, wide))) == 1 and len(wide[0]) == len(names) + 1 and not narrow:
            return Undecided(columns[0], columns[-1], len(names))
    return None


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
    wide: Sequence[Row], narrow: Sequence[Row], width: int, dialect: Dialect, *, often: bool
) -> Iterator[tuple[Sign, list[int]]]:
    """The columns whose cells can have been divided, by each sign; the strongest sign first."""
    if often and not dialect.skip_space:
        yield Sign.BLANK_FOLLOWS, after_blanks(wide, width)
    if dialect.delimiter == ",":
        yield Sign.THOUSANDS, [column for column in range(width) if holds_thousands(wide, narrow, width, column)]
    if often and not narrow and all(len(row) == width + 1 for row in wide):
        yield Sign.TEXTS, beside_texts(wide, width)


def after_blanks(wide: Sequence[Row], width: int) -> list[int]:
    """The column after whose delimiter all rows have a blank, where no other delimiter has one."""
    begun = Counter(column for row in wide for column, cell in enumerate(row) if column and cell[:1] == " ")
    extra = {len(row) - width for row in wide}
    if len(extra) != 1 or set(begun.values()) != {len(wide)}:
        return []
    columns = sorted(begun)
    runs = columns == list(range(columns[0], columns[0] + extra.pop()))
    return [columns[0] - 1] if runs else []


def holds_thousands(wide: Sequence[Row], narrow: Sequence[Row], width: int, column: int) -> bool:
    """Are the parts groups of three digits in all wider rows, and what stands in the column elsewhere less than a thousand?"""
    parts = [row[column : column + len(row) - width + 1] for row in wide]
    if not all(map(are_groups, parts)) or any(BIG_NUMBER.fullmatch(row[column].strip()) for row in narrow):
        return False
    if narrow and not all(is_typed(row[column]) or not row[column].strip() for row in narrow):
        return False
    return len(wide) < ROWS_TO_SEE_A_ZERO or any(part[0] == "0" for cells in parts for part in cells[1:])


def are_groups(parts: Sequence[str]) -> bool:
    first, *between, last = (part.strip() for part in parts)
    return bool(LEADING_GROUP.fullmatch(first) and all(map(GROUP.fullmatch, between)) and LAST_GROUP.fullmatch(last))


def beside_texts(wide: Sequence[Row], width: int) -> list[int]:
    """The columns of texts beside which another one stands."""
    texts = [
        sum(cell_kind(row[column]) is CellKind.TEXT for row in wide) >= MOSTLY * len(wide)
        for column in range(width + 1)
    ]
    return [column for column in range(width) if texts[column] and texts[column + 1]]
