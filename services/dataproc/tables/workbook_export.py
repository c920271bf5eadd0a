"""A table as a workbook: one sheet, written row by row. What a worksheet cell cannot hold exactly is written as text."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from services.dataproc.errors import ExportTooLarge
from services.dataproc.reading import Column
from services.dataproc.reading.iso_text import iso_texts
from services.dataproc.tables.export import stored_batches

MOST_ROWS = 1_048_575
MOST_COLUMNS = 16_384
LONGEST_TEXT = 32_767
INSTEAD = "Export it as CSV or Parquet."
MOST_DIGITS = 15  # beyond these a worksheet changes the number
FIRST_DAY = date(1900, 3, 1)  # before it worksheets count a day that never was
LONGEST_SPAN = timedelta(days=2_958_465)
FORMATS = {"date": "yyyy-mm-dd", "moment": "yyyy-mm-dd hh:mm:ss", "time": "hh:mm:ss", "span": "[h]:mm:ss"}

Write = Callable[[int, int, Any], object]


def check_room(path: Path, columns: Sequence[Column], rows: int) -> None:
    """Raises ExportTooLarge when a worksheet cannot hold the table whole."""
    if rows > MOST_ROWS:
        raise ExportTooLarge(f"Excel holds {MOST_ROWS:,} rows below the header; this table has {rows:,}.", hint=INSTEAD)
    if len(columns) > MOST_COLUMNS:
        raise ExportTooLarge(f"Excel holds {MOST_COLUMNS:,} columns; this table has {len(columns):,}.", hint=INSTEAD)
    for batch in stored_batches(path):
        for column, cells in zip(columns, batch.columns, strict=True):
            if pa.types.is_large_string(cells.type) and (pc.max(pc.utf8_length(cells)).as_py() or 0) > LONGEST_TEXT:
                raise ExportTooLarge(
                    f"Excel holds {LONGEST_TEXT:,} characters in a cell; column {column.name!r} has longer ones.",
                    hint=INSTEAD,
                )


def write_xlsx(path: Path, columns: Sequence[Column], out: Path) -> None:
    """Text that looks like a formula or an address stays text; date-times lose their zone and show its wall clock."""
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(str(out), options) as book:
        sheet = book.add_worksheet()
        formats = {name: book.add_format({"num_format": shown}) for name, shown in FORMATS.items()}
        for index, column in enumerate(columns):
            sheet.write_string(0, index, column.name)
        row = 1
        for batch in stored_batches(path):
            write_batch(sheet, row, batch, formats)
            row += batch.num_rows


def write_batch(sheet: Worksheet, first: int, batch: pa.RecordBatch, formats: dict[str, Format]) -> None:
    """Row by row, since the sheet is written to disk as it grows."""
    writers = [writer_of(sheet, column.type, formats) for column in batch.columns]
    for row, cells in enumerate(zip(*map(python_cells, batch.columns), strict=True), first):
        for index, cell in enumerate(cells):
            if cell is not None:
                writers[index](row, index, cell)


def python_cells(column: pa.Array) -> list[Any]:
    """Cells that the writers know; points in time beyond Python's years as text."""
    if pa.types.is_temporal(column.type):
        column = column if column.type != pa.time64("ns") else column.cast(pa.time64("us"), safe=False)
    try:
        cells: list[Any] = column.to_pylist()
    except (OverflowError, ValueError):
        return iso_texts(column)
    return cells


def writer_of(sheet: Worksheet, kind: pa.DataType, formats: dict[str, Format]) -> Write:
    if pa.types.is_boolean(kind):
        return partial(write_truth, sheet)
    if pa.types.is_integer(kind) or pa.types.is_decimal(kind):
        return partial(write_exact, sheet)
    if pa.types.is_floating(kind):
        return partial(write_float, sheet)
    if pa.types.is_temporal(kind) and not pa.types.is_interval(kind):
        return partial(write_time, sheet, formats)
    return partial(write_text, sheet)


def write_truth(sheet: Worksheet, row: int, index: int, cell: bool) -> None:
    sheet.write_boolean(row, index, cell)


def write_exact(sheet: Worksheet, row: int, index: int, cell: int | Decimal) -> None:
    digits = len(Decimal(cell).normalize().as_tuple().digits)
    if digits <= MOST_DIGITS:
        sheet.write_number(row, index, float(cell))
    else:
        write_text(sheet, row, index, str(cell))


def write_float(sheet: Worksheet, row: int, index: int, cell: float) -> None:
    if math.isfinite(cell):
        sheet.write_number(row, index, cell)
    elif not math.isnan(cell):
        write_text(sheet, row, index, str(cell))


def write_time(sheet: Worksheet, formats: dict[str, Format], row: int, index: int, cell: Any) -> None:
    """As the numbers that worksheets count days in; days and spans that they cannot show as ISO 8601 text."""
    if isinstance(cell, timedelta) and timedelta(0) <= cell <= LONGEST_SPAN:
        sheet.write_number(row, index, cell / timedelta(days=1), formats["span"])
    elif isinstance(cell, datetime) and cell.date() >= FIRST_DAY:
        sheet.write_datetime(row, index, cell.replace(tzinfo=None), formats["moment"])
    elif isinstance(cell, time):
        sheet.write_datetime(row, index, cell, formats["time"])
    elif isinstance(cell, date) and not isinstance(cell, datetime) and cell >= FIRST_DAY:
        sheet.write_datetime(row, index, cell, formats["date"])
    else:
        write_text(sheet, row, index, cell if isinstance(cell, str) else iso_of(cell))


def iso_of(cell: Any) -> str:
    return str(iso_texts(pa.array([cell]))[0])


def write_text(sheet: Worksheet, row: int, index: int, cell: Any) -> None:
    sheet.write_string(row, index, cell if isinstance(cell, str) else json.dumps(cell, default=str))
