"""JSON documents and JSON lines, strictly by RFC 8259; large ones are streamed."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import orjson

from services.dataproc.reading.content import Content
from services.dataproc.reading.json.documents import LargeDocument
from services.dataproc.reading.json.framing import lists_on_lines, shape_of
from services.dataproc.reading.json.held import parse_document, raw_table
from services.dataproc.reading.json.invalid import invalid_json
from services.dataproc.reading.json.large import Elements, table_of_objects, table_of_rows
from services.dataproc.reading.json.numbers import strictly
from services.dataproc.reading.json.records import with_children
from services.dataproc.reading.sources import RawTable
from shared.formats.refusals import FileRefused, no_table, too_large
from shared.formats.text import BOMS, wide_by_zeros

HELD_BYTES = 24 << 20
MEMORY_PER_BYTE = 10
RECORDS_WANTED = "Upload a list of objects, or one object per line."


def read_json(content: Content) -> tuple[str, Iterator[RawTable]]:
    """(json or jsonl, tables)"""
    path, limits = content.path, content.limits
    size = path.stat().st_size
    if size > HELD_BYTES and (shape := shape_of(path)):
        elements = Elements(path, listed=shape == "json")
        return shape, iter([table_of_objects(elements, content.name, content)])
    if size > limits.memory_bytes // MEMORY_PER_BYTE:
        return read_large(content)
    data = as_utf8(path.read_bytes())
    kind, found, warnings = parse_document(data)
    found = [table for records in found for table in with_children(records)]
    if not found:
        raise no_table("it holds no list of records and no object with fields", RECORDS_WANTED)
    if len(found) > limits.max_tables:
        raise too_large(f"it holds {len(found):,} lists of records; at most {limits.max_tables} are read")
    return kind, (raw_table(records, content.name, kind, len(found), limits, warnings) for records in found)


def read_large(content: Content) -> tuple[str, Iterator[RawTable]]:
    """What is neither one list of objects nor an object on each line, and too large to be held."""
    path, name, limits = content.path, content.name, content.limits
    if lists_on_lines(path):
        return "jsonl", iter([table_of_rows(Elements(path, listed=False), name, (), content)])
    document = LargeDocument(content)
    total = len(document.large) + len(document.records)
    held = (raw_table(records, name, "json", total, limits, (document.warning,)) for records in document.records)
    return "json", chain(document.tables(), held)


def other_json(path: Path) -> FileRefused:
    """Why a file that is named as JSON and begins with neither a list nor an object holds no table: a single value is valid JSON all the same."""
    if path.stat().st_size > HELD_BYTES:
        return no_table("it begins with neither a list of records nor an object", RECORDS_WANTED)
    data = as_utf8(path.read_bytes())
    try:
        strictly(data)
    except orjson.JSONDecodeError as error:
        if not all(map(is_json, filter(bytes.strip, data.split(b"\n")))):
            return invalid_json(error.msg, error.lineno, error.colno)
        return no_table("its lines are single values and no objects", RECORDS_WANTED)
    return no_table("it is a single value, and no list of records or object", RECORDS_WANTED)


def is_json(text: bytes) -> bool:
    try:
        strictly(text)
    except orjson.JSONDecodeError:
        return False
    return True


def as_utf8(data: bytes) -> bytes:
    """The document in UTF-8 without a byte-order mark."""
    for bom, name in BOMS:
        if data.startswith(bom):
            return (
                data[len(bom) :]
                if name == "utf-8"
                else data[len(bom) :].decode(name, "surrogatepass").encode("utf-8", "replace")
            )
    unmarked = wide_by_zeros(data)
    return data.decode(unmarked, "replace").encode("utf-8", "replace") if unmarked else data
