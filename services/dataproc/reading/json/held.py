"""A JSON document, or JSON lines, that are held as a whole while they are read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import orjson
import pyarrow as pa

from services.dataproc.reading.json.concatenated import parse_concatenated
from services.dataproc.reading.json.invalid import invalid_json
from services.dataproc.reading.json.mending import mend, said_of_mending
from services.dataproc.reading.json.numbers import parse
from services.dataproc.reading.json.records import Records, beside_warning, find_records
from services.dataproc.reading.json.repeated_keys import count_keys, repeated_keys, repeated_keys_warning
from services.dataproc.reading.json.rows import rows_of_lists
from services.dataproc.reading.json.values import EVIDENCE, to_array, to_columns
from services.dataproc.reading.model import Limits
from services.dataproc.reading.naming import name_within
from services.dataproc.reading.sources import BATCH_ROWS, MemoryBatches, RawTable
from services.dataproc.reading.ways import Way
from shared.formats.refusals import FileRefused, no_table, too_wide

FEWEST_LINES = 2


def parse_document(data: bytes) -> tuple[str, list[Records], tuple[str, ...]]:
    """(json or jsonl, its tables, warnings); what is not strictly JSON is refused with the place of the error."""
    data, mended = mend(data)
    try:
        document = parse(data)
    except orjson.JSONDecodeError as error:
        kind, records, repeated = several_documents(data, error)
    else:
        kind, records = "json", find_records(document)
        repeated = repeated_keys(data, count_keys(document), [data])
    return kind, records, (repeated_keys_warning(repeated), *said_of_mending(mended))


def several_documents(data: bytes, error: orjson.JSONDecodeError) -> tuple[str, list[Records], Counter[str]]:
    """(json or jsonl, its tables, keys that stand twice) of a text with a document on each line, or one behind the other. Raises FileRefused for neither."""
    refusal = invalid_json(error.msg, error.lineno, error.colno)
    try:
        if values := parse_lines(data):
            lines = (line for line in data.split(b"\n") if line.strip())
            return "jsonl", [line_records(values)], repeated_keys(data, count_keys(values), lines)
    except FileRefused as found:
        refusal = found
    if documents := parse_concatenated(data):
        repeated = repeated_keys(data, count_keys(documents.objects), documents.texts)
        return "json", [Records("", documents.objects, "each of the objects that follow each other is a row")], repeated
    raise refusal from error


def parse_lines(data: bytes) -> list[Any] | None:
    """One object or one list per line, or None when the text is no JSON lines at all, but documents one behind the other. A later line that is broken is refused."""
    values: list[Any] = []
    for number, line in enumerate(data.split(b"\n"), 1):
        if not line.strip():
            continue
        try:
            value = parse(line)
        except orjson.JSONDecodeError as error:
            if not values:
                return None
            raise invalid_json(error.msg, number, error.colno) from error
        if not isinstance(value, type(values[0]) if values else (dict, list)):
            return None
        values.append(value)
    if len(values) < FEWEST_LINES or not any(values) or all(map(lists_objects, values)):
        return None
    return values


def lists_objects(value: Any) -> bool:
    """A list of records is a document of its own, and no row of cells."""
    return isinstance(value, list) and bool(value) and all(isinstance(element, dict) for element in value)


def line_records(values: list[Any]) -> Records:
    if isinstance(values[0], dict):
        return Records("", values, "each line is a row")
    return Records("", rows_of_lists(values), "each line is a row, a list of its cells")


def raw_table(records: Records, name: str, kind: str, total: int, limits: Limits, warnings: Sequence[str]) -> RawTable:
    columns = to_columns(records.rows)
    if not columns:
        raise no_table("its objects have no fields")
    if len(columns) > limits.max_columns:
        raise too_wide(f"its objects have {len(columns):,} different fields; at most {limits.max_columns:,} are read")
    arrays = [as_column(values) for values in columns.values()]
    evidence = {index: EVIDENCE[array.type] for index, array in enumerate(arrays) if array.type in EVIDENCE}
    reading = {"records": records.path, "rule": records.rule, "kind": kind, "path": Way.CAREFUL, "why": "small enough to be held",
               "nested": "objects become dotted columns, lists are kept as JSON text"}  # fmt: skip
    said = (*warnings, beside_warning(records.beside))
    return RawTable(
        name_within(name, records.path) if total > 1 else name,
        tuple(columns),
        in_batches(arrays),
        reading,
        tuple(text for text in said if text),
        evidence,
        quoted=True,
    )


def as_column(values: list[Any]) -> pa.Array:
    column = to_array(values)
    return column.cast(pa.string()) if pa.types.is_null(column.type) else column


def in_batches(arrays: Sequence[pa.Array]) -> MemoryBatches:
    schema = pa.schema([(f"c{i}", array.type) for i, array in enumerate(arrays)])
    return MemoryBatches(schema, pa.Table.from_arrays(list(arrays), schema=schema).to_batches(max_chunksize=BATCH_ROWS))
