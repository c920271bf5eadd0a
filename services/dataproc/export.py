"""A table in a form that other programs read, piece by piece."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa
import pyarrow.csv as pacsv
import xlsxwriter

from services.dataproc.domain import StoredColumn
from services.dataproc.preview import rows_of

Format = Literal["csv", "parquet", "xlsx", "jsonl"]
XLSX_ROWS = 1_048_575
XLSX_TEXT = 32_767
MEDIA_TYPES: dict[Format, str] = {
    "csv": "text/csv; charset=utf-8; header=present",
    "parquet": "application/vnd.apache.parquet",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "jsonl": "application/x-ndjson",
}


def batches(path: Path) -> Iterator[pa.RecordBatch]:
    with pa.memory_map(str(path)) as mapped:
        reader = pa.ipc.open_file(mapped)
        for index in range(reader.num_record_batches):
            yield reader.get_batch(index)


def csv_pieces(path: Path, columns: Sequence[StoredColumn]) -> Iterator[bytes]:
    """RFC 4180, UTF-8, header row first."""
    names = [column.name for column in columns]
    header = io.BytesIO()
    empty = pa.table({str(i): pa.array([], pa.string()) for i in range(len(names))})
    pacsv.write_csv(empty.rename_columns(names), header, pacsv.WriteOptions(quoting_style="needed", quoting_header="needed"))
    yield header.getvalue()
    options = pacsv.WriteOptions(include_header=False, quoting_style="needed")
    for batch in batches(path):
        out = io.BytesIO()
        pacsv.write_csv(_csv_ready(batch), out, options)
        yield out.getvalue()


def _csv_ready(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Types that the CSV writer does not know become text."""
    columns = [column.cast(pa.string()) if pa.types.is_decimal(column.type) or pa.types.is_duration(column.type) or pa.types.is_time(column.type)
               else pa.array([None if v is None else json.dumps(v, default=str) for v in column.to_pylist()], pa.string()) if pa.types.is_nested(column.type)
               else column for column in batch.columns]
    return pa.RecordBatch.from_arrays(columns, names=batch.schema.names)


def jsonl_pieces(path: Path, columns: Sequence[StoredColumn]) -> Iterator[bytes]:
    """One JSON object a row."""
    names = [column.name for column in columns]
    for batch in batches(path):
        lines = (json.dumps(dict(zip(names, row, strict=True)), ensure_ascii=False) for row in rows_of(pa.Table.from_batches([batch])))
        yield ("\n".join(lines) + "\n").encode()


def write_xlsx(path: Path, columns: Sequence[StoredColumn], out: Path) -> None:
    """One sheet; text that looks like a formula or an address stays text."""
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "nan_inf_to_errors": True,
               "default_date_format": "yyyy-mm-dd", "remove_timezone": True}
    with xlsxwriter.Workbook(str(out), options) as book:
        sheet = book.add_worksheet()
        moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        sheet.write_row(0, 0, [column.name[:XLSX_TEXT] for column in columns])
        row = 1
        for batch in batches(path):
            for cells in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                for index, cell in enumerate(cells):
                    _write(sheet, row, index, cell, moment)
                row += 1


def _write(sheet: Any, row: int, index: int, cell: Any, moment: Any) -> None:
    if cell is None:
        return
    if isinstance(cell, datetime):
        sheet.write_datetime(row, index, cell.replace(tzinfo=None), moment)
    elif isinstance(cell, (bool, int, float, date, time, timedelta)):
        sheet.write(row, index, cell)
    elif isinstance(cell, Decimal):
        sheet.write_number(row, index, float(cell))
    else:
        sheet.write_string(row, index, (cell if isinstance(cell, str) else json.dumps(cell, default=str))[:XLSX_TEXT])
