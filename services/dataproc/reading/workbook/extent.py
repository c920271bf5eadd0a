"""How many rows and columns the cells of a sheet span, before a reader makes room for all of them."""

from __future__ import annotations

import re
import zipfile

from openpyxl.utils import column_index_from_string

from services.dataproc.reading.model import Limits
from shared.formats.refusals import too_large

BLOCK = 1 << 20
BYTES_PER_CELL = 40  # of the fast reader, blank cells included
OVERLAP = 4 << 10  # bytes of a block that are looked at again with the next, where an element may be divided
ROW = re.compile(rb"""<(?:\w+:)?row\b[^>]*?\br=["'](\d{1,7})["']""")
WIDE_COLUMN = re.compile(rb"""<(?:\w+:)?c\b[^>]*?\br=["']([A-Z]{2,3})\d""")  # narrower sheets are never too wide
NARROW = 26


def measure_extent(archive: zipfile.ZipFile, part: str) -> tuple[int, int]:
    """(rows, columns) up to the last that states its place; at least `NARROW` columns."""
    rows, columns, before = 0, NARROW, b""
    with archive.open(part) as source:
        while block := source.read(BLOCK):
            text = before + block
            rows = max([rows, *(int(number) for number in set(ROW.findall(text)))])
            columns = max([columns, *(column_index_from_string(found.decode()) for found in set(WIDE_COLUMN.findall(text)))])  # fmt: skip
            before = block[-OVERLAP:]
    return rows, columns


def check_extent(name: str, rows: int, columns: int, limits: Limits) -> None:
    """Refuse a sheet whose cells, blank ones included, would not fit in memory."""
    if rows * columns > min(limits.max_cells, limits.memory_bytes // BYTES_PER_CELL):
        raise too_large(f"the cells of sheet {name!r} span {rows:,} rows and {columns:,} columns")
