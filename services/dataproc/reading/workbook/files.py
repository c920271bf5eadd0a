"""Workbooks: every sheet, and every separate region of a sheet, becomes a table."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
from fastexcel import FastExcelError
from python_calamine import CalamineError, SheetMetadata, SheetTypeEnum, SheetVisibleEnum

from services.dataproc.reading.layout.finding import Layout
from services.dataproc.reading.layout.footers import said_of_notes
from services.dataproc.reading.model import Limits
from services.dataproc.reading.sources import RawTable, spill
from services.dataproc.reading.table_text import table_rows
from services.dataproc.reading.ways import Way
from services.dataproc.reading.workbook.cell_text import cell_text, no_days_note, unify_columns
from services.dataproc.reading.workbook.column_formats import FormatGrid
from services.dataproc.reading.workbook.extent import check_extent
from services.dataproc.reading.workbook.large_sheet import LARGE_SHEET, LargeSheet, read_large_sheet
from services.dataproc.reading.workbook.notes import is_notes, quoted_lines
from services.dataproc.reading.workbook.opening import Book, check_unpacked, name_panics, reason_of
from services.dataproc.reading.workbook.regions import Sheet, find_regions, source_names
from shared.formats.refusals import FileRefused, corrupt_file, no_table

Row = list[str]
CELLS_IN_MEMORY = 4_000_000


def read_workbook(
    path: Path, kind: str, scratch: Path, limits: Limits, overrides: Mapping[str, Any], aside: list[str]
) -> Iterator[RawTable]:
    """The tables of a workbook, sheet by sheet. A sheet that cannot be read is named in the warnings of the last table.

    Sheets of text are told in `aside`; where there are no others, their lines are what was uploaded.
    """
    check_unpacked(path, limits)
    notes: list[tuple[int, Sheet]] = []
    failures: list[FileRefused] = []
    pending: RawTable | None = None
    book = Book(path, kind, scratch)
    for index, meta in enumerate(book.sheets):
        if meta.typ is SheetTypeEnum.ChartSheet:
            continue
        try:
            if (table := read_large(book, index, scratch, limits, overrides)) is not None:
                tables = iter((table,))
            elif is_notes(sheet := load_sheet(book, index, limits)) and overrides.get("header_rows") is None:
                notes.append((index, sheet))
                continue
            else:
                tables = sheet_tables(sheet, scratch / f"sheet-{index}", overrides)
        except FileRefused as error:
            failures.append(error)
            continue
        for table in tables:
            if pending:
                yield pending
            pending = table
    if pending is None:
        if failures or not notes:
            raise failures[0] if failures else no_table("every sheet of the workbook is empty")
        yield from tables_of_notes(notes, scratch, overrides)
        return
    aside += [f"sheet {sheet.name!r} is text and no table: {quoted_lines(sheet)}" for _, sheet in notes]
    yield replace(
        pending, warnings=(*pending.warnings, *(f"another sheet was not read: {error.detail}" for error in failures))
    )


def read_large(book: Book, index: int, scratch: Path, limits: Limits, overrides: Mapping[str, Any]) -> RawTable | None:
    """A large sheet as one table, None when it is none and has to be read cell by cell."""
    meta = book.sheets[index]
    if book.bytes_of(meta.name) <= LARGE_SHEET:
        return None
    sheet = LargeSheet(book.path, meta.name, book.package, scratch / f"sheet-{index}")
    book.release()
    try:
        with name_panics():
            store = read_large_sheet(sheet, limits, overrides.get("header_rows"))
    except (FastExcelError, pa.ArrowException, zipfile.BadZipFile, zlib.error, KeyError, EOFError, OSError):
        return None
    if store is None:
        return None
    return store.table({"sheet": meta.name, "sheet_index": index}, hidden=is_hidden(meta))


def is_hidden(meta: SheetMetadata) -> bool:
    return meta.visible is not SheetVisibleEnum.Visible


def load_sheet(book: Book, index: int, limits: Limits) -> Sheet:
    """One sheet's cells as text; merged cells of a single column filled, error cells by their names."""
    meta = book.sheets[index]
    facts = book.facts(meta.name, limits)
    sheet = book.sheet(index)
    check_extent(meta.name, sheet.height, sheet.width, limits)
    try:
        with name_panics():
            grid = sheet.to_python(skip_empty_area=True)
            merged = sheet.merged_cell_ranges or []
    except (CalamineError, ValueError, IndexError, KeyError, OSError, OverflowError) as error:
        raise corrupt_file("a workbook", f"sheet {meta.name!r}: {reason_of(error)}") from error
    origin = sheet.start or (0, 0)
    hidden = is_hidden(meta)
    notes = [*([f"sheet {meta.name!r} is hidden in the workbook"] if hidden else []), *facts.notes()]
    if errors := place_errors(grid, facts.errors, origin):
        notes.append(f"{len(errors):,} cell(s) hold an Excel error such as #DIV/0!; they are read as missing")
    formats = facts.formats.grid(grid, origin)
    rows = [[cell_text(cell) for cell in row] for row in grid]
    if no_days := unify_columns(grid, rows):
        notes.append(no_days_note(no_days))
    if filled_merges := fill_merged(rows, merged, origin, formats):
        notes.append(f"{filled_merges:,} merged cell(s) that span rows were filled with their value")
    return Sheet(meta.name, rows, origin, tuple(notes), {"sheet": meta.name, "sheet_index": index, "hidden": hidden}, formats, frozenset(errors),
                 tuple((bottom - origin[0], left - origin[1], right - origin[1]) for (_, left), (bottom, right) in merged if right > left))  # fmt: skip


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


def sheet_tables(sheet: Sheet, scratch: Path, overrides: Mapping[str, Any]) -> Iterator[RawTable]:
    """The regions of a sheet as tables, named after the sheet."""
    regions = list(find_regions(sheet, overrides.get("header_rows")))
    for number, region in enumerate(regions):
        layout = region.layout
        if not layout.width or (not region.body and layout.headless):
            continue
        where = f"{sheet.name} {number + 1}" if len(regions) > 1 else sheet.name
        reading = {**sheet.reading, "region": number, "region_at": region.place, "header_rows": layout.header[1] - layout.header[0],
                   "evidence": layout.evidence, "notes": list(layout.notes), "path": Way.CAREFUL, "why": "worksheet cells"}  # fmt: skip
        batches = spill(region.without_errors(), layout.width, scratch.with_suffix(f".{number}.arrow"), CELLS_IN_MEMORY)
        yield RawTable(
            where, tuple(source_names(layout)), batches, reading, notes_of(sheet, layout), remarks=region.remarks
        )


def tables_of_notes(
    notes: Sequence[tuple[int, Sheet]], scratch: Path, overrides: Mapping[str, Any]
) -> Iterator[RawTable]:
    """The lines of sheets of text, of which no table is anything but a title. Raises FileRefused where there is nothing else."""
    tables = [table for index, sheet in notes for table in sheet_tables(sheet, scratch / f"sheet-{index}", overrides)]
    lines = [table for table in tables if any(batch.num_rows for batch in table.batches)]
    if not lines:
        raise no_table(f"the workbook holds a title only: {quoted_lines(notes[0][1])}")
    for table in lines:
        yield replace(table, warnings=(*table.warnings, "the workbook holds text only, whose lines are the rows"))


def notes_of(sheet: Sheet, layout: Layout) -> tuple[str, ...]:
    return (*sheet.notes, *said_of_notes(layout.footer, layout.notes))


def raw_rows(path: Path, kind: str, reading: Mapping[str, Any], scratch: Path, limits: Limits) -> Iterator[Row]:
    """Header and rows of one region, as text."""
    book, index, overrides = Book(path, kind, scratch), int(reading["sheet_index"]), reading.get("overrides") or {}
    if Way.of(reading) is Way.FAST and (large := read_large(book, index, scratch, limits, overrides)) is not None:
        yield from table_rows(large)
        return
    regions = list(find_regions(load_sheet(book, index, limits), overrides.get("header_rows")))
    region = regions[int(reading["region"])]
    yield source_names(region.layout)
    yield from region.body
