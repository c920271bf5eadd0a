"""The two messages of a run, and how the service distrusts the second.

Request (service to child): JSON. Answer (child to service): a length, JSON, then the buffers of the result's columns, whose
sizes the JSON states. No Arrow IPC and no pickle is parsed from the child: a buffer's bytes are data of one of seven
plain types, there is no compression to inflate, and each column is validated in full before anyone reads it.
"""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

COLUMN_TYPES: Mapping[str, pa.DataType] = {
    "integer": pa.int64(),
    "decimal": pa.float64(),
    "boolean": pa.bool_(),
    "text": pa.large_string(),
    "date": pa.date32(),
    "datetime": pa.timestamp("us"),
}
_TYPE_NAMES = {kind: name for name, kind in COLUMN_TYPES.items()}
LENGTH = struct.Struct("<Q")
_DEEPEST = 12
_LARGEST_INTEGER = 2**64


class MalformedAnswer(Exception):
    """The child sent what no honest child sends."""


class AnswerTooLarge(Exception):
    """The part of an answer that cannot be cut is over the limit; the message is a sentence for a person."""


@dataclass(frozen=True)
class Block:
    """One column on the wire: its sizes in the header, its buffers behind it."""

    name: str
    kind: str
    nulls: int
    sizes: tuple[int | None, ...]


def pack(header: Mapping[str, Any], buffers: Sequence[pa.Buffer], most_bytes: int) -> list[bytes | memoryview]:
    """The pieces of an answer, to be sent one after the other. Raises AnswerTooLarge for a header over `most_bytes`."""
    body = json.dumps(header, separators=(",", ":"), allow_nan=False).encode()
    if len(body) > most_bytes:
        raise AnswerTooLarge("The result is too large to show: end with fewer rows, or with shorter texts.")
    return [LENGTH.pack(len(body)) + body, *(memoryview(buffer) for buffer in buffers)]


def blocks_of(table: pa.Table) -> tuple[list[dict[str, Any]], list[pa.Buffer]]:
    """The header's `blocks` and the buffers of a table of wire types, without bytes that belong to no row of it."""
    blocks: list[dict[str, Any]] = []
    buffers: list[pa.Buffer] = []
    for name, column in zip(table.column_names, _compact(table), strict=True):
        parts = column.buffers()
        sizes = [None if part is None else part.size for part in parts]
        blocks.append({"name": name, "kind": _TYPE_NAMES[column.type], "nulls": column.null_count, "sizes": sizes})
        buffers += [part for part in parts if part is not None]
    return blocks, buffers


def _compact(table: pa.Table) -> list[pa.Array]:
    """Serialising writes exactly the rows of a slice; reading that back gives arrays that start at zero."""
    if not table.num_columns:
        return []
    batch = table.combine_chunks().to_batches(max_chunksize=max(table.num_rows, 1)) or [
        pa.RecordBatch.from_pylist([], table.schema)
    ]
    return list(pa.ipc.read_record_batch(batch[0].serialize(), table.schema).columns)


def unpack_header(body: bytes, most_bytes: int) -> tuple[dict[str, Any], int]:
    """The checked header and how many bytes of buffers follow it. Raises MalformedAnswer."""
    try:
        header = json.loads(body)
        json.dumps(header, ensure_ascii=False, allow_nan=False).encode()
        blocks = [_block(raw) for raw in header.get("blocks", [])]
    except (ValueError, TypeError, AttributeError, KeyError, RecursionError) as error:
        raise MalformedAnswer(str(error)[:200]) from error
    following = sum(size for block in blocks for size in block.sizes if size is not None)
    if following > most_bytes or not _plain(header, _DEEPEST):
        raise MalformedAnswer("the answer is larger or deeper than was agreed")
    return header, following


def _block(raw: Mapping[str, Any]) -> Block:
    block = Block(raw["name"], raw["kind"], raw["nulls"], tuple(raw["sizes"]))
    sizes_fit = all(size is None or (type(size) is int and size >= 0) for size in block.sizes)
    expected = 3 if block.kind == "text" else 2
    if block.kind not in COLUMN_TYPES or type(block.name) is not str or not sizes_fit or len(block.sizes) != expected:
        raise ValueError("no such column")
    return block


def _plain(value: Any, depth: int) -> bool:
    """Whether every serialiser downstream can carry it: 64-bit integers, finite numbers, not too deep."""
    if isinstance(value, dict):
        return depth > 0 and all(_plain(item, depth - 1) for item in value.values())
    if isinstance(value, list):
        return depth > 0 and all(_plain(item, depth - 1) for item in value)
    if isinstance(value, int):
        return -_LARGEST_INTEGER < 2 * value < _LARGEST_INTEGER
    return not isinstance(value, float) or math.isfinite(value)


def unpack_table(header: Mapping[str, Any], payload: bytes) -> pa.Table:
    """The columns that a checked header describes, validated value by value. Raises MalformedAnswer."""
    rows, position = header.get("rows"), 0
    whole = pa.py_buffer(payload)
    arrays: list[pa.Array] = []
    names: list[str] = []
    try:
        if type(rows) is not int or rows < 0:
            raise ValueError("no number of rows")
        for block in map(_block, header["blocks"]):
            parts: list[pa.Buffer | None] = []
            for size in block.sizes:
                parts.append(None if size is None else whole.slice(position, size))
                position += size or 0
            # The count of gaps is left to Arrow: a wrong one would be believed.
            array = pa.Array.from_buffers(COLUMN_TYPES[block.kind], rows, parts)
            array.validate(full=True)
            arrays.append(array)
            names.append(block.name)
    except (pa.ArrowException, ValueError, TypeError, KeyError, OverflowError) as error:
        raise MalformedAnswer(str(error)[:200]) from error
    return pa.table(arrays, names=names)
