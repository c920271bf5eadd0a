"""Large JSON of objects that are alike: blocks of the file parsed in columns, in parallel, by the types that a sample shows.

Nothing is lost or changed in silence. A key that the sample did not have, a value of another kind, a seam that was none, a
number that a double does not hold to the last digit: each raises Irregular, and the file is read the slower way.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.json as pajson

from services.dataproc.reading.json_numbers import WHOLE_IN_DOUBLE, inexact_number
from services.dataproc.reading.json_shape import Framing, find_framing, find_schema, sample_objects
from services.dataproc.reading.model import Limits
from services.dataproc.reading.sources import DirectTypes, Irregular, RawTable

BLOCK = 4 << 20
LARGEST_OBJECT = 16 << 20
SAMPLED_ROWS = 8_000
EVIDENCE = ((pa.types.is_boolean, "JSON true and false"), (pa.types.is_integer, "JSON numbers without a fraction"),
            (pa.types.is_floating, "JSON numbers"))  # fmt: skip


@dataclass(frozen=True)
class Plan:
    """How the file is cut into objects, the schema of an object, and the columns that come of it."""

    framing: Framing
    schema: pa.Schema
    columns: pa.Schema


def plan_blocks(path: Path, kind: str) -> Plan:
    """Raises Irregular when the objects are not so much alike that they can be read in columns."""
    framing = find_framing(path, kind)
    schema = find_schema(sample_objects(path, framing))
    return Plan(framing, schema, flattened(schema.empty_table()).schema)


def block_table(path: Path, kind: str, name: str, plan: Plan, limits: Limits) -> RawTable:
    reading: dict[str, Any] = {"records": "", "kind": kind, "path": "fast", "reader": "columns", "why": "large, and its objects are alike",
                               "rule": "each object is a row", "nested": "objects become dotted columns, lists are kept as JSON text"}  # fmt: skip
    batches = BlockBatches(path, plan, limits.threads)
    evidence = {i: why for i, f in enumerate(plan.columns) for check, why in EVIDENCE if check(f.type)}
    return RawTable(name, tuple(plan.columns.names), batches, reading, (), evidence)


class BlockBatches:
    """The objects of a file as batches of plain columns, in the file's order."""

    def __init__(self, path: Path, plan: Plan, threads: int) -> None:
        self._path = path
        self._plan = plan
        self._threads = threads
        self.schema = pa.schema([(f"c{i}", stored(f.type)) for i, f in enumerate(plan.columns)])

    def typed(self, direct: DirectTypes) -> BlockBatches:
        """The same batches: JSON types its numbers, and texts are typed later."""
        return self

    def sample(self) -> Iterator[pa.RecordBatch]:
        """The first rows; what the others hold is verified when they are written."""
        for block in blocks(self._path, self._plan.framing):
            yield self._batch(block).slice(0, SAMPLED_ROWS)
            return

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        pending: deque[Future[pa.RecordBatch]] = deque()
        with ThreadPoolExecutor(self._threads) as pool:
            try:
                for block in blocks(self._path, self._plan.framing):
                    pending.append(pool.submit(self._batch, block))
                    if len(pending) > self._threads:
                        yield pending.popleft().result()
                while pending:
                    yield pending.popleft().result()
            finally:
                for waiting in pending:
                    waiting.cancel()

    def _batch(self, block: bytes) -> pa.RecordBatch:
        parsed = parse(block, self._plan)
        columns = [c.combine_chunks() if isinstance(c, pa.ChunkedArray) else c for c in flattened(parsed).columns]
        return pa.record_batch([c.cast(f.type) for c, f in zip(columns, self.schema, strict=True)], schema=self.schema)


def stored(kind: pa.DataType) -> pa.DataType:
    return pa.string() if pa.types.is_null(kind) else kind


def flattened(table: pa.Table) -> pa.Table:
    """Members of nested objects as columns with dotted names."""
    while any(pa.types.is_struct(f.type) for f in table.schema):
        table = table.flatten()
    return table


def blocks(path: Path, framing: Framing) -> Iterator[bytes]:
    """Pieces of the file that hold whole objects, without what stands before the first, between pieces and after the last."""
    seam, edge, rest = framing.seam, int(framing.listed), b""
    with path.open("rb") as file:
        file.seek(framing.start)
        while piece := file.read(BLOCK):
            held = rest + piece
            end = held.rfind(seam, max(0, len(rest) - len(seam)))
            if end < 0 and len(held) > LARGEST_OBJECT:
                raise Irregular(f"no object ends within {LARGEST_OBJECT >> 20} MiB")
            if end >= 0:
                yield held[: end + edge]
                held = held[end + len(seam) - edge :]
            rest = held
    if last := without_bracket(rest, framing):
        yield last


def without_bracket(rest: bytes, framing: Framing) -> bytes:
    """The last objects of the file, without the end of the list that they may stand in."""
    rest = rest.rstrip(b" \t\r\n")
    if framing.listed and not rest.endswith(b"]"):
        raise Irregular("the list does not end")
    return rest[:-1].rstrip(b" \t\r\n") if framing.listed else rest


def parse(block: bytes, plan: Plan) -> pa.Table:
    """The objects of a block. That every seam was one shows in their number: as many as there are seams, and one more."""
    text = block.replace(plan.framing.seam, b"}\n{") if plan.framing.listed else block
    options = pajson.ParseOptions(plan.schema, newlines_in_values=False, unexpected_field_behavior="error")
    try:
        table = pajson.read_json(pa.py_buffer(text), pajson.ReadOptions(use_threads=False, block_size=len(text) + 1), options)
        if not block.isascii():
            block.decode()
    except (pa.ArrowInvalid, UnicodeDecodeError) as error:
        raise Irregular(str(error).split("\n")[0][:200]) from error
    if table.num_rows != block.count(plan.framing.seam) + 1 and table.num_rows != lines_in(block, plan.framing):
        raise Irregular("its objects are not all separated alike")
    check_numbers(block, table)
    return table


def lines_in(block: bytes, framing: Framing) -> int:
    """Lines that are not blank."""
    return 0 if framing.listed else sum(1 for line in block.split(b"\n") if line.strip())


def check_numbers(block: bytes, table: pa.Table) -> None:
    """Raises Irregular for a number with a fraction that a double does not hold exactly, and for one that is none."""
    doubles = [c for c in flattened(table).columns if pa.types.is_floating(c.type)]
    if any(pc.all(pc.is_finite(c)).as_py() is False for c in doubles):
        raise Irregular("a number is out of the range of a double")
    largest = max(((pc.max(pc.abs(c)).as_py() or 0) for c in doubles), default=0)
    if doubles and (text := inexact_number(block, whole=largest >= WHOLE_IN_DOUBLE)):
        raise Irregular(f"the number {text[:40]} has more digits than a double holds")
