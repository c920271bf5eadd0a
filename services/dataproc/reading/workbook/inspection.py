"""What openpyxl tells of an xlsx workbook that the fast reader does not: number formats, hidden rows and columns, errors, comments, formulas without a value.

openpyxl takes some two microseconds for a cell, so that only sheets up to `LARGEST_INSPECTED` are looked at. Its parser is driven by
itself and not through `load_workbook`, which makes an object of each cell and of every blank one within merged ranges: a
workbook of a few kilobytes took it past 5 GB.
"""

from __future__ import annotations

import warnings
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, ParseError  # nosec B405 - only names of types

from openpyxl.comments.comment_sheet import CommentSheet
from openpyxl.packaging.relationship import get_dependents, get_rels_path
from openpyxl.reader.excel import ExcelReader
from openpyxl.styles.numbers import BUILTIN_FORMATS, BUILTIN_FORMATS_MAX_SIZE
from openpyxl.styles.stylesheet import Stylesheet
from openpyxl.utils import get_column_letter
from openpyxl.utils.cell import coordinate_to_tuple
from openpyxl.worksheet._reader import FORMULA_TAG, VALUE_TAG, WorkSheetParser
from openpyxl.xml.constants import ARC_STYLE, COMMENTS_NS
from openpyxl.xml.functions import fromstring

from services.dataproc.reading.workbook.column_formats import PlacedFormats
from services.dataproc.reading.workbook.number_formats import CellFormat, read_format

LARGEST_INSPECTED = 20 << 20  # bytes of XML: about 450,000 cells, a second
MOST_ERRORS = 100_000
MOST_NAMED = 8  # places in a sentence
MOST_HIDDEN_COLUMNS = 256  # more are the unused ones to the right
COMMENT_LENGTH = 60
# openpyxl has this one without the signs that divide its sections.
FORMATS = BUILTIN_FORMATS | {44: '_("$"* #,##0.00_);_("$"* (#,##0.00);_("$"* "-"??_);_(@_)'}
UNINSPECTED = "number formats, hidden rows and columns, error values, comments and formulas without a stored value were not looked at"

# What openpyxl raises on workbooks that it cannot take, among them many that others can: missing parts, strange styles, unknown attributes.
REFUSALS = (
    ParseError,
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    NotImplementedError,
    RuntimeError,
)


class Uninspected(Exception):
    """openpyxl cannot read the workbook, or the sheet."""


@contextmanager
def name_refusals() -> Iterator[None]:
    """Errors of openpyxl under one name; it warns of what it would not write again, which is nothing to us."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except REFUSALS as error:
        raise Uninspected from error


@dataclass(frozen=True)
class SheetFacts:
    """What is to be known of a sheet besides the values of its cells; places are (row, column) counted from 0."""

    errors: Mapping[tuple[int, int], str] = field(default_factory=dict)
    hidden_rows: tuple[int, ...] = ()
    hidden_columns: tuple[str, ...] = ()
    uncached: int = 0
    comments: tuple[tuple[str, str], ...] = ()
    formats: PlacedFormats = field(default_factory=PlacedFormats)
    uninspected: str = ""

    def notes(self) -> Iterator[str]:
        """What a reader of the table should know."""
        if self.uninspected:
            yield f"{UNINSPECTED}: {self.uninspected}"
        if self.hidden_rows:
            yield f"{len(self.hidden_rows):,} row(s) are hidden in the workbook ({enumerate_places(self.hidden_rows)}); they are part of the table"
        if self.hidden_columns:
            yield f"{len(self.hidden_columns):,} column(s) are hidden in the workbook ({enumerate_places(self.hidden_columns)}); they are part of the table"
        if self.uncached:
            yield f"{self.uncached:,} formula cell(s) have no value stored in the workbook and are read as missing: open it in a spreadsheet program and save it"
        if self.comments:
            texts = [f"{place}: {text[:COMMENT_LENGTH]!r}" for place, text in self.comments]
            yield f"{len(texts):,} cell(s) have comments, which are not part of the table ({enumerate_places(texts)})"


def enumerate_places(places: Sequence[object]) -> str:
    return ", ".join(map(str, places[:MOST_NAMED])) + (" …" if len(places) > MOST_NAMED else "")


TOO_LARGE = SheetFacts(uninspected=f"the sheet unpacks to more than {LARGEST_INSPECTED >> 20} MB")
UNREADABLE = SheetFacts(uninspected="the workbook is not written as that reader expects")


class Package:
    """The parts of a workbook as openpyxl finds them, none of them read before it is asked for. Raises Uninspected."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with name_refusals():
            self._reader = ExcelReader(str(path), read_only=True, data_only=True, keep_links=False)
            self._archive: zipfile.ZipFile = self._reader.archive
            self._reader.read_manifest()
            self._reader.read_workbook()
            self._parts = {sheet.name: str(link.target) for sheet, link in self._reader.parser.find_sheets()}

    def part_of(self, sheet: str) -> str:
        """The archive member with the sheet's cells."""
        with name_refusals():
            return self._archive.getinfo(self._parts[sheet]).filename

    def size_of(self, sheet: str) -> int:
        return self._archive.getinfo(self.part_of(sheet)).file_size

    @property
    def epoch(self) -> datetime:
        """Day 0 of the numbers by which the workbook stores days: in 1899, or in 1904."""
        return self._reader.wb.epoch  # type: ignore[no-any-return]

    @cached_property
    def formats(self) -> dict[int, CellFormat]:
        """The styles, by the numbers that cells refer to, whose number format shows more than a number."""
        with name_refusals():
            return read_styles(self._archive.read(ARC_STYLE)) if ARC_STYLE in self._archive.namelist() else {}

    def inspect(self, sheet: str) -> SheetFacts:
        part = self.part_of(sheet)
        if self._archive.getinfo(part).file_size > LARGEST_INSPECTED:
            return TOO_LARGE
        with name_refusals(), self._archive.open(part) as source:
            inspector = CellInspector(source, self.formats)
            if not sum(1 for _ in inspector.parse()):
                raise Uninspected  # the rows of strict workbooks, which are of another namespace, are passed over
            return SheetFacts(
                inspector.errors,
                tuple(inspector.hidden_rows()),
                tuple(inspector.hidden_columns()),
                inspector.uncached,
                tuple(self._comments(part)),
                inspector.placed,
            )

    def _comments(self, part: str) -> Iterator[tuple[str, str]]:
        links = get_rels_path(part)
        if links not in self._archive.namelist():
            return
        for link in get_dependents(self._archive, links).find(COMMENTS_NS):
            if self._archive.getinfo(link.target).file_size > LARGEST_INSPECTED:
                continue
            for place, comment in CommentSheet.from_tree(fromstring(self._archive.read(link.target))).comments:
                yield place, " ".join(comment.text.split())


def read_styles(content: bytes | str) -> dict[int, CellFormat]:
    sheet = Stylesheet.from_tree(fromstring(content))
    found = {}
    for index, style in enumerate(sheet.cell_styles):
        number = style.numFmtId
        custom = number - BUILTIN_FORMATS_MAX_SIZE
        code = FORMATS.get(number, "General") if custom < 0 else sheet.number_formats[custom]
        if (shown := read_format(code)) is not None:
            found[index] = shown
    return found


class CellInspector(WorkSheetParser):  # type: ignore[misc]
    """openpyxl's parser of worksheets, which keeps of a cell only what the fast reader cannot tell."""

    def __init__(self, source: Any, styles: Mapping[int, CellFormat]) -> None:
        super().__init__(source, shared_strings=(), data_only=True)
        self._styles = styles
        self.placed = PlacedFormats(styles)
        self.errors: dict[tuple[int, int], str] = {}
        self.uncached = 0

    def parse_cell(self, element: Element) -> None:
        """Cells that state no place follow the one before them."""
        if place := element.get("r"):
            row, self.col_counter = coordinate_to_tuple(place)
        else:
            row, self.col_counter = self.row_counter, self.col_counter + 1
        kind, value, style = element.get("t", "n"), element.findtext(VALUE_TAG), int(element.get("s") or 0)
        if kind == "e" and len(self.errors) < MOST_ERRORS:
            self.errors[row - 1, self.col_counter - 1] = value or ""
        elif kind == "n" and value and style in self._styles:
            self.placed.add(row - 1, self.col_counter - 1, style)
        if not value and element.find(FORMULA_TAG) is not None:
            self.uncached += 1

    def hidden_rows(self) -> Iterator[int]:
        return (int(row) for row, written in self.row_dimensions.items() if is_hidden(written))

    def hidden_columns(self) -> Iterator[str]:
        for written in filter(is_hidden, self.column_dimensions.values()):
            first, last = int(written["min"]), int(written["max"])
            if last - first < MOST_HIDDEN_COLUMNS:
                yield from map(get_column_letter, range(first, last + 1))


def is_hidden(written: Mapping[str, str]) -> bool:
    return written.get("hidden") in ("1", "true")
