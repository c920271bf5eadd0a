"""Rows of a memory-mapped table by number, and its columns batch by batch on every processor."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pyarrow as pa


def by_chunk(column: pa.ChunkedArray, work: Callable[[pa.Array], pa.Array]) -> pa.ChunkedArray:
    """What `work` makes of each chunk of a column, one on every processor; the truth values of an empty one when there is none."""
    if column.num_chunks < 2:
        return pa.chunked_array([work(chunk) for chunk in column.chunks], None if column.num_chunks else pa.bool_())
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return pa.chunked_array(list(pool.map(work, column.chunks)))


def taken(table: pa.Table, rows: np.ndarray) -> pa.Table:
    """Rows by number, in that order. Only the batches that hold them are touched."""
    batches = table.to_batches()
    ends = np.cumsum([batch.num_rows for batch in batches])
    places = np.searchsorted(ends, rows, side="right")
    order = np.argsort(places, kind="stable")
    edges = np.searchsorted(places[order], np.arange(len(batches) + 1))
    pieces = []
    for place, batch in enumerate(batches):
        inside = rows[order[edges[place] : edges[place + 1]]]
        if len(inside):
            pieces.append(batch.take(pa.array(inside.astype(np.int64) - (ends[place] - batch.num_rows))))
    if not pieces:
        return table.slice(0, 0)
    found = pa.Table.from_batches(pieces, table.schema)
    if np.array_equal(order, np.arange(len(rows))):
        return found
    back = np.empty(len(rows), np.int64)
    back[order] = np.arange(len(rows))
    return found.take(pa.array(back))
