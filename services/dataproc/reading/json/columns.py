"""Large JSON in columns: one parallel pass over its objects by a plan of their keys and kinds.

Nothing is lost or changed in silence. A key that the plan does not have, a value of another kind, a number that its kind does not hold to the last digit,
text that is not strictly JSON: each raises Irregular. A plan that a sample shows suits most files; for the others it is learned from all objects (`survey`).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path
from typing import Any, Generic, TypeVar

import pyarrow as pa

from services.dataproc.reading.errors import too_large
from services.dataproc.reading.json.blocks import BLOCK, Block, blocks_of
from services.dataproc.reading.json.cells import STORED, Signs, Spans, cells, spans_of, written_moments
from services.dataproc.reading.json.framing import Framing, Inside, find_framing
from services.dataproc.reading.json.shape import Kind, Shape, find_shape, sample_objects
from services.dataproc.reading.json.template import Template, template_of
from services.dataproc.reading.model import Limits
from services.dataproc.reading.sources import DirectTypes, RawTable

SAMPLED_ROWS = 6_000
MOST_ROWS, FEWEST_ROWS, MOST_CELLS = 65_536, 64, 4 << 20
COUNTED_BYTES = 1 << 16
BEGUN = 8  # blocks that are read while the types of the first rows are decided
EVIDENCE = {
    Kind.TRUTH: "JSON true and false",
    Kind.WHOLE: "JSON numbers without a fraction",
    Kind.DOUBLE: "JSON numbers",
}

Result = TypeVar("Result")


@dataclass(frozen=True)
class Plan:
    """How the file is cut into objects, and what they hold. Texts of the columns in `moments` are days or moments wherever a block has nothing else in them."""

    framing: Framing
    template: Template
    moments: Mapping[int, pa.DataType] = field(default_factory=dict)

    @property
    def kinds(self) -> list[Kind]:
        return [leaf.shape.kind for leaf in self.template.leaves]

    def batches(self, block: Block) -> list[pa.RecordBatch]:
        """The objects of a block. Raises Irregular when they do not suit the plan."""
        kinds = self.kinds
        names = [f"c{i}" for i in range(len(kinds))]
        return [
            pa.record_batch([self._column(block.text, row, i, kinds[i]) for i, row in enumerate(spans)], names)
            for spans in self.spans(block)
        ]

    def _column(self, text: Signs, spans: Spans, number: int, kind: Kind) -> pa.Array:
        found = written_moments(text, spans, self.moments[number]) if number in self.moments else None
        return cells(text, spans, kind) if found is None else found

    def spans(self, block: Block) -> Iterator[Spans]:
        """Of as many objects at a time as the block seems to have: room for more would have to be emptied for nothing."""
        most = min(MOST_ROWS, MOST_CELLS // max(1, len(self.template.leaves)))
        return spans_of(block, self.template, max(FEWEST_ROWS, min(most, rows_in(block, self.framing))))


def rows_in(block: Block, framing: Framing) -> int:
    """About how many objects there are, and some more."""
    sample = block.text[: min(block.end, COUNTED_BYTES)].tobytes()
    return (sample.count(framing.seam) + 1) * block.end // max(1, len(sample)) * 5 // 4


def plan_of(whole: Shape, framing: Framing, limits: Limits) -> Plan:
    """A plan for objects that hold what `whole` was seen to hold. Raises ReadError when these are too many fields."""
    template = template_of(whole, framing)
    if len(template.leaves) > limits.max_columns:
        raise too_large(f"its objects have more than {limits.max_columns:,} different fields")
    return Plan(framing, template)


def sampled_plan(path: Path, kind: str, limits: Limits, inside: Inside | None) -> Plan:
    """A plan for objects like those in some places of the file. Raises Irregular when these do not show one."""
    framing = find_framing(path, kind, inside)
    return plan_of(find_shape(sample_objects(path, framing)), framing, limits)


def columns_table(path: Path, kind: str, name: str, plan: Plan, limits: Limits, why: str) -> RawTable:
    """The one table of a file; `why` says what was irregular when its plan was learned from all objects."""
    taken = (
        {"path": "careful", "reader": "surveyed", "why": why}
        if why
        else {"path": "fast", "reader": "columns", "why": "large, and its objects are alike"}
    )
    reading: dict[str, Any] = {
        "records": "",
        "kind": kind,
        **taken,
        "rule": "each object is a row",
        "nested": "objects become dotted columns, lists are kept as JSON text",
    }
    evidence = {i: EVIDENCE[kind] for i, kind in enumerate(plan.kinds) if kind in EVIDENCE}
    return RawTable(
        name,
        tuple(leaf.name for leaf in plan.template.leaves),
        ColumnBatches(path, plan, limits),
        reading,
        (),
        evidence,
    )


class ColumnBatches:
    """The objects of a file as batches of plain columns, in the file's order; blocks of it are read on several processors."""

    def __init__(
        self, path: Path, plan: Plan, limits: Limits, begun: InParallel[list[pa.RecordBatch]] | None = None
    ) -> None:
        self._path = path
        self._plan = plan
        self._limits = limits
        self._begun = begun
        self.schema = pa.schema([(f"c{i}", STORED[kind]) for i, kind in enumerate(plan.kinds)])

    def typed(self, direct: DirectTypes) -> ColumnBatches:
        """The same batches, with days and moments in ISO 8601 as such; other texts are typed later."""
        texts = {i: kind for i, kind in direct.types.items() if self._plan.kinds[i] == Kind.TEXT}
        moments = {
            i: kind
            for i, kind in texts.items()
            if pa.types.is_date32(kind) or (pa.types.is_timestamp(kind) and kind.tz is None)
        }
        begun, self._begun = self._begun, None
        return ColumnBatches(self._path, replace(self._plan, moments=moments), self._limits, begun)

    def sample(self) -> Iterator[pa.RecordBatch]:
        """The first rows; what the others hold is verified when they are written. Some blocks are read while whoever asked is thinking."""
        left, self._begun = SAMPLED_ROWS, self._begin()
        for batch in chain.from_iterable(self._begun.first()):
            yield batch.slice(0, left)
            left -= batch.num_rows
            if left <= 0:
                return

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        begun, self._begun = self._begun or self._begin(), None
        begun.work = self._plan.batches
        for batches in begun:
            yield from batches

    def _begin(self) -> InParallel[list[pa.RecordBatch]]:
        return InParallel(
            self._plan.batches, blocks_of(self._path, self._plan.framing, BLOCK), self._limits.threads, BEGUN
        )


class InParallel(Generic[Result]):
    """What comes of every block, in order. At first as many are `begun` as that says, later as many as there are threads, and one."""

    def __init__(self, work: Callable[[Block], Result], blocks: Iterator[Block], threads: int, begun: int = 0) -> None:
        self.work = work
        self._blocks = blocks
        self._most = threads + 1
        self._pool = ThreadPoolExecutor(threads)
        self._waiting: deque[Future[Result]] = deque()
        self._fill(max(begun, self._most))

    def first(self) -> Iterator[Result]:
        """What comes of the blocks that are begun; it comes again when all are asked for."""
        return (result.result() for result in tuple(self._waiting))

    def __iter__(self) -> Iterator[Result]:
        try:
            while self._waiting:
                yield self._waiting.popleft().result()
                self._fill(self._most)
        finally:
            self._pool.shutdown(wait=False, cancel_futures=True)

    def _fill(self, most: int) -> None:
        while len(self._waiting) < most and (block := next(self._blocks, None)) is not None:
            self._waiting.append(self._pool.submit(self.work, block))
