"""A large worksheet, cut between rows into small workbooks that are loaded side by side: libraries parse a sheet in one thread, and all of it in memory.

What they pass over is counted while the sheet is cut: error values, hidden rows, merged cells.
"""

from __future__ import annotations

import re
import zipfile
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import fastexcel
import pyarrow as pa

from services.dataproc.reading.workbook.cell_text import no_days_note
from services.dataproc.reading.workbook.format_watch import FormatWatch
from services.dataproc.reading.workbook.sheet_strings import SharedStrings, times
from services.dataproc.reading.workbook.sheet_xml import SheetFacts, hidden_columns_in, hidden_rows_in, uncached_in

BLOCK = 1 << 20
PIECE = 32 << 20  # bytes of XML
LARGEST_SHARED = 4 << 20  # bytes of what every piece needs and parses, such as styles
SHEET_DATA = re.compile(rb"<sheetData\s*>")
ROW = re.compile(rb"<row\b[^>]*>")
NUMBER = re.compile(rb'\br="(\d{1,7})"')
END = b"</sheetData></worksheet>"


class Uncut(Exception):
    """The sheet is not written so that it could be cut; it has to be loaded whole."""


@dataclass
class Passed:
    """Cells with an error value, formulas without a stored one, dates that are no days, what is hidden, the formats of columns, and are there merged cells?"""

    errors: int = 0
    uncached: int = 0
    no_days: int = 0
    merged: bool = False
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[str] = field(default_factory=list)
    formats: FormatWatch = field(default_factory=FormatWatch)

    def count(self, text: bytes) -> None:
        self.formats.look(text)
        self.errors += times(text, b't="e"')
        self.merged = self.merged or times(text, b"<mergeCell ") > 0
        if times(text, b"<f") or times(text, b":f"):
            self.uncached += uncached_in(text)
        if times(text, b"hidden="):
            self.hidden_rows += hidden_rows_in(text)
            self.hidden_columns += hidden_columns_in(text)

    def warnings(self) -> Iterator[str]:
        if self.errors:
            yield f"{self.errors:,} cell(s) hold an error value such as #DIV/0! and are read as missing"
        if self.no_days:
            yield no_days_note(self.no_days)
        yield from SheetFacts(
            {}, hidden_rows=tuple(self.hidden_rows), hidden_columns=tuple(self.hidden_columns), uncached=self.uncached
        ).notes()


@dataclass
class Piece:
    """A workbook with some rows of the sheet; the first one has the header."""

    path: Path
    header: bool
    texts: int = 0
    first: int = 0
    last: int = 0
    size: int = 0

    def note(self, text: bytes) -> None:
        """Take the number of the text's last row. Raises Uncut when rows are not numbered."""
        if row := ROW.search(text):
            numbers = [NUMBER.search(found[0]) for found in (row, ROW.match(text, text.rfind(b"<row"))) if found]
            if None in numbers or len(numbers) < len(("first", "last")):
                raise Uncut
            first, last = (int(number[1]) for number in numbers if number)
            self.first, self.last = self.first or first, last
        self.size += len(text)

    @property
    def rows(self) -> int:
        return self.last - self.first + 1 - self.header


@dataclass
class Cutter:
    """Cuts one sheet of a workbook; `passed` is complete once all pieces are written."""

    archive: zipfile.ZipFile
    part: str
    folder: Path
    strings: SharedStrings
    passed: Passed = field(default_factory=Passed)

    def pieces(self) -> Iterator[Piece]:
        shared = {name: self.archive.read(name) for name in self._needed()}
        texts = whole_rows(self.archive, self.part)
        start = next(texts)
        opening = SHEET_DATA.search(start)
        if opening is None:
            raise Uncut
        prefix, text, number, before = start[: opening.end()], start[opening.end() :], 0, 0
        self.passed.count(prefix)
        while text:
            piece = Piece(self.folder / f"{Path(self.part).stem}-{number}.xlsx", header=number == 0)
            text = self._write(piece, shared, prefix, text, texts)
            if number and piece.first != before + 1:
                raise Uncut
            before, number = piece.last, number + 1
            yield piece

    def _needed(self) -> list[str]:
        others = [
            info
            for info in self.archive.infolist()
            if "/worksheets/" not in info.filename and info.filename not in self.strings.parts and not info.is_dir()
        ]
        if sum(info.file_size for info in others) > LARGEST_SHARED:
            raise Uncut
        return [info.filename for info in others]

    def _write(
        self, piece: Piece, shared: dict[str, bytes], prefix: bytes, text: bytes, texts: Iterator[bytes]
    ) -> bytes:
        """Write `text` and what follows it until the piece is full; the text that comes next, empty at the end of the sheet."""
        with zipfile.ZipFile(piece.path, "w") as workbook:
            for name, content in shared.items():
                workbook.writestr(name, content)
            with workbook.open(self.part, "w", force_zip64=True) as out:
                out.write(prefix)
                while text:
                    out.write(self.strings.marked(text))
                    piece.note(text)
                    self.passed.count(text)
                    text = next(texts, b"")
                    if piece.size > PIECE and text:
                        out.write(END)
                        break
        return text


def whole_rows(archive: zipfile.ZipFile, part: str) -> Iterator[bytes]:
    """The text of a part in blocks that end before a row begins."""
    rest = b""
    with archive.open(part) as source:
        while block := source.read(BLOCK):
            text = rest + block
            end = text.rfind(b"<row ")
            if end > 0:
                yield text[:end]
                text = text[end:]
            rest = text
    yield rest


def load(path: Path, index: int, *, header: bool, texts: Iterable[int] = ()) -> pa.RecordBatch:
    """The cells of a sheet. The columns numbered in `texts` are read as text whatever they hold."""
    chosen: dict[str | int, Any] | None = dict.fromkeys(texts, "string") or None
    book = fastexcel.read_excel(path)
    batch = book.load_sheet(index, header_row=0 if header else None, schema_sample_rows=None, eager=True, dtypes=chosen)
    return as_written(batch, book, index) if header and has_numbered(batch.schema.names) else batch


def has_numbered(names: Sequence[str]) -> bool:
    """Can one of the names be a repeated one, to which the library added a number?"""
    parts = [name.rpartition("_") for name in names]
    return any(base in names and number.isdigit() for base, _, number in parts)


def as_written(batch: pa.RecordBatch, book: fastexcel.ExcelReader, index: int) -> pa.RecordBatch:
    """The batch under the names that stand in the header."""
    first = book.load_sheet(index, header_row=None, n_rows=1, eager=True, dtypes="string")
    written = {i: column[0].as_py() for i, column in enumerate(first.columns)}
    return pa.record_batch(batch.columns, names=[written.get(i) or name for i, name in enumerate(batch.schema.names)])


def load_piece(piece: Piece, index: int, texts: Iterable[int], strings: SharedStrings) -> pa.RecordBatch:
    """Raises Uncut when the piece is not as tall as its rows' numbers say: then blank edges were left out."""
    try:
        batch = load(piece.path, index, header=piece.header, texts=texts)
    finally:
        piece.path.unlink()
    if batch.num_rows != piece.rows:
        raise Uncut
    return strings.resolved(batch)


def load_pieces(cutter: Cutter, index: int, threads: int, texts: Iterable[int] = ()) -> Iterator[pa.RecordBatch]:
    """The sheet's cells piece by piece, in order. Raises Uncut or NoReferences; what was taken until then is void."""
    pending: deque[Future[pa.RecordBatch]] = deque()
    with ThreadPoolExecutor(threads) as pool:
        for piece in cutter.pieces():
            pending.append(pool.submit(load_piece, piece, index, texts, cutter.strings))
            if len(pending) > threads:
                yield pending.popleft().result()
        while pending:
            yield pending.popleft().result()
