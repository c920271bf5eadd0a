"""What the XML of an xlsx sheet tells before it is loaded: its extent, what is hidden, and the cells that the reader leaves blank."""

from __future__ import annotations

import html
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

MOST_ERRORS = 100_000
BLOCK = 1 << 20
LARGEST_PART = 512 << 20
ROW = re.compile(rb"""<(?:\w+:)?row\b[^>]*?\br=["'](\d{1,7})["']""")
WIDE = re.compile(rb"""<(?:\w+:)?c\b[^>]*?\br=["']([A-Z]{2,3})\d""")
HIDDEN_ROW = re.compile(rb"""<(?:\w+:)?row\b(?=[^>]*\bhidden=["'](?:1|true)["'])[^>]*?\br=["'](\d{1,7})["']""")
HIDDEN_COLUMN = re.compile(rb"""<(?:\w+:)?col\b(?=[^>]*\bhidden=["'](?:1|true)["'])[^>]*>""")
UNCACHED = re.compile(rb"<(?:\w+:)?f\b[^>]*(?:/>|>[^<]*</(?:\w+:)?f>)\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>")
MOST_HIDDEN_COLUMNS = 256  # more are the unused ones to the right
LARGEST_INDEX = 16 << 20
ATTRIBUTE = re.compile(r"""(?:[\w.-]+:)?([\w.-]+)\s*=\s*["']([^"']*)["']""")
CELL = re.compile(
    rb'<(?:\w+:)?c\b[^>]*?\br="([A-Z]{1,3})(\d+)"[^>]*?\bt="e"[^>]*>(?:(?!</(?:\w+:)?c>).)*?<(?:\w+:)?v>([^<]*)</',
    re.DOTALL,
)


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


def sheet_facts(path: Path, sheet: str) -> SheetFacts:
    """The facts of a sheet by its name; none when its part is not found or very large."""
    try:
        with zipfile.ZipFile(path) as archive:
            part = part_of(archive, sheet)
            if part is None or archive.getinfo(part).file_size > LARGEST_PART:
                return SheetFacts({})
            return scan(archive, part)
    except (zipfile.BadZipFile, zlib.error, KeyError, OSError, EOFError, NotImplementedError):
        return SheetFacts({})


def part_of(archive: zipfile.ZipFile, sheet: str) -> str | None:
    """The archive member with the cells of a sheet."""
    workbook = next((n for n in archive.namelist() if n.lower().endswith("xl/workbook.xml")), None)
    if workbook is None:
        return None
    folder = posixpath.dirname(workbook)
    targets = {
        a.get("Id"): a.get("Target", "") for a in elements(archive, f"{folder}/_rels/workbook.xml.rels", "Relationship")
    }
    for attributes in elements(archive, workbook, "sheet"):
        if attributes.get("name") == sheet:
            target = targets.get(attributes.get("id"), "")
            found = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"{folder}/{target}")
            return found if found in archive.namelist() else None
    return None


def elements(archive: zipfile.ZipFile, part: str, tag: str) -> Iterator[dict[str, str]]:
    """The attributes, without their prefixes, of every element of that name; no entity is expanded."""
    with archive.open(part) as source:
        text = source.read(LARGEST_INDEX).decode("utf-8", "replace")
    for match in re.finditer(rf"<(?:\w+:)?{tag}\s([^>]*)>", text):
        yield {name: html.unescape(value) for name, value in ATTRIBUTE.findall(match[1])}


def scan(archive: zipfile.ZipFile, part: str) -> SheetFacts:
    """Read the part in blocks, each ending with a whole row."""
    errors: dict[tuple[int, int], str] = {}
    rows = columns = cells = uncached = 0
    hidden_rows: list[int] = []
    hidden_columns: list[str] = []
    rest = b""
    with archive.open(part) as source:
        while block := source.read(BLOCK):
            text = rest + block
            end = end_of_row(text) if len(block) == BLOCK else len(text)
            done, rest = text[:end], text[end:]
            cells += done.count(b"<c ")
            rows = max(rows, *(int(number) for number in ROW.findall(done)), 0)
            columns = max(columns, *(column_number(letters.decode()) + 1 for letters in wide_columns(done)), 0)
            uncached += uncached_in(done)
            if b"hidden=" in done:
                hidden_rows += hidden_rows_in(done)
                hidden_columns += hidden_columns_in(done)
            if b't="e"' in done and len(errors) < MOST_ERRORS:
                for column, row, value in CELL.findall(done + b"</c>"):
                    errors[int(row) - 1, column_number(column.decode())] = value.decode("utf-8", "replace")
    return SheetFacts(errors, rows, columns, cells, tuple(hidden_rows), tuple(hidden_columns), uncached)


def uncached_in(text: bytes) -> int:
    return len(UNCACHED.findall(text)) if b"<f" in text or b":f" in text else 0


def hidden_rows_in(text: bytes) -> list[int]:
    return [int(number) for number in HIDDEN_ROW.findall(text)]


def hidden_columns_in(text: bytes) -> list[str]:
    return [name for column in HIDDEN_COLUMN.findall(text) for name in columns_of(column)]


def hidden_sheets(path: Path) -> set[str]:
    """The names of the sheets that the workbook does not show."""
    return {sheet.get("name", "") for sheet in sheets_of(path) if sheet.get("state") in ("hidden", "veryHidden")}


def sheet_names(path: Path) -> list[str]:
    """The names of all sheets, in the workbook's order; none where it is written in no common way."""
    return [sheet.get("name", "") for sheet in sheets_of(path)]


def sheets_of(path: Path) -> list[dict[str, str]]:
    with zipfile.ZipFile(path) as archive:
        workbook = next((n for n in archive.namelist() if n.lower().endswith("xl/workbook.xml")), None)
        return list(elements(archive, workbook, "sheet")) if workbook else []


def end_of_row(text: bytes) -> int:
    """Where the last whole row ends; the end of the last element where a single row is longer than a block."""
    end = max(text.rfind(b"</row>") + 6, text.rfind(b":row>") + 5)
    return end if end > 6 else max(text.rfind(b"</"), 0) or len(text)


def columns_of(element: bytes) -> list[str]:
    """The letters of the columns that a `col` element is about."""
    attributes = dict(ATTRIBUTE.findall(element.decode("utf-8", "replace")))
    first, last = int(attributes.get("min", 1)), int(attributes.get("max", 0))
    return [column_letters(number) for number in range(first, last + 1)] if last - first < MOST_HIDDEN_COLUMNS else []


def column_letters(number: int) -> str:
    """A for 1, AA for 27."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def wide_columns(text: bytes) -> set[bytes]:
    """The letters of columns beyond Z; Z itself when there are none, since narrow sheets are never too wide."""
    return set(WIDE.findall(text)) or {b"Z"}


def column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1
