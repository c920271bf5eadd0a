"""Tables as files. Cells are those of `table_preview`: ISO dates, every digit of a number, nothing where there is no value."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Mapping
from datetime import date, time
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from services.nlq.rendering.model import Format

_BATCH = 5_000  # rows


def write_stored(form: Format, source: Path, out: Path, most_cells: int | None = None) -> bool:
    """Write the Parquet file `source` in another form; False, and nothing is written, when it has more cells than that."""
    with pq.ParquetFile(source) as stored:
        if most_cells is not None and stored.metadata.num_rows * stored.metadata.num_columns > most_cells:
            return False
        write(form, stored.read(), out)
    return True


def write(form: Format, table: pa.Table, out: Path) -> None:
    """`out` grows from its beginning as it is written, or appears whole. Raises `DoesNotFit`."""
    _WRITERS[form](table, out)


def write_value(form: Format, value: object, out: Path) -> None:
    """A table of one cell named `value`; what no cell can hold becomes JSON."""
    cell = value if isinstance(value, (bool, int, float, str, type(None))) else json.dumps(value, ensure_ascii=False)
    write(form, pa.table({"value": pa.array([cell], pa.string() if cell is None else None)}), out)


def _write_csv(table: pa.Table, out: Path) -> None:
    """RFC 4180, UTF-8, header row first; an empty text is quoted, and what is missing is not."""
    options = pacsv.WriteOptions(quoting_style="needed", quoting_header="needed", eol="\r\n")
    columns = [_csv_column(column) for column in table.columns]
    pacsv.write_csv(pa.Table.from_arrays(columns, names=table.column_names), out, options)


def _csv_column(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """What is not a number is missing; moments without fractions of a second are written without six zeros."""
    if pa.types.is_floating(column.type):
        return pc.if_else(pc.is_nan(column), None, column)
    if pa.types.is_nested(column.type) or pa.types.is_duration(column.type) or pa.types.is_binary(column.type):
        texts = [None if cell is None else text_of(cell) for part in column.chunks for cell in cells_of(part)]
        return pa.chunked_array([pa.array(texts, pa.large_string())])
    if pa.types.is_timestamp(column.type):
        try:
            return column.cast(pa.timestamp("s"))
        except pa.ArrowInvalid:
            return column
    return column


def _write_json(table: pa.Table, out: Path) -> None:
    """`{columns, rows, total_rows}`, as the preview."""
    with out.open("w", encoding="utf-8", newline="") as sink:
        sink.write(f'{{"columns": {json.dumps(table.column_names, ensure_ascii=False)}, "rows": [')
        separator = ""
        for rows in rows_of(table):
            sink.write(separator + ", ".join(json.dumps([_json(c) for c in row], ensure_ascii=False) for row in rows))
            separator = ", "
        sink.write(f'], "total_rows": {table.num_rows}}}')


def _json(cell: Any) -> Any:
    """JSON has no infinity: it is shown as text; what is not a number is null."""
    if isinstance(cell, float) and not math.isfinite(cell):
        return None if math.isnan(cell) else str(cell)
    return cell if isinstance(cell, (bool, int, float, type(None))) else text_of(cell)


def text_of(cell: Any) -> str:
    """A cell of any type as the text that stands for it where a format has nothing better."""
    if isinstance(cell, (date, time)):
        return cell.isoformat()
    if isinstance(cell, (list, dict)):
        return json.dumps(cell, ensure_ascii=False, default=text_of)
    return cell.decode("utf-8", "replace") if isinstance(cell, bytes) else str(cell)


def rows_of(table: pa.Table) -> Iterator[list[tuple[Any, ...]]]:
    """The rows in batches."""
    for batch in table.to_batches(max_chunksize=_BATCH):
        yield list(zip(*map(cells_of, batch.columns), strict=True))


def cells_of(column: pa.Array) -> list[Any]:
    """As Python's values; moments beyond its years as text."""
    try:
        cells: list[Any] = column.to_pylist()
    except (OverflowError, ValueError):
        return [text and text.replace(" ", "T") for text in column.cast(pa.string()).to_pylist()]
    return cells


def _write_parquet(table: pa.Table, out: Path) -> None:
    pq.write_table(table, out, compression="zstd")


def _write_xlsx(table: pa.Table, out: Path) -> None:
    # xlsxwriter is needed for workbooks alone.
    from services.nlq.rendering.workbook import write_workbook  # noqa: PLC0415

    write_workbook(table, out)


_WRITERS: Mapping[Format, Callable[[pa.Table, Path], None]] = {
    "csv": _write_csv,
    "json": _write_json,
    "parquet": _write_parquet,
    "xlsx": _write_xlsx,
}
