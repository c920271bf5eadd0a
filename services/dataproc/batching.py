"""Rows of a memory-mapped table by number."""

from __future__ import annotations

import numpy as np
import pyarrow as pa


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
