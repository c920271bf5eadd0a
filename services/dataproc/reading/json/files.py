"""JSON documents and JSON lines, strictly by RFC 8259; large ones are streamed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa

from services.dataproc.reading.errors import ReadError, no_table, too_large
from services.dataproc.reading.json.framing import lists_on_lines, shape_of
from services.dataproc.reading.json.keys import repeated_keys_warning
from services.dataproc.reading.json.numbers import exact, strictly
from services.dataproc.reading.json.records import (
    Records,
    beside_warning,
    find_records,
    to_array,
    to_columns,
    with_children,
)
from services.dataproc.reading.json.rows import rows_of_lists
from services.dataproc.reading.json.strict import invalid_json
from services.dataproc.reading.model import Limits
from services.dataproc.reading.sources import MemoryBatches, RawTable
from shared.formats.text import BOMS, wide_by_zeros

HELD_BYTES = 24 << 20
MEMORY_PER_BYTE = 10
FEWEST_LINES = 2
RECORDS_WANTED = "Upload a list of objects, or one object per line."


def read_json(
    path: Path, name: str, limits: Limits, scratch: Path, *, careful: str = ""
) -> tuple[str, Iterator[RawTable]]:
    """(json or jsonl, tables). `careful` is a reason not to read a large file in columns."""
    size = path.stat().st_size
    if size > HELD_BYTES and (shape := shape_of(path)):
        from services.dataproc.reading.json.survey import large_table  # noqa: PLC0415 - compiled code takes 100 MB, which other files do without

        return shape, iter([large_table(path, shape, name, limits, careful)])
    if size > limits.memory_bytes // MEMORY_PER_BYTE:
        return read_large(path, name, limits, scratch, careful)
    data = as_utf8(path.read_bytes())
    kind, found, warning = parse(data)
    found = [table for records in found for table in with_children(records)]
    if not found:
        raise no_table("it holds no list of records and no object with fields", RECORDS_WANTED)
    if len(found) > limits.max_tables:
        raise too_large(f"it holds {len(found):,} lists of records; at most {limits.max_tables} are read")
    return kind, (raw_table(records, name, kind, len(found), limits, warning) for records in found)


def read_large(path: Path, name: str, limits: Limits, scratch: Path, careful: str) -> tuple[str, Iterator[RawTable]]:
    """What is neither one list of objects nor an object on each line, and too large to be held."""
    from services.dataproc.reading.json.documents import LargeDocument, large_lines  # noqa: PLC0415

    if lists_on_lines(path):
        return "jsonl", iter([large_lines(path, name, limits, careful, scratch)])
    document = LargeDocument(path, limits, careful)
    total = len(document.large) + len(document.records)
    held = (raw_table(records, name, "json", total, limits, "") for records in document.records)
    return "json", chain(document.tables(name, scratch), held)


def other_json(path: Path) -> ReadError:
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


def parse(data: bytes) -> tuple[str, list[Records], str]:
    """(json or jsonl, its tables, a warning or ''); what is not strictly JSON is refused with the place of the error."""
    try:
        strictly(data)
    except orjson.JSONDecodeError as error:
        if (lines := parse_lines(data)) is not None:
            return "jsonl", [lines], repeated_keys_warning(data, lines.rows, lined=True)
        raise invalid_json(error.msg, error.lineno, error.colno) from error
    document = exact(data)
    return "json", find_records(document), repeated_keys_warning(data, document, lined=False)


def parse_lines(data: bytes) -> Records | None:
    """One object or one list per line, or None when the text is no JSON lines at all. A later line that is broken is refused."""
    values: list[Any] = []
    for number, line in enumerate(data.split(b"\n"), 1):
        if not line.strip():
            continue
        try:
            strictly(line)
        except orjson.JSONDecodeError as error:
            if not values:
                return None
            raise invalid_json(error.msg, number, error.colno) from error
        value = exact(line)
        if not isinstance(value, type(values[0]) if values else (dict, list)):
            return None
        values.append(value)
    if len(values) < FEWEST_LINES or not any(values):
        return None
    return (
        Records("", values, "each line is a row")
        if isinstance(values[0], dict)
        else Records("", rows_of_lists(values), "each line is a row, a list of its cells")
    )


def raw_table(records: Records, name: str, kind: str, total: int, limits: Limits, warning: str) -> RawTable:
    columns = to_columns(records.rows)
    if not columns:
        raise no_table("its objects have no fields")
    if len(columns) > limits.max_columns:
        raise too_large(f"its objects have {len(columns):,} different fields; at most {limits.max_columns:,} are read")
    arrays = [to_array(values) for values in columns.values()]
    batches = in_batches([array for array, _ in arrays])
    evidence = {index: why for index, (_, why) in enumerate(arrays) if why}
    reading = {"records": records.path, "rule": records.rule, "kind": kind, "path": "careful", "why": "small enough to be held",
               "nested": "objects become dotted columns, lists are kept as JSON text"}  # fmt: skip
    shown = f"{name} {records.path}".strip() if total > 1 else name
    said = (warning, beside_warning(records.beside))
    return RawTable(shown, tuple(columns), batches, reading, tuple(text for text in said if text), evidence)


def in_batches(arrays: Sequence[pa.Array]) -> MemoryBatches:
    schema = pa.schema([(f"c{i}", array.type) for i, array in enumerate(arrays)])
    return MemoryBatches(schema, pa.Table.from_arrays(list(arrays), schema=schema).to_batches(max_chunksize=65_536))
