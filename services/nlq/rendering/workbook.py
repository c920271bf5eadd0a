"""A table as a workbook: one sheet, written row by row. What a worksheet cell cannot hold exactly is written as text."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from services.nlq.rendering.formats import rows_of, text_of
from services.nlq.rendering.model import DoesNotFit

MOST_ROWS = 1_048_575  # below the header
MOST_COLUMNS = 16_384
LONGEST_TEXT = 32_767
DIGITS = 15  # of a number that a worksheet keeps
MOST_EXACT = 10**DIGITS
FIRST_DAY = date(1900, 3, 1)  # before it worksheets count a day that never was

Write = Callable[[int, int, Any], object]


def check_room(table: pa.Table) -> None:
    """Raises `DoesNotFit` when a worksheet cannot hold the table whole."""
    if table.num_rows > MOST_ROWS:
        raise DoesNotFit(f"Excel holds {MOST_ROWS:,} rows below the header; this result has {table.num_rows:,}.")
    if table.num_columns > MOST_COLUMNS:
        raise DoesNotFit(f"Excel holds {MOST_COLUMNS:,} columns; this result has {table.num_columns:,}.")
    for name, column in zip(table.column_names, table.columns, strict=True):
        is_text = pa.types.is_string(column.type) or pa.types.is_large_string(column.type)
        if is_text and (pc.max(pc.utf8_length(column)).as_py() or 0) > LONGEST_TEXT:
            raise DoesNotFit(f"Excel holds {LONGEST_TEXT:,} characters in a cell; column {name!r} has longer ones.")


def write_workbook(table: pa.Table, out: Path) -> None:
    """Text that looks like a formula or an address stays text. The file appears whole: a workbook is an archive, made at the end."""
    check_room(table)
    unfinished = out.with_name(f"{out.name}.part")
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "tmpdir": str(out.parent),
    }
    with xlsxwriter.Workbook(str(unfinished), options) as book:
        sheet = book.add_worksheet("result")
        for index, name in enumerate(table.column_names):
            sheet.write_string(0, index, name)
        writers = _writers(book, sheet)

        def write_text(row: int, index: int, cell: object) -> None:
            sheet.write_string(row, index, text_of(cell))

        first = 1
        for rows in rows_of(table):
            for row, cells in enumerate(rows, first):
                for index, cell in enumerate(cells):
                    if cell is not None:
                        writers.get(type(cell), write_text)(row, index, cell)
            first += len(rows)
    unfinished.replace(out)


def _writers(book: xlsxwriter.Workbook, sheet: Worksheet) -> dict[type, Write]:
    """By the type of a cell."""
    days, moments = (book.add_format({"num_format": shown}) for shown in ("yyyy-mm-dd", "yyyy-mm-dd hh:mm:ss"))

    def write_whole(row: int, index: int, cell: int) -> None:
        if abs(cell) < MOST_EXACT:
            sheet.write_number(row, index, cell)
        else:
            sheet.write_string(row, index, str(cell))

    def write_float(row: int, index: int, cell: float) -> None:
        if math.isfinite(cell):
            sheet.write_number(row, index, cell)
        elif not math.isnan(cell):
            sheet.write_string(row, index, str(cell))

    def write_day(row: int, index: int, cell: date) -> None:
        if cell < FIRST_DAY:
            sheet.write_string(row, index, cell.isoformat())
        else:
            sheet.write_datetime(row, index, cell, days)

    def write_moment(row: int, index: int, cell: datetime) -> None:
        if cell.date() < FIRST_DAY:
            sheet.write_string(row, index, cell.isoformat())
        else:
            sheet.write_datetime(row, index, cell.replace(tzinfo=None), moments)

    def write_decimal(row: int, index: int, cell: Decimal) -> None:
        """A number where the worksheet keeps every digit of it."""
        if cell.is_finite() and len(cell.normalize().as_tuple().digits) <= DIGITS and abs(cell) < MOST_EXACT:
            sheet.write_number(row, index, float(cell))
        else:
            sheet.write_string(row, index, str(cell))

    return {
        bool: sheet.write_boolean,
        int: write_whole,
        float: write_float,
        Decimal: write_decimal,
        str: sheet.write_string,
        date: write_day,
        datetime: write_moment,
    }
