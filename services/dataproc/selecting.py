"""One page of a sorted table without sorting the table: rows between two values that enclose the page are found, and only these are sorted."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from services.dataproc.batching import taken
from services.dataproc.ordering import order_of

SAMPLED = 20_000
SURE = 4.0  # standard deviations by which the enclosing ranks are set wider than the page
WORTH_IT = 500_000  # rows below which sorting is as fast
MOST_ENCLOSED = 0.4  # share of rows beyond which sorting is as fast


def page_rows(table: pa.Table, sort: Sequence[str], offset: int, limit: int, wanted: np.ndarray | None = None) -> np.ndarray | None:
    """Row numbers `offset` to `offset + limit` of the order that `order_of` gives, of the `wanted` rows. None when the table has to be sorted for that."""
    first, descending = table[sort[0].removeprefix("-")], sort[0].startswith("-")
    if table.num_rows < WORTH_IT or has_nan(first):
        return None
    valid = pc.is_valid(first).to_numpy()
    valid = valid if wanted is None else valid & wanted
    count = int(np.count_nonzero(valid))
    if offset + limit > count:
        return None
    low, high = bracket(first, np.flatnonzero(valid), (count - offset - limit, count - offset) if descending else (offset, offset + limit))
    inside = valid & within(first, low, high)
    beyond = pc.greater(first, high) if descending else pc.less(first, low)
    before = 0 if (high if descending else low) is None else int(np.count_nonzero(pc.fill_null(beyond, False).to_numpy() & valid))
    rows = np.flatnonzero(inside)
    if not before <= offset <= offset + limit <= before + len(rows) or len(rows) > MOST_ENCLOSED * table.num_rows:
        return None
    names = list(dict.fromkeys(name.removeprefix("-") for name in sort))
    order = order_of(taken(table.select(names), rows), sort)
    page: np.ndarray = rows[order[offset - before : offset - before + limit]]
    return page.astype(np.uint32)


def has_nan(column: pa.ChunkedArray) -> bool:
    return bool(pa.types.is_floating(column.type) and pc.any(pc.is_nan(column)).as_py())


def bracket(column: pa.ChunkedArray, rows: np.ndarray, ranks: tuple[int, int]) -> tuple[pa.Scalar | None, pa.Scalar | None]:
    """Values that very likely enclose the ranks, from an even sample; None where the page is near an end."""
    picked = rows[:: max(1, len(rows) // SAMPLED)]
    sample = taken(pa.table({"k": column}), picked)["k"]
    ordered = sample.take(pc.sort_indices(sample))
    share = [rank / len(rows) for rank in ranks]
    slack = [SURE * math.sqrt(max(q * (1 - q), 1 / len(picked)) / len(picked)) for q in share]
    low, high = math.floor((share[0] - slack[0]) * len(picked)), math.ceil((share[1] + slack[1]) * len(picked))
    return (ordered[low] if low > 0 else None), (ordered[high] if high < len(picked) else None)


def within(column: pa.ChunkedArray, low: pa.Scalar | None, high: pa.Scalar | None) -> np.ndarray:
    found = np.ones(len(column), np.bool_)
    if low is not None:
        found &= pc.fill_null(pc.greater_equal(column, low), False).to_numpy()
    if high is not None:
        found &= pc.fill_null(pc.less_equal(column, high), False).to_numpy()
    return found
