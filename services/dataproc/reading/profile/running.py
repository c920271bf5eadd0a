"""Measures of a large table, taken while its batches are on their way to the file, so that nothing is read again for them."""

from __future__ import annotations

import queue
from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
import pyarrow as pa

from services.dataproc.reading.model import Column
from services.dataproc.reading.profile.measures import (
    APPROXIMATE,
    EXACT_ROWS,
    MEASURES,
    QUANTILES,
    entries_of,
    measure_expressions,
)
from services.dataproc.reading.profile.values_shown import plain
from services.dataproc.reading.query_engine import connected

# Wider tables are asked of the file, some columns at a time, for every sketch holds memory of its own.
MOST_COLUMNS = 200
WAITING_GROUPS = 1  # one group waits while one is counted: more would only hold memory
# Cells of a column that its quantiles are taken from, at least: 65,536 put a quartile within 0.2 % of its rank.
SAMPLED_ROWS = 1 << 16
PATIENCE = 0.1  # seconds between looks at whether the other side is still there
KNOWN_ALIKE = (
    pa.types.is_string,
    pa.types.is_boolean,
    pa.types.is_integer,
    pa.types.is_floating,
    pa.types.is_date32,
    pa.types.is_decimal128,
)


class RunningMeasures:
    """Takes groups of batches with `add`; `result` has the measures once all have passed, or None where the file has to be asked.

    Nothing runs before the rows are too many to be counted exactly, so that small tables cost nothing. Used as a context: leaving it ends the thread.
    """

    def __init__(
        self, schema: pa.Schema, columns: Sequence[Column], repeated: Collection[str], memory_bytes: int, spill: Path
    ) -> None:
        """The distinct values of the `repeated` columns are left to be counted one by one."""
        self._schema = schema
        self._columns = list(columns)
        self._repeated = frozenset(repeated)
        self._memory_mb = max(128, memory_bytes >> 23)
        self._spill = spill
        self._first: list[pa.RecordBatch] = []
        self._rows = 0
        self._groups: queue.Queue[list[pa.RecordBatch] | None] = queue.Queue(WAITING_GROUPS)
        self._thread = ThreadPoolExecutor(1)
        self._counted: Future[tuple[Any, ...]] | None = None
        self._samples = [Sample(index) for index, column in enumerate(columns) if column.type.is_number]
        self._later = [column.type.lists_values and column.name in self._repeated for column in columns]
        self._present = [0] * len(self._columns)
        self._apt = 0 < len(columns) <= MOST_COLUMNS and all(is_apt(field.type) for field in schema)

    def add(self, batches: list[pa.RecordBatch]) -> None:
        self._rows += sum(batch.num_rows for batch in batches)
        if not self._apt:
            return
        for sample in self._samples:
            sample.add(batches)
        for index, later in enumerate(self._later):
            if later:
                self._present[index] += sum(batch.num_rows - batch.column(index).null_count for batch in batches)
        if self._counted is not None:
            self._put(batches)
            return
        self._first += batches
        if self._rows > EXACT_ROWS:
            self._counted = self._thread.submit(self._count)
            self._put(self._first)
            self._first = []

    def result(self) -> list[dict[str, Any]] | None:
        """Raises what the counting raised."""
        if self._counted is None:
            return None
        self._put(None)
        found = iter(self._counted.result())
        row: list[Any] = []
        for later, present in zip(self._later, self._present, strict=True):
            row += [present, *[None] * (MEASURES - 1)] if later else islice(found, MEASURES)
        entries = entries_of(self._columns, row, self._rows, exact=False)
        for sample in self._samples:
            if (spread := sample.quantiles()) is not None:
                entries[sample.index]["quantiles"] = spread
        return entries

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._counted is not None and not self._counted.done():
            while not self._groups.empty():
                self._groups.get_nowait()
            self._put(None)
        self._thread.shutdown()

    def _put(self, batches: list[pa.RecordBatch] | None) -> None:
        """Waits for room, but never for a thread that has ended."""
        while self._counted is not None and not self._counted.done():
            try:
                self._groups.put(batches, timeout=PATIENCE)
            except queue.Full:
                continue
            return

    def _count(self) -> tuple[Any, ...]:
        passing = [index for index, later in enumerate(self._later) if not later]
        expressions = [
            part for index in passing for part in measure_expressions(self._columns[index], APPROXIMATE, exact=False)
        ]
        batches = (batch.select(passing) for batch in self._arriving())
        if not passing:
            return tuple(None for batch in batches if batch is None)
        with connected(1, self._memory_mb, self._spill) as db:
            db.register(
                "passing",
                pa.RecordBatchReader.from_batches(pa.schema([self._schema.field(index) for index in passing]), batches),
            )
            return tuple(db.execute(f"SELECT {', '.join(expressions)} FROM passing").fetchone() or ())  # noqa: S608 - names are quoted

    def _arriving(self) -> Iterator[pa.RecordBatch]:
        while (batches := self._groups.get()) is not None:
            yield from batches


def is_apt(kind: pa.DataType) -> bool:
    """Does the engine see the same values in a batch as in the file?"""
    return any(check(kind) for check in KNOWN_ALIKE) or (
        pa.types.is_timestamp(kind) and kind.unit == "us" and kind.tz is None
    )


class Sample:
    """Evenly spaced cells of one column of numbers; whenever there are too many of them, every other one goes."""

    def __init__(self, index: int) -> None:
        self.index = index
        self._step = 1
        self._next = 0
        self._held: list[np.ndarray[Any, Any]] = []
        self._size = 0

    def add(self, batches: Sequence[pa.RecordBatch]) -> None:
        for batch in batches:
            places = np.arange(self._next, batch.num_rows, self._step)
            self._next += self._step * len(places) - batch.num_rows
            cells = batch.column(self.index).take(pa.array(places)).cast(pa.float64(), safe=False)
            self._held.append(cells.to_numpy(zero_copy_only=False))
            self._size += len(places)
        if self._size > 2 * SAMPLED_ROWS:
            self._thin_out()

    def _thin_out(self) -> None:
        cells = np.concatenate(self._held)
        self._next += self._step * (len(cells) % 2)
        self._held, self._step = [cells[::2]], 2 * self._step
        self._size = len(self._held[0])

    def quantiles(self) -> dict[str, Any] | None:
        cells = np.concatenate(self._held) if self._held else np.empty(0)
        present = cells[~np.isnan(cells)]
        if not len(present):
            return None
        return {
            name: plain(float(value))
            for name, value in zip(QUANTILES, np.quantile(present, list(QUANTILES.values())), strict=True)
        }
