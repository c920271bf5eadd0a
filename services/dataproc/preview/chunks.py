"""Rows of a memory-mapped table by number, and its columns batch by batch on every processor."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

MANY = 10_000  # rows that are worth handing out

Made = TypeVar("Made")
Rows = np.ndarray  # numbers of rows, ascending unless an order is what is made
Choice = Callable[[pa.Array], pa.Array]  # which cells of a chunk, as truth values; null counts as false


def map_chunks(column: pa.ChunkedArray, work: Callable[[pa.Array], pa.Array]) -> pa.ChunkedArray:
    """What `work` makes of each chunk of a column, one on every processor; the truth values of an empty one when there is none."""
    if column.num_chunks < 2:
        return pa.chunked_array([work(chunk) for chunk in column.chunks], None if column.num_chunks else pa.bool_())
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return pa.chunked_array(list(pool.map(work, column.chunks)))


def map_numbered_chunks(
    column: pa.ChunkedArray, work: Callable[[pa.Array, int, pa.BooleanArray | None], Made], among: Rows | None = None
) -> list[Made]:
    """What `work` makes of each chunk, the number of its first row and which of its rows are `among` those that count (None: all); one on every processor."""
    starts = np.cumsum([0, *(len(chunk) for chunk in column.chunks)])
    edges = None if among is None else np.searchsorted(among, starts)

    def of_chunk(place: int) -> Made:
        cells, mask = column.chunk(place), None
        if among is not None and edges is not None:
            counted = np.zeros(len(cells), np.bool_)
            counted[among[edges[place] : edges[place + 1]].astype(np.int64) - starts[place]] = True
            mask = pa.array(counted)
        return work(cells, int(starts[place]), mask)

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(of_chunk, range(column.num_chunks)))


def find_rows(column: pa.ChunkedArray, choice: Choice, among: Rows | None = None) -> Rows:
    """The rows, of those `among`, whose cells are chosen."""
    return np.concatenate(
        map_numbered_chunks(column, lambda cells, first, mask: number_rows(choice(cells), first, mask), among)
    )


def count_rows(column: pa.ChunkedArray, choice: Choice, among: Rows | None = None) -> int:
    """How many rows that would be."""
    return sum(
        map_numbered_chunks(
            column,
            lambda cells, first, mask: (choice(cells) if mask is None else pc.and_(choice(cells), mask)).true_count,
            among,
        )
    )


def number_rows(chosen: pa.BooleanArray, first: int, mask: pa.BooleanArray | None) -> Rows:
    rows: Rows = np.asarray(pc.indices_nonzero(chosen if mask is None else pc.and_(chosen, mask))).astype(
        np.uint32
    ) + np.uint32(first)
    return rows


def take_rows(table: pa.Table, rows: np.ndarray) -> pa.Table:
    """Rows by number, in that order. Only the batches that hold them are touched."""
    batches = table.to_batches()
    ends = np.cumsum([batch.num_rows for batch in batches])
    places = np.searchsorted(ends, rows, side="right")
    order = np.argsort(places, kind="stable")
    edges = np.searchsorted(places[order], np.arange(len(batches) + 1))

    def of_batch(place: int) -> pa.RecordBatch:
        inside = rows[order[edges[place] : edges[place + 1]]]
        return batches[place].take(pa.array(inside.astype(np.int64) - (ends[place] - batches[place].num_rows)))

    touched = np.flatnonzero(np.diff(edges)).tolist()
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        pieces = list((map if len(rows) < MANY else pool.map)(of_batch, touched))
    if not pieces:
        return table.slice(0, 0)
    found = pa.Table.from_batches(pieces, table.schema)
    if np.array_equal(order, np.arange(len(rows))):
        return found
    back = np.empty(len(rows), np.int64)
    back[order] = np.arange(len(rows))
    return found.take(pa.array(back))
