"""The tables of a worksheet: blocks of columns divided by blank columns, and in these tables divided by blank rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from services.dataproc.reading.layout.cell_kinds import is_blank
from services.dataproc.reading.layout.finding import Layout
from services.dataproc.reading.layout.side_by_side import split_areas
from services.dataproc.reading.workbook.column_formats import FormatGrid
from services.dataproc.reading.workbook.merged_headers import Span, find_sheet_layout

Row = list[str]


@dataclass(frozen=True)
class Sheet:
    """The cells of one sheet as text, with what was done to them. Row and column counts start at the first used cell.

    `errors` are the places of error values, which stand there by their names; `spans` are the cells merged over columns, by their last row.
    """

    name: str
    rows: list[Row]
    origin: tuple[int, int]
    notes: tuple[str, ...]
    reading: dict[str, Any]
    formats: FormatGrid | None = None
    errors: frozenset[tuple[int, int]] = frozenset()
    spans: tuple[Span, ...] = ()


@dataclass(frozen=True)
class Region:
    """One table of a sheet: where it is, its rows, its layout, and what the formats of its cells say of its columns."""

    place: list[int]
    layout: Layout
    body: list[Row]
    remarks: dict[int, str]
    errors: list[tuple[int, int]]

    def without_errors(self) -> list[Row]:
        """The rows with blanks in place of error values."""
        for row, column in self.errors:
            self.body[row][column] = ""
        return self.body


def find_regions(sheet: Sheet, header_rows: int | None) -> Iterator[Region]:
    """The tables of a sheet, their numbers as they are shown where all of a column are shown alike."""
    for place, rows in split_regions(sheet.rows):
        if all(map(is_blank, rows)):
            continue
        spans = [
            (row - place[0], left - place[1], right - place[1]) for row, left, right in sheet.spans if left >= place[1]
        ]
        layout = find_sheet_layout(rows, header_rows, spans)
        kept = [index for index in range(layout.start, layout.end) if not is_blank(rows[index])]
        body = [pad(rows[index], layout.width) for index in kept]
        shown = (
            sheet.formats.show(body, [place[0] + index for index in kept], place[1])
            if sheet.formats is not None
            else {}
        )
        yield Region(place, layout, body, shown, locate_errors(sheet, place, kept, layout.width))


def locate_errors(sheet: Sheet, place: Sequence[int], kept: Sequence[int], width: int) -> list[tuple[int, int]]:
    """Row of the body and column of every error value in a table, whose rows are those `kept` of its region."""
    rows = {place[0] + index: row for row, index in enumerate(kept)} if sheet.errors else {}
    return [(rows[y], x - place[1]) for y, x in sorted(sheet.errors) if y in rows and 0 <= x - place[1] < width]


def split_regions(rows: list[Row]) -> Iterator[tuple[list[int], list[Row]]]:
    """([first row, first column], rows) of every region: blocks divided by blank columns, then tables divided by blank rows."""
    for top, bottom, left, right in split_areas(rows):
        yield trim([top, left], [row[left:right] for row in rows[top:bottom]])


def trim(place: list[int], rows: list[Row]) -> tuple[list[int], list[Row]]:
    """The region without the columns at its sides in which nothing stands: the tables above and below it may be wider."""
    used = [index for row in rows for index in (first_filled(row), last_filled(row)) if index >= 0]
    if not used or (min(used) == 0 and max(used) == max(map(len, rows)) - 1):
        return place, rows
    left, right = min(used), max(used) + 1
    return [place[0], place[1] + left], [row[left:right] for row in rows]


def first_filled(row: Row) -> int:
    return next((index for index, cell in enumerate(row) if cell.strip()), -1)


def last_filled(row: Row) -> int:
    return next((index for index in range(len(row) - 1, -1, -1) if row[index].strip()), -1)


def pad(row: Row, width: int) -> Row:
    return row[:width] + [""] * (width - len(row))


def source_names(layout: Layout) -> list[str]:
    if layout.headless:
        return [f"column_{index + 1}" for index in range(layout.width)]
    return pad(list(layout.names), layout.width)
