"""What the XML of an xlsx sheet tells before it is loaded: its extent, what is hidden, and the cells that the reader leaves blank."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from services.dataproc.reading.workbook.column_formats import PlacedFormats
from services.dataproc.reading.workbook.number_formats import CellFormat
from services.dataproc.reading.workbook.sheet_cells import CellWalk, column_letters, column_number, value_at
from services.dataproc.reading.workbook.sheet_parts import attributes, part_of

MOST_ERRORS = 100_000
BLOCK = 1 << 20
LARGEST_PART = 512 << 20
ROW = re.compile(rb"""<(?:\w+:)?row\b[^>]*?\br=["'](\d{1,7})["']""")
WIDE = re.compile(rb"""<(?:\w+:)?c\b[^>]*?\br=["']([A-Z]{2,3})\d""")
HIDDEN_ROW = re.compile(rb"""<(?:\w+:)?row\b(?=[^>]*\bhidden=["'](?:1|true)["'])[^>]*?\br=["'](\d{1,7})["']""")
HIDDEN_COLUMN = re.compile(rb"""<(?:\w+:)?col\b(?=[^>]*\bhidden=["'](?:1|true)["'])[^>]*>""")
UNCACHED = re.compile(
    rb"<(?:\w+:)?f\b[^>]*(?:/>|>[^<]*</(?:\w+:)?f>)\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
MOST_HIDDEN_COLUMNS = 256  # more are the unused ones to the right
ERROR_SIGNS = (b't="e"', b"t='e'")


@dataclass(frozen=True)
class SheetFacts:
    """What the XML of a sheet says: error values by (row, column) counted from 0, and the extent that its cells span."""

    errors: Mapping[tuple[int, int], str]
    rows: int = 0
    columns: int = 0
    cells: int = 0
    hidden_rows: tuple[int, ...] = ()
    hidden_columns: tuple[str, ...] = ()
    uncached: int = 0  # formulas whose value the workbook does not store
    formats: PlacedFormats = field(default_factory=PlacedFormats)

    def notes(self) -> Iterator[str]:
        """What a reader of the table should know."""
        if self.hidden_rows:
            yield f"{len(self.hidden_rows):,} row(s) are hidden in the workbook ({shown(self.hidden_rows)}); they are part of the table"
        if self.hidden_columns:
            yield f"{len(self.hidden_columns):,} column(s) are hidden in the workbook ({shown(self.hidden_columns)}); they are part of the table"
        if self.uncached:
            yield f"{self.uncached:,} formula cell(s) have no value stored in the workbook and are read as missing: open it in a spreadsheet program and save it"


def shown(places: Sequence[object]) -> str:
    return ", ".join(map(str, places[:8])) + (" …" if len(places) > 8 else "")


def sheet_facts(path: Path, sheet: str, styles: Mapping[int, CellFormat]) -> SheetFacts:
    """The facts of a sheet by its name; none when its part is not found or very large. `styles` are those with a format that shows a unit."""
    try:
        with zipfile.ZipFile(path) as archive:
            part = part_of(archive, sheet)
            if part is None or archive.getinfo(part).file_size > LARGEST_PART:
                return SheetFacts({})
            return scan(archive, part, styles)
    except (zipfile.BadZipFile, zlib.error, KeyError, OSError, EOFError, NotImplementedError):
        return SheetFacts({})


def scan(archive: zipfile.ZipFile, part: str, styles: Mapping[int, CellFormat]) -> SheetFacts:
    """Read the part in blocks, each ending with a whole row."""
    found = CellFacts(styles)
    rows = columns = cells = uncached = 0
    hidden_rows: list[int] = []
    hidden_columns: list[str] = []
    for done in blocks_of_rows(archive, part):
        cells += done.count(b"<c ")
        rows = max(rows, *(int(number) for number in ROW.findall(done)), 0)
        columns = max(columns, *(column_number(letters.decode()) + 1 for letters in wide_columns(done)), 0)
        uncached += uncached_in(done)
        if b"hidden=" in done:
            hidden_rows += hidden_rows_in(done)
            hidden_columns += hidden_columns_in(done)
        found.look(done)
    return SheetFacts(
        found.errors, rows, columns, cells, tuple(hidden_rows), tuple(hidden_columns), uncached, found.formats
    )


def blocks_of_rows(archive: zipfile.ZipFile, part: str) -> Iterator[bytes]:
    rest = b""
    with archive.open(part) as source:
        while block := source.read(BLOCK):
            text = rest + block
            end = end_of_row(text) if len(block) == BLOCK else len(text)
            yield text[:end]
            rest = text[end:]
    if rest:
        yield rest


class CellFacts:
    """Error values and formats of cells, by (row, column) counted from 0. Blocks without either are passed over."""

    def __init__(self, styles: Mapping[int, CellFormat]) -> None:
        self._styles, self._walk = styles, CellWalk()
        self.errors: dict[tuple[int, int], str] = {}
        self.formats = PlacedFormats(styles)

    def look(self, text: bytes) -> None:
        if not self._styles and not any(sign in text for sign in ERROR_SIGNS):
            self._walk.skip(text)
            return
        for cell in self._walk.cells(text):
            if cell.kind == b"e" and len(self.errors) < MOST_ERRORS:
                self.errors[cell.row, cell.column] = value_at(text, cell.start)
            elif cell.holds_number and cell.style in self._styles:
                self.formats.add(cell.row, cell.column, cell.style)


def uncached_in(text: bytes) -> int:
    return len(UNCACHED.findall(text)) if b"<f" in text or b":f" in text else 0


def hidden_rows_in(text: bytes) -> list[int]:
    return [int(number) for number in HIDDEN_ROW.findall(text)]


def hidden_columns_in(text: bytes) -> list[str]:
    return [name for column in HIDDEN_COLUMN.findall(text) for name in columns_of(column)]


def end_of_row(text: bytes) -> int:
    """Where the last whole row ends; the end of the last element where a single row is longer than a block."""
    end = max(text.rfind(b"</row>") + 6, text.rfind(b":row>") + 5)
    return end if end > 6 else max(text.rfind(b"</"), 0) or len(text)


def columns_of(element: bytes) -> list[str]:
    """The letters of the columns that a `col` element is about."""
    written = attributes(element.decode("utf-8", "replace"))
    first, last = int(written.get("min", 1)), int(written.get("max", 0))
    return [column_letters(number) for number in range(first, last + 1)] if last - first < MOST_HIDDEN_COLUMNS else []


def wide_columns(text: bytes) -> set[bytes]:
    """The letters of columns beyond Z; Z itself when there are none, since narrow sheets are never too wide."""
    return set(WIDE.findall(text)) or {b"Z"}
