"""What a columnar reader of worksheets passes over, found in the sheet's XML while it is loaded: error values, hidden rows, merged cells."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import fastexcel
import pyarrow as pa

from services.dataproc.reading.sheet_xml import part_of

BLOCK = 1 << 20
ERROR_CELL = b't="e"'
HIDDEN_ROW = re.compile(rb'<(?:\w+:)?row\b[^>]*?\bhidden="(?:1|true)"')


@dataclass
class Passed:
    """Cells with an error value, hidden rows, and are there merged cells?"""

    errors: int = 0
    hidden_rows: int = 0
    merged: bool = False

    def count(self, text: bytes) -> None:
        self.errors += text.count(ERROR_CELL)
        self.merged = self.merged or b"<mergeCell " in text
        self.hidden_rows += len(HIDDEN_ROW.findall(text)) if b"hidden=" in text else 0

    def warnings(self, sheet: str) -> tuple[str, ...]:
        said = []
        if self.errors:
            said.append(f"sheet {sheet!r}: {self.errors:,} cell(s) hold an error value such as #DIV/0! and are read as missing")
        if self.hidden_rows:
            said.append(f"sheet {sheet!r}: {self.hidden_rows:,} row(s) are hidden in the workbook; they are part of the table")
        return tuple(said)


def load_large(path: Path, index: int, sheet: str) -> tuple[pa.RecordBatch, Passed]:
    """The cells of a sheet below its first row, which names the columns."""
    with ThreadPoolExecutor(1) as pool:
        scanning = pool.submit(scan, path, sheet)
        loaded = fastexcel.read_excel(path).load_sheet(index, header_row=0, schema_sample_rows=None, eager=True)
        return loaded, scanning.result()


def scan(path: Path, sheet: str) -> Passed:
    passed = Passed()
    with zipfile.ZipFile(path) as archive:
        if part := part_of(archive, sheet):
            for text in blocks(archive, part):
                passed.count(text)
    return passed


def blocks(archive: zipfile.ZipFile, part: str) -> Iterator[bytes]:
    """The text of a part in blocks that end with an element."""
    rest = b""
    with archive.open(part) as source:
        while block := source.read(BLOCK):
            end = block.rfind(b">") + 1
            yield rest + block[:end]
            rest = block[end:]
    yield rest
