"""Parquet and Arrow files: read by row group, nested columns as JSON text, types as the file states them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from services.dataproc.reading.columnar.native_columns import as_stored, evidence_of, stored_type
from services.dataproc.reading.columnar.parquet_batches import batches_of
from services.dataproc.reading.errors import corrupt_file, no_table, too_large
from services.dataproc.reading.model import Limits
from services.dataproc.reading.sources import DirectTypes, RawTable

BATCH_ROWS = 65_536
SAMPLED_GROUPS = 6
SAMPLED_ROWS = 4_096
NESTED = "structs become dotted columns, lists and maps are kept as JSON text"


@contextmanager
def damage_named(kind: str) -> Iterator[None]:
    try:
        yield
    except (pa.ArrowException, OSError, NotImplementedError, ValueError, KeyError) as error:
        raise corrupt_file(kind, short(error)) from error


def short(error: BaseException) -> str:
    return str(error).split("\n")[0][:200].rstrip(".") or type(error).__name__


class ColumnarBatches:
    """Batches of a Parquet or Arrow file in types that can be stored: structs opened, lists and maps as JSON."""

    def __init__(self, path: Path, kind: str) -> None:
        self._path = path
        self._kind = kind
        self.original = source_schema(path, kind)
        self.paths = [p for i, f in enumerate(self.original) for p in leaf_paths(f, (i,))]
        self.names = tuple(name_of(self.original, p) for p in self.paths)
        self.schema = pa.schema([(f"c{i}", stored_type(type_of(self.original, p))) for i, p in enumerate(self.paths)])

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        return self._stored(source_batches(self._path, self._kind))

    def sample(self) -> Iterator[pa.RecordBatch]:
        """The first rows of some row groups spread over the file."""
        return self._stored(sampled_batches(self._path, self._kind))

    def _stored(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        with damage_named(f"a {self._kind} file"):
            for batch in batches:
                arrays = [as_stored(column_at(batch, p), self.schema.field(i).type) for i, p in enumerate(self.paths)]
                yield pa.record_batch(arrays, schema=self.schema)

    def typed(self, direct: DirectTypes) -> ColumnarBatches:
        """The same batches: the file states its own types."""
        return self


def source_schema(path: Path, kind: str) -> pa.Schema:
    with damage_named(f"a {kind} file"):
        if kind == "parquet":
            return pq.ParquetFile(path).schema_arrow
        with pa.OSFile(str(path)) as source:
            return pa.ipc.open_file(source).schema


def source_batches(path: Path, kind: str) -> Iterator[pa.RecordBatch]:
    if kind == "parquet":
        with pq.ParquetFile(path) as file:
            yield from batches_of(file, BATCH_ROWS)
        return
    with pa.OSFile(str(path)) as source:
        reader = pa.ipc.open_file(source)
        for index in range(reader.num_record_batches):
            yield reader.get_batch(index)


def sampled_batches(path: Path, kind: str) -> Iterator[pa.RecordBatch]:
    if kind == "arrow":
        yield from (batch.slice(0, SAMPLED_ROWS) for batch in islice(source_batches(path, kind), SAMPLED_GROUPS))
        return
    with pq.ParquetFile(path) as file:
        groups = range(0, file.num_row_groups, max(1, file.num_row_groups // SAMPLED_GROUPS))
        for group in groups:
            yield from islice(file.iter_batches(SAMPLED_ROWS, row_groups=[group]), 1)


def leaf_paths(field: pa.Field, path: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    """Positions that lead to every column once structs are opened."""
    if pa.types.is_struct(field.type) and field.type.num_fields and len(path) < 8:
        for index in range(field.type.num_fields):
            yield from leaf_paths(field.type.field(index), (*path, index))
    else:
        yield path


def name_of(schema: pa.Schema, path: tuple[int, ...]) -> str:
    field = schema.field(path[0])
    names = [field.name]
    for index in path[1:]:
        field = field.type.field(index)
        names.append(field.name)
    return ".".join(names)


def type_of(schema: pa.Schema, path: tuple[int, ...]) -> pa.DataType:
    field = schema.field(path[0])
    for index in path[1:]:
        field = field.type.field(index)
    return field.type


def column_at(batch: pa.RecordBatch, path: tuple[int, ...]) -> pa.Array:
    column = batch.column(path[0])
    for index in path[1:]:
        column = pc.struct_field(column, index)
    return column


def read_columnar(path: Path, kind: str, name: str, limits: Limits) -> RawTable:
    """The one table of a Parquet or Arrow file."""
    batches = ColumnarBatches(path, kind)
    if not batches.paths:
        raise no_table("the file has no columns")
    if len(batches.paths) > limits.max_columns:
        raise too_large(f"it has {len(batches.paths):,} columns; at most {limits.max_columns:,} are read")
    stated = {i: evidence_of(type_of(batches.original, p)) for i, p in enumerate(batches.paths)}
    evidence = {i: said for i, said in stated.items() if said}
    reading = {"path": "fast", "why": "the file states its types", "kind": kind, "nested": NESTED}
    return RawTable(name, batches.names, batches, reading, (), evidence)
