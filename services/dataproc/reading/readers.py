"""How each format is read: one entry, with the tables of a file and the cells of one of them as they stand in it.

The libraries of a format are loaded with this module; JSON's heavy ones when they are first needed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from services.dataproc.reading.columnar.files import read_columnar
from services.dataproc.reading.content import Content
from services.dataproc.reading.json import files as json_files
from services.dataproc.reading.sources import RawTable
from services.dataproc.reading.table_text import table_rows
from services.dataproc.reading.text import files as text_files
from services.dataproc.reading.workbook import files as workbook_files
from shared.formats import FORMATS, Format
from shared.formats.refusals import FileRefused, Refusal

JSON_NAMES = frozenset({".json", ".jsonl", ".ndjson", ".geojson"})
TEXT_NAMES = frozenset({".csv", ".tsv", ".tab", ".txt", ".psv", ".dat"})

Tables = Iterator[tuple[Format, RawTable]]
Rows = Iterator[list[str]]


@dataclass(frozen=True)
class Reader:
    """`tables` gives each with its format, which may be a closer one; `raw_rows` the header and the cells of the one that a `reading` describes."""

    tables: Callable[[Content], Tables]
    raw_rows: Callable[[Content, Mapping[str, Any]], Rows]


def text_tables(content: Content) -> Tables:
    """A file that is named as JSON is text only where that gives a table."""
    if content.suffix in JSON_NAMES and not text_files.holds_table(content.path, content.limits):
        raise json_files.other_json(content.path)
    for table in text_files.read_text_file(
        content.path, content.name, content.scratch, content.limits, content.chosen, content.surprise
    ):
        yield Format.CSV, table


def text_rows(content: Content, reading: Mapping[str, Any]) -> Rows:
    return text_files.raw_rows(content.path, reading, content.scratch, content.limits)


def json_tables(content: Content) -> Tables:
    """A file that is named as text and is not valid JSON is read as text."""
    try:
        kind, tables = json_files.read_json(content)
    except FileRefused as error:
        if error.code != Refusal.INVALID_JSON or content.suffix not in TEXT_NAMES:
            raise
        yield from text_tables(content)
        return
    for table in tables:
        yield FORMATS[kind], table


def json_rows(content: Content, reading: Mapping[str, Any]) -> Rows:
    _, tables = json_files.read_json(content)
    return table_rows(next(t for t in tables if t.reading["records"] == reading["records"]))


def workbook_tables(kind: Format, content: Content) -> Tables:
    for table in workbook_files.read_workbook(
        content.path, as_opened(kind), content.scratch, content.limits, content.chosen, content.aside
    ):
        yield kind, table


def workbook_rows(kind: Format, content: Content, reading: Mapping[str, Any]) -> Rows:
    return workbook_files.raw_rows(content.path, as_opened(kind), reading, content.scratch, content.limits)


def as_opened(kind: Format) -> str:
    """A workbook with macros has the sheets of one without."""
    return str(Format.XLSX if kind is Format.XLSM else kind)


def columnar_tables(kind: Format, content: Content) -> Tables:
    yield kind, read_columnar(content.path, kind, content.name, content.limits)


def columnar_rows(kind: Format, content: Content, reading: Mapping[str, Any]) -> Rows:
    return table_rows(read_columnar(content.path, kind, "", content.limits))


def workbook(kind: Format) -> Reader:
    return Reader(partial(workbook_tables, kind), partial(workbook_rows, kind))


def columnar(kind: Format) -> Reader:
    return Reader(partial(columnar_tables, kind), partial(columnar_rows, kind))


JSON_READER = Reader(json_tables, json_rows)

READERS: Mapping[Format, Reader] = {
    Format.CSV: Reader(text_tables, text_rows),
    Format.JSON: JSON_READER,
    Format.JSONL: JSON_READER,
    Format.PARQUET: columnar(Format.PARQUET),
    Format.ARROW: columnar(Format.ARROW),
    Format.ORC: columnar(Format.ORC),
    Format.XLSX: workbook(Format.XLSX),
    Format.XLSM: workbook(Format.XLSM),
    Format.XLSB: workbook(Format.XLSB),
    Format.XLS: workbook(Format.XLS),
    Format.ODS: workbook(Format.ODS),
}
"""Every format whose files are not packed. Compressed files and archives are opened before, by `archives`."""
