"""Workbooks: every sheet, and every separate region of a sheet, becomes a table."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow as pa
from fastexcel import FastExcelError
from python_calamine import CalamineError, SheetTypeEnum, SheetVisibleEnum

from services.dataproc.reading.errors import ReadError, corrupt_file, no_table, too_large
from services.dataproc.reading.layout.cell_kinds import is_blank
from services.dataproc.reading.layout.finding import Layout
from services.dataproc.reading.layout.stacked_tables import split_tables
from services.dataproc.reading.model import Limits
from services.dataproc.reading.sources import RawTable, spill
from services.dataproc.reading.table_text import table_rows
from services.dataproc.reading.workbook.cell_text import cell_text, column_texts, no_days_note
from services.dataproc.reading.workbook.column_formats import FormatGrid
from services.dataproc.reading.workbook.fast import is_large, read_large
from services.dataproc.reading.workbook.merged_headers import Span, sheet_layout
from services.dataproc.reading.workbook.opening import Book, check_unpacked, panics_named, reason_of
from services.dataproc.reading.workbook.regions import split_blocks
from services.dataproc.reading.workbook.sheet_xml import SheetFacts, sheet_facts

Row = list[str]
CELLS_IN_MEMORY = 4_000_000
BYTES_PER_CELL = 40


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


def read_excel(
    path: Path, kind: str, scratch: Path, limits: Limits, overrides: Mapping[str, Any]
) -> Iterator[RawTable]:
    """The tables of a workbook, sheet by sheet. A sheet that cannot be read is named in the warnings of the last table."""
    check_unpacked(path, limits)
    if kind == "xlsx" and (large := large_tables(path, scratch, limits, overrides)):
        yield from large
        return
    failures: list[ReadError] = []
    pending: RawTable | None = None
    book = Book(path, kind, scratch)
    for index, sheet in enumerate(book.sheets):
        if sheet.typ is SheetTypeEnum.ChartSheet:
            continue
        try:
            content = load_sheet(book, index, limits)
        except ReadError as error:
            failures.append(error)
            continue
        for table in sheet_tables(content, scratch / f"sheet-{index}", overrides):
            if pending:
                yield pending
            pending = table
    if pending is None:
        raise failures[0] if failures else no_table("every sheet of the workbook is empty")
    yield replace(
        pending, warnings=(*pending.warnings, *(f"another sheet was not read: {error.message}" for error in failures))
    )


def large_tables(path: Path, scratch: Path, limits: Limits, overrides: Mapping[str, Any]) -> list[RawTable] | None:
    """The tables of a large and regular workbook, None when it has to be read cell by cell."""
    try:
        with panics_named():
            return read_large(path, scratch, limits, overrides) if is_large(path) else None
    except (
        FastExcelError,
        pa.ArrowException,
        zipfile.BadZipFile,
        zlib.error,
        KeyError,
        EOFError,
        NotImplementedError,
        OSError,
    ):
        return None


def load_sheet(book: Book, index: int, limits: Limits) -> Sheet:
    """One sheet's cells as text; merged cells of a single column filled, error cells by their names."""
    meta = book.sheets[index]
    facts = sheet_facts(book.path, meta.name, book.formats) if book.kind == "xlsx" else SheetFacts({})
    check_extent(meta.name, facts.rows, facts.columns, limits)
    sheet = book.sheet(index)
    check_extent(meta.name, sheet.height, sheet.width, limits)
    try:
        with panics_named():
            grid = sheet.to_python(skip_empty_area=True)
            merged = sheet.merged_cell_ranges or []
    except (CalamineError, ValueError, IndexError, KeyError, OSError, OverflowError) as error:
        raise corrupt_file("a workbook", f"sheet {meta.name!r}: {reason_of(error)}") from error
    origin = sheet.start or (0, 0)
    hidden = meta.visible is not SheetVisibleEnum.Visible
    notes = [*([f"sheet {meta.name!r} is hidden in the workbook"] if hidden else []), *facts.notes()]
    if errors := place_errors(grid, facts.errors, origin):
        notes.append(f"{len(errors):,} cell(s) hold an Excel error such as #DIV/0!; they are read as missing")
    formats = facts.formats.grid(grid, origin)
    rows = [[cell_text(cell) for cell in row] for row in grid]
    if no_days := column_texts(grid, rows):
        notes.append(no_days_note(no_days))
    if filled_merges := fill_merged(rows, merged, origin, formats):
        notes.append(f"{filled_merges:,} merged cell(s) that span rows were filled with their value")
    return Sheet(meta.name, rows, origin, tuple(notes), {"sheet": meta.name, "sheet_index": index, "hidden": hidden}, formats, frozenset(errors),
                 tuple((bottom - origin[0], left - origin[1], right - origin[1]) for (_, left), (bottom, right) in merged if right > left))  # fmt: skip


def check_extent(name: str, rows: int, columns: int, limits: Limits) -> None:
    """Refuse a sheet whose cells, blank ones included, would not fit in memory."""
    if rows * columns > min(limits.max_cells, limits.memory_bytes // BYTES_PER_CELL):
        raise too_large(f"the cells of sheet {name!r} span {rows:,} rows and {columns:,} columns")


def place_errors(
    grid: list[list[Any]], errors: Mapping[tuple[int, int], str], origin: tuple[int, int]
) -> list[tuple[int, int]]:
    """Put the names of error values where the reader left blanks. Returns the places, counted from the first used cell."""
    placed = []
    for (row, column), text in errors.items():
        y, x = row - origin[0], column - origin[1]
        if 0 <= y < len(grid) and 0 <= x < len(grid[y]) and grid[y][x] == "":
            grid[y][x] = text
            placed.append((y, x))
    return placed


def fill_merged(
    rows: list[Row],
    ranges: Sequence[tuple[tuple[int, int], tuple[int, int]]],
    origin: tuple[int, int],
    formats: FormatGrid | None,
) -> int:
    """Repeat the value of merged cells of one column down their rows; wider ones are left to the header rules."""
    done = 0
    for (top, left), (bottom, right) in ranges:
        y, x = top - origin[0], left - origin[1]
        if left != right or bottom == top or not (0 <= y < len(rows)) or not (0 <= x < len(rows[y])) or not rows[y][x]:
            continue
        for below in range(y + 1, min(bottom - origin[0] + 1, len(rows))):
            if x < len(rows[below]) and not rows[below][x]:
                rows[below][x] = rows[y][x]
                if formats is not None:
                    formats.codes[below, x] = formats.codes[y, x]
        done += 1
    return done


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


def regions_in(sheet: Sheet, header_rows: int | None) -> Iterator[Region]:
    """The tables of a sheet, their numbers as they are shown where all of a column are shown alike."""
    for place, rows in regions_of(sheet.rows):
        if all(map(is_blank, rows)):
            continue
        spans = [
            (row - place[0], left - place[1], right - place[1]) for row, left, right in sheet.spans if left >= place[1]
        ]
        layout = sheet_layout(rows, header_rows, spans)
        kept = [index for index in range(layout.start, layout.end) if not is_blank(rows[index])]
        body = [pad(rows[index], layout.width) for index in kept]
        shown = (
            sheet.formats.show(body, [place[0] + index for index in kept], place[1])
            if sheet.formats is not None
            else {}
        )
        yield Region(place, layout, body, shown, errors_in(sheet, place, kept, layout.width))


def errors_in(sheet: Sheet, place: Sequence[int], kept: Sequence[int], width: int) -> list[tuple[int, int]]:
    """Row of the body and column of every error value in a table, whose rows are those `kept` of its region."""
    rows = {place[0] + index: row for row, index in enumerate(kept)} if sheet.errors else {}
    return [(rows[y], x - place[1]) for y, x in sorted(sheet.errors) if y in rows and 0 <= x - place[1] < width]


def sheet_tables(sheet: Sheet, scratch: Path, overrides: Mapping[str, Any]) -> Iterator[RawTable]:
    """The regions of a sheet as tables, named after the sheet."""
    regions = list(regions_in(sheet, overrides.get("header_rows")))
    for number, region in enumerate(regions):
        layout = region.layout
        if not layout.width or (not region.body and layout.headless):
            continue
        where = f"{sheet.name} {number + 1}" if len(regions) > 1 else sheet.name
        reading = {**sheet.reading, "region": number, "region_at": region.place, "header_rows": layout.header[1] - layout.header[0],
                   "evidence": layout.evidence, "path": "careful", "why": "worksheet cells"}  # fmt: skip
        batches = spill(region.without_errors(), layout.width, scratch.with_suffix(f".{number}.arrow"), CELLS_IN_MEMORY)
        yield RawTable(
            where, tuple(source_names(layout)), batches, reading, notes_of(sheet, layout), remarks=region.remarks
        )


def regions_of(rows: list[Row]) -> Iterator[tuple[list[int], list[Row]]]:
    """([first row, first column], rows) of every region: blocks divided by blank columns, then tables divided by blank rows."""
    for left, right in split_blocks(rows):
        block = [row[left:right] for row in rows]
        for start, end in split_tables(block):
            yield trimmed([start, left], block[start:end])


def trimmed(place: list[int], rows: list[Row]) -> tuple[list[int], list[Row]]:
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


def notes_of(sheet: Sheet, layout: Layout) -> tuple[str, ...]:
    below = [f"{len(layout.footer)} line(s) of notes below the table are not part of it"] if layout.footer else []
    return (*sheet.notes, *below)


def raw_rows(path: Path, kind: str, reading: Mapping[str, Any], scratch: Path, limits: Limits) -> Iterator[Row]:
    """Header and rows of one region, as text."""
    if reading.get("path") == "fast" and (large := large_tables(path, scratch, limits, reading.get("overrides") or {})):
        yield from table_rows(next(t for t in large if t.reading["sheet_index"] == reading["sheet_index"]))
        return
    sheet = load_sheet(Book(path, kind, scratch), int(reading["sheet_index"]), limits)
    regions = list(regions_in(sheet, (reading.get("overrides") or {}).get("header_rows")))
    region = regions[int(reading["region"])]
    yield source_names(region.layout)
    yield from region.body
