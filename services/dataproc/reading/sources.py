"""Tables between reading and typing: named columns of strings (or of native values) in batches that can be read again."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

import pyarrow as pa

BATCH_ROWS = 65_536
READ_AHEAD = 1
PATIENCE = 0.1  # seconds between looks at whether the other side is still there


class Batches(Protocol):
    """Record batches of one schema, readable any number of times."""

    @property
    def schema(self) -> pa.Schema: ...

    def __iter__(self) -> Iterator[pa.RecordBatch]: ...


class Irregular(Exception):
    """The file is not as regular as a way of reading it needs, in its sample or far behind it; another way has to be taken."""


@dataclass(frozen=True)
class DirectTypes:
    """Columns, by position, that a reader may parse itself, and the texts that are null in them."""

    types: Mapping[int, pa.DataType]
    nulls: tuple[str, ...]


@runtime_checkable
class SampledBatches(Protocol):
    """Batches of a large file that can show a sample of themselves and parse some columns on their own.

    What `typed` gives may raise Irregular when a later row does not suit those types; the batches themselves never do.
    """

    @property
    def schema(self) -> pa.Schema: ...

    def __iter__(self) -> Iterator[pa.RecordBatch]: ...

    def sample(self) -> Iterator[pa.RecordBatch]: ...

    def typed(self, direct: DirectTypes) -> Batches: ...


@dataclass(frozen=True)
class RawTable:
    """One table as read. `names` are the source names; string columns still have to be typed, native ones are typed.

    `quoted`: the format tells texts from numbers and has a word of its own for what is missing. `comma_likely`, `comma_divides`: what its divider says of the decimal sign. By column: `evidence` and `units` of native ones; `remarks` are added to the evidence of any.
    """

    name: str
    names: tuple[str, ...]
    batches: Batches
    reading: dict[str, Any]
    warnings: tuple[str, ...] = ()
    evidence: dict[int, str] = field(default_factory=dict)
    comma_likely: bool = False
    comma_divides: bool = False
    units: dict[int, str] = field(default_factory=dict)
    remarks: dict[int, str] = field(default_factory=dict)
    quoted: bool = False


def ahead(batches: Iterable[pa.RecordBatch], depth: int = READ_AHEAD) -> Iterator[pa.RecordBatch]:
    """The same batches, read in a thread of its own while whoever takes them is at work."""
    waiting: queue.Queue[pa.RecordBatch | None] = queue.Queue(depth)
    over = threading.Event()

    def read() -> None:
        try:
            for batch in batches:
                while not over.is_set():
                    with suppress(queue.Full):
                        waiting.put(batch, timeout=PATIENCE)
                        break
                if over.is_set():
                    return
        finally:
            while not over.is_set():
                with suppress(queue.Full):
                    waiting.put(None, timeout=PATIENCE)
                    break

    with ThreadPoolExecutor(1) as thread:
        reading = thread.submit(read)
        try:
            while (batch := waiting.get()) is not None:
                yield batch
        finally:
            over.set()
        reading.result()


class MemoryBatches:
    """Batches held in memory."""

    def __init__(self, schema: pa.Schema, batches: Sequence[pa.RecordBatch]) -> None:
        self.schema = schema
        self._batches = list(batches)

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        return iter(self._batches)


class FileBatches:
    """Batches spilled to an Arrow file, read back one at a time."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with pa.OSFile(str(path)) as source:
            self.schema = pa.ipc.open_file(source).schema

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        with pa.OSFile(str(self._path)) as source:
            reader = pa.ipc.open_file(source)
            for index in range(reader.num_record_batches):
                yield reader.get_batch(index)


def string_schema(width: int) -> pa.Schema:
    return pa.schema([(f"c{index}", pa.string()) for index in range(width)])


def rows_to_batch(rows: Sequence[Sequence[str | None]], schema: pa.Schema) -> pa.RecordBatch:
    columns = zip(*rows, strict=True) if rows else [()] * len(schema)
    return pa.record_batch([pa.array(column, pa.string()) for column in columns], schema=schema)


def spill(rows: Iterable[Sequence[str | None]], width: int, path: Path, in_memory_cells: int) -> Batches:
    """Rows of strings as batches: in memory while they are few, in a file at `path` once they are many."""
    schema = string_schema(width)
    step = max(1, min(BATCH_ROWS, 2_000_000 // max(1, width)))
    held: list[pa.RecordBatch] = []
    source = chunks(rows, step)
    for chunk in source:
        held.append(rows_to_batch(chunk, schema))
        if sum(batch.num_rows for batch in held) * width > in_memory_cells:
            return spill_to_file(held, (rows_to_batch(more, schema) for more in source), schema, path)
    return MemoryBatches(schema, held)


def spill_to_file(
    held: list[pa.RecordBatch], more: Iterable[pa.RecordBatch], schema: pa.Schema, path: Path
) -> FileBatches:
    options = pa.ipc.IpcWriteOptions(compression="lz4")
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, schema, options=options) as writer:
        for batch in held:
            writer.write_batch(batch)
        held.clear()
        for batch in more:
            writer.write_batch(batch)
    return FileBatches(path)


def chunks(rows: Iterable[Sequence[str | None]], size: int) -> Iterator[list[Sequence[str | None]]]:
    chunk: list[Sequence[str | None]] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) >= size:
            yield chunk
            chunk = []
    if chunk:
        yield chunk
