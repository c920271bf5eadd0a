"""Parquet, Arrow and ORC files: nested columns as JSON text, types as the file states them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from services.dataproc.reading.columnar.containers import CONTAINERS
from services.dataproc.reading.columnar.native_columns import as_stored, evidence_of, stored_type
from services.dataproc.reading.model import Limits
from services.dataproc.reading.sources import DirectTypes, RawTable
from services.dataproc.reading.ways import Way
from shared.formats import Format
from shared.formats.refusals import corrupt_file, no_table, too_wide

NESTED = "structs become dotted columns, lists and maps are kept as JSON text"


@contextmanager
def damage_named(kind: Format) -> Iterator[None]:
    try:
        yield
    except (pa.ArrowException, OSError, NotImplementedError, ValueError, KeyError) as error:
        raise corrupt_file(kind.noun, short(error)) from error


def short(error: BaseException) -> str:
    return str(error).split("\n")[0][:200].rstrip(".") or type(error).__name__


class ColumnarBatches:
    """Batches of a columnar file in types that can be stored: structs opened, lists and maps as JSON."""

    def __init__(self, path: Path, kind: Format) -> None:
        self._kind = kind
        with damage_named(kind):
            self._container = CONTAINERS[kind](path)
        self.original, self.warnings = self._container.schema, self._container.warnings
        self.paths = [p for i, f in enumerate(self.original) for p in leaf_paths(f, (i,))]
        self.names = tuple(name_of(self.original, p) for p in self.paths)
        self.schema = pa.schema([(f"c{i}", stored_type(type_of(self.original, p))) for i, p in enumerate(self.paths)])

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        return self._stored(self._container.batches())

    def sample(self) -> Iterator[pa.RecordBatch]:
        return self._stored(self._container.sampled())

    def _stored(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        with damage_named(self._kind):
            for batch in batches:
                arrays = [as_stored(column_at(batch, p), self.schema.field(i).type) for i, p in enumerate(self.paths)]
                yield pa.record_batch(arrays, schema=self.schema)

    def typed(self, direct: DirectTypes) -> ColumnarBatches:
        """The same batches: the file states its own types."""
        return self


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


def read_columnar(path: Path, kind: Format, name: str, limits: Limits) -> RawTable:
    """The one table of a columnar file."""
    batches = ColumnarBatches(path, kind)
    if not batches.paths:
        raise no_table("the file has no columns")
    if len(batches.paths) > limits.max_columns:
        raise too_wide(f"it has {len(batches.paths):,} columns; at most {limits.max_columns:,} are read")
    stated = {i: evidence_of(type_of(batches.original, p)) for i, p in enumerate(batches.paths)}
    evidence = {i: said for i, said in stated.items() if said}
    reading = {"path": Way.FAST, "why": "the file states its types", "kind": kind.value, "nested": NESTED}
    return RawTable(name, batches.names, batches, reading, batches.warnings, evidence)
