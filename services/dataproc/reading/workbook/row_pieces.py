"""A large worksheet in pieces: workbooks that hold some of its rows each, which fastexcel loads side by side.

Loading a whole sheet, fastexcel holds its cells twice, 85 bytes for each: 1.2 GB for as many rows as Excel allows and 13 columns.
In pieces it is some hundred megabytes at any length (docs/decisions/0013).
"""

from __future__ import annotations

import re
import shutil
import zipfile
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import fastexcel
import pyarrow as pa
from openpyxl.utils import column_index_from_string, get_column_letter

BLOCK = 1 << 20
PIECE = 32 << 20  # bytes of XML; every thread holds about twice as much while it loads them
PARTS_KEPT = (".rels", "[content_types].xml", "workbook.xml", "styles.xml", "sharedstrings.xml")
SHEET_DATA, ROW, ROW_ENDS, DATA_ENDS = b"<sheetData>", b"<row ", b"</row>", b"</sheetData>"
ANY_ROW = b"<row"  # however its attributes are set apart
LONGEST_ROW = 16  # blocks
MERGED = b"mergeCell "
END = DATA_ENDS + b"</worksheet>"
ROW_NUMBER = re.compile(rb'<row\s[^>]*?\br="(\d{1,7})"')
FILLED_CELL = re.compile(rb'<c r="([A-Z]{1,3})\d{1,7}"[^>]*[^/>]>')

Kinds = fastexcel.DTypeMap  # columns, by position, that are read as text whatever they hold


class Uncut(Exception):
    """The sheet is not written so that it could be cut between rows; it has to be loaded whole."""


@dataclass(frozen=True)
class Loaded:
    """Rows of a sheet; `lost` is how many cells hold what their column cannot, error values above all, and are null."""

    batch: pa.RecordBatch
    lost: int


@dataclass
class SheetCutter:
    """Cuts one sheet of a workbook into pieces in a folder. `merged` is known once the last piece is written."""

    path: Path
    part: str
    folder: Path
    merged: bool = False

    def __post_init__(self) -> None:
        self._shell = self.folder / "shell.xlsx"
        self._repeated = self._write_shell()

    def _write_shell(self) -> int:
        """The workbook without any sheet, which every piece begins with. Returns the bytes of its largest part, which are its shared strings where there are many."""
        largest = 0
        with zipfile.ZipFile(self.path) as archive, zipfile.ZipFile(self._shell, "w") as shell:
            for info in archive.infolist():
                if info.filename.lower().endswith(PARTS_KEPT) and "/worksheets/" not in info.filename:
                    with archive.open(info) as source, shell.open(info.filename, "w", force_zip64=True) as target:
                        shutil.copyfileobj(source, target, BLOCK)
                    largest = max(largest, info.file_size)
        return largest

    @property
    def piece_bytes(self) -> int:
        """With every piece all shared strings are parsed again: where these are large pieces are, too, so that this costs no more than the rows do."""
        return max(PIECE, self._repeated)

    def header(self) -> Path:
        """A workbook with the header row alone. Raises Uncut."""
        with zipfile.ZipFile(self.path) as archive:
            prefix, header, _ = self._start(archive)
            return self._write("header", prefix, [header])

    def pieces(self) -> Iterator[Path]:
        """Workbooks with some of the rows below the header each, in order. Raises Uncut."""
        with zipfile.ZipFile(self.path) as archive:
            prefix, header, blocks = self._start(archive)
            columns = columns_of(header)
            for number, rows in enumerate(portions(blocks, self.piece_bytes)):
                if ANY_ROW in rows[0]:
                    yield self._write(f"{number}", prefix, [numbered_header(columns, first_row(rows[0]) - 1), *rows])
                self.merged = self.merged or MERGED in rows[-1]

    def _start(self, archive: zipfile.ZipFile) -> tuple[bytes, bytes, Iterator[bytes]]:
        """(what stands before the first row, the first row, blocks of all that follows)"""
        blocks = whole_rows(archive, self.part)
        start = next(blocks)
        opening = start.find(SHEET_DATA) + len(SHEET_DATA)
        header_ends = start.find(ROW_ENDS, opening) + len(ROW_ENDS)
        if opening < len(SHEET_DATA) or header_ends < len(ROW_ENDS):
            raise Uncut
        return start[:opening], start[opening:header_ends], chain([start[header_ends:]], blocks)

    def _write(self, name: str, prefix: bytes, rows: list[bytes]) -> Path:
        piece = self.folder / f"{name}.xlsx"
        shutil.copyfile(self._shell, piece)
        with zipfile.ZipFile(piece, "a") as book, book.open(self.part, "w", force_zip64=True) as target:
            target.write(prefix)
            for text in rows:
                target.write(text.partition(DATA_ENDS)[0])
            target.write(END)
        return piece


def whole_rows(archive: zipfile.ZipFile, part: str) -> Iterator[bytes]:
    """The text of a part in blocks that end before a row begins. Raises Uncut where none begins for long."""
    rest = b""
    with archive.open(part) as source:
        while block := source.read(BLOCK):
            text = rest + block
            end = text.rfind(ROW)
            if end > 0:
                yield text[:end]
                text = text[end:]
            elif len(text) > LONGEST_ROW * BLOCK:
                raise Uncut
            rest = text
    yield rest


def portions(blocks: Iterable[bytes], size: int) -> Iterator[list[bytes]]:
    """Blocks in groups of about `size` bytes."""
    group: list[bytes] = []
    held = 0
    for block in filter(None, blocks):
        group.append(block)
        held += len(block)
        if held >= size:
            yield group
            group, held = [], 0
    if group:
        yield group


def has_merged_cells(archive: zipfile.ZipFile, part: str) -> bool:
    before = b""
    with archive.open(part) as source:
        while block := source.read(BLOCK):
            if MERGED in before + block:
                return True
            before = block[-len(MERGED) :]
    return False


def columns_of(header: bytes) -> range:
    """The columns of a header row, from the first to the last cell in which something stands. Raises Uncut."""
    letters = FILLED_CELL.findall(header)
    if not letters:
        raise Uncut
    return range(column_index_from_string(letters[0].decode()), column_index_from_string(letters[-1].decode()) + 1)


def first_row(rows: bytes) -> int:
    found = ROW_NUMBER.search(rows)
    if found is None or found.start() != rows.find(ANY_ROW):
        raise Uncut
    return int(found[1])


def numbered_header(columns: range, row: int) -> bytes:
    """A row that stands for the header in pieces that do not hold it: the library drops blank columns at the sides, and this one is nowhere blank."""
    if row < 1:
        raise Uncut
    cells = "".join(f'<c r="{get_column_letter(c)}{row}" t="str"><v>{c}</v></c>' for c in columns)
    return f'<row r="{row}">{cells}</row>'.encode()


def load_rows(path: Path, sheet: str, kinds: Kinds | None = None) -> Loaded:
    """The rows below the first one of a sheet."""
    loaded = fastexcel.read_excel(path).load_sheet(sheet, schema_sample_rows=None, dtypes=kinds or None)
    batch, errors = loaded.to_arrow_with_errors()
    return Loaded(batch, len(errors.errors) if errors else 0)


def load_header(path: Path, sheet: str) -> list[str]:
    """The cells of the first row as they are written: of names that stand twice, `load_rows` has one changed."""
    row = fastexcel.read_excel(path).load_sheet(sheet, header_row=None, n_rows=1, eager=True, dtypes="string")
    return [column[0].as_py() or "" for column in row.columns]


def load_pieces(cutter: SheetCutter, sheet: str, kinds: Kinds, threads: int) -> Iterator[Loaded]:
    """The rows of all pieces, in order. Raises Uncut; what was taken until then is void."""

    def load(piece: Path) -> Loaded:
        try:
            return load_rows(piece, sheet, kinds)
        finally:
            piece.unlink()

    pending: deque[Future[Loaded]] = deque()
    at_once = threads if cutter.piece_bytes == PIECE else 1
    with ThreadPoolExecutor(at_once) as pool:
        for piece in cutter.pieces():
            pending.append(pool.submit(load, piece))
            if len(pending) > at_once:
                yield pending.popleft().result()
        while pending:
            yield pending.popleft().result()
