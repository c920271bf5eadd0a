"""Large JSON of objects that are alike: one parallel pass by the types that a sample shows, held against a census of the text.

Nothing is lost or changed in silence. A key that the sample did not have, a value of another kind, a number that a double does not hold to
the last digit, text that is not strictly JSON: each raises Irregular, and the file is read the slower way.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import reduce
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from services.dataproc.reading.json_census import Census, take_census
from services.dataproc.reading.json_numbers import WHOLE_IN_DOUBLE
from services.dataproc.reading.json_shape import Framing, find_framing, find_schema, sample_objects
from services.dataproc.reading.model import Limits
from services.dataproc.reading.profile import literal, quoted
from services.dataproc.reading.query_engine import connected
from services.dataproc.reading.sources import DirectTypes, Irregular, RawTable

LARGEST_OBJECT = 16 << 20
SAMPLED_ROWS = 6_000
BATCH_ROWS = 32_768
EVIDENCE = ((pa.types.is_boolean, "JSON true and false"), (pa.types.is_integer, "JSON numbers without a fraction"),
            (pa.types.is_floating, "JSON numbers"))  # fmt: skip


@dataclass(frozen=True)
class Plan:
    """How the file is cut into objects, the schema of an object, and the plain columns that come of it."""

    framing: Framing
    schema: pa.Schema
    columns: pa.Schema


@dataclass
class Cells:
    """The cells that a pass found, by the kind of their column; nulls are not counted."""

    texts: int = 0
    truths: int = 0
    numbers: int = 0


def plan_columns_of(path: Path, kind: str) -> Plan:
    """Raises Irregular when the objects are not so much alike that they can be read in columns."""
    framing = find_framing(path, kind)
    schema = find_schema(sample_objects(path, framing))
    columns = pa.schema(list(leaves("", schema)))
    if len(set(map(str.lower, columns.names))) < len(columns):
        raise Irregular("two of its fields differ in case only, or in a dot")
    return Plan(framing, schema, columns)


def leaves(prefix: str, fields: pa.Schema | pa.StructType) -> Iterator[pa.Field]:
    """Members of nested objects as fields with dotted names."""
    for member in fields:
        if pa.types.is_struct(member.type):
            yield from leaves(f"{prefix}{member.name}.", member.type)
        else:
            yield pa.field(f"{prefix}{member.name}", member.type)


def columns_table(path: Path, kind: str, name: str, plan: Plan, scratch: Path, limits: Limits) -> RawTable:
    reading: dict[str, Any] = {"records": "", "kind": kind, "path": "fast", "reader": "columns", "why": "large, and its objects are alike",
                               "rule": "each object is a row", "nested": "objects become dotted columns, lists are kept as JSON text"}  # fmt: skip
    evidence = {i: why for i, f in enumerate(plan.columns) for check, why in EVIDENCE if check(f.type)}
    return RawTable(name, tuple(plan.columns.names), ColumnBatches(path, kind, plan, scratch, limits), reading, (), evidence)


class ColumnBatches:
    """The objects of a file as batches of plain columns, in the file's order."""

    def __init__(self, path: Path, kind: str, plan: Plan, scratch: Path, limits: Limits) -> None:
        self._path = path
        self._plan = plan
        self._scratch = scratch
        self._limits = limits
        self._sql = query(path, kind, plan)
        self.schema = pa.schema([(f"c{i}", pa.string() if pa.types.is_null(f.type) else f.type) for i, f in enumerate(plan.columns)])

    def typed(self, direct: DirectTypes) -> ColumnBatches:
        """The same batches: JSON types its numbers, and texts are typed later."""
        return self

    def sample(self) -> Iterator[pa.RecordBatch]:
        """The first rows; what the others hold is verified when they are written."""
        yield from self._read(f"{self._sql} LIMIT {SAMPLED_ROWS}", Cells())

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        found, plan = Cells(), self._plan
        nested, truthful = any(pa.types.is_struct(f.type) for f in plan.schema), any(pa.types.is_boolean(f.type) for f in plan.columns)
        with ThreadPoolExecutor(1) as pool:
            counting = pool.submit(take_census, self._path, spaced=plan.framing.spaced, nested=nested, truthful=truthful)
            yield from self._read(self._sql, found)
            compare(counting.result(), found)

    def _read(self, sql: str, found: Cells) -> Iterator[pa.RecordBatch]:
        with connected(self._limits.threads, max(256, self._limits.memory_bytes >> 21), self._scratch) as db:
            try:
                for batch in db.sql(sql).to_arrow_reader(BATCH_ROWS):
                    yield self._checked(batch, found)
            except (duckdb.Error, pa.ArrowInvalid, OSError) as error:
                raise Irregular(str(error).split("\n")[0][:200]) from error

    def _checked(self, batch: pa.RecordBatch, found: Cells) -> pa.RecordBatch:
        if has_empty_row(batch):
            raise Irregular("one of its elements has no value, or is no object")
        return pa.record_batch([stored(c, f.type, found) for c, f in zip(batch.columns, self._plan.columns, strict=True)], schema=self.schema)


def query(path: Path, kind: str, plan: Plan) -> str:
    """Numbers are read as doubles and truth values as texts, for the reader turns neither into the other without a word then."""
    spec = ", ".join(f"{literal(f.name)}: {literal(read_as(f.type))}" for f in plan.schema)
    form = "newline_delimited" if kind == "jsonl" else "array"
    chosen = ", ".join(f"{reached} AS {quoted(f'c{i}')}" for i, reached in enumerate(reaching(plan.schema)))
    return f"SELECT {chosen} FROM read_json({literal(str(path))}, format={literal(form)}, maximum_object_size={LARGEST_OBJECT}, columns={{{spec}}})"  # noqa: S608 - names and literals are quoted


def read_as(kind: pa.DataType) -> str:
    if pa.types.is_struct(kind):
        return f"STRUCT({', '.join(f'{quoted(member.name)} {read_as(member.type)}' for member in kind)})"
    return "DOUBLE" if pa.types.is_integer(kind) or pa.types.is_floating(kind) else "VARCHAR"


def reaching(fields: pa.Schema | pa.StructType, above: str = "") -> Iterator[str]:
    """An expression for every plain column, in the order of `leaves`."""
    for member in fields:
        here = f"{above}[{literal(member.name)}]" if above else quoted(member.name)
        if pa.types.is_struct(member.type):
            yield from reaching(member.type, here)
        else:
            yield here


def stored(cells: pa.Array, kind: pa.DataType, found: Cells) -> pa.Array:
    """The cells in their own type, and counted. Raises Irregular for a cell of another kind, ArrowInvalid for a fraction among whole numbers."""
    present = len(cells) - cells.null_count
    if pa.types.is_integer(kind) or pa.types.is_floating(kind):
        found.numbers += present
        return numbers(cells, kind)
    if pa.types.is_boolean(kind):
        found.truths += present
        return truths(cells)
    if pa.types.is_null(kind) and present:
        raise Irregular("a field without a value in the sample has one further on")
    found.texts += present
    return cells.cast(pa.string())


def has_empty_row(batch: pa.RecordBatch) -> bool:
    """Is one row null throughout? The reader takes an element that is null for such a row."""
    if not all(column.null_count for column in batch.columns):
        return False
    return bool(pc.any(reduce(pc.and_, (column.is_null() for column in batch.columns))).as_py())


def numbers(cells: pa.Array, kind: pa.DataType) -> pa.Array:
    if pc.all(pc.is_finite(cells)).as_py() is False:
        raise Irregular("a number is out of the range of a double")
    if pa.types.is_floating(kind):
        return cells
    if (pc.max(pc.abs(cells)).as_py() or 0) >= WHOLE_IN_DOUBLE:
        raise Irregular("a whole number is beyond what a double holds")
    return cells.cast(kind)


def truths(cells: pa.Array) -> pa.Array:
    true = pc.equal(cells, "true")
    if pc.all(pc.or_(true, pc.equal(cells, "false"))).as_py() is False:
        raise Irregular("a value among true and false is neither")
    return true


def compare(census: Census, found: Cells) -> None:
    """Raises Irregular unless every value in the text is a cell of its kind."""
    if census.faults:
        raise Irregular("; ".join(sorted(census.faults)))
    said, seen = (census.texts, census.truths, census.numbers), (found.texts, found.truths, found.numbers)
    if said != seen:
        raise Irregular(f"its text holds {said} texts, truth values and numbers, its first objects' fields {seen} of them")
