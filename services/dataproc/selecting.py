"""One page of a sorted table without sorting the table: rows between two values that enclose the page are found, and only these are sorted."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from services.dataproc.batching import by_chunk, taken
from services.dataproc.ordering import names_of, order_of

SAMPLED = 20_000
SURE = 4.0  # standard deviations by which the enclosing ranks are set wider than the page
WORTH_IT = 500_000  # rows below which sorting is as fast
MANY_ENCLOSED = 100_000  # rows among which many that are equal are looked for
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
    before, inside = enclosed(first, valid, low, high, descending=descending)
    rows = np.flatnonzero(inside)
    if not before <= offset <= offset + limit <= before + len(rows):
        return None
    if low is not None and high is not None and low.equals(high) and (len(sort) == 1 or len(rows) > WORTH_IT):
        return among_equals(table, sort[1:], offset - before, limit, inside)
    if len(rows) > MANY_ENCLOSED and (tie := tie_at(taken(table.select([names_of(sort)[0]]), rows)[0], offset - before, limit, descending=descending)):
        return among_equals(table, sort[1:], offset - before - tie.before, limit, inside & which(first, pc.equal, tie.value))
    if len(rows) > MOST_ENCLOSED * table.num_rows:
        return None
    order = order_of(taken(table.select(names_of(sort)), rows), sort)
    page: np.ndarray = rows[order[offset - before : offset - before + limit]]
    return page.astype(np.uint32)


class Tie(NamedTuple):
    """Rows that are equal in one column: how many come `before` them, and their value there."""

    before: int
    value: pa.Scalar


def tie_at(cells: pa.ChunkedArray, offset: int, limit: int, *, descending: bool) -> Tie | None:
    """The equal cells among which all of the page lies, or None."""
    counted = pc.value_counts(cells)
    order = pc.sort_indices(counted.field(0), sort_keys=[("", "descending" if descending else "ascending")])
    ends = np.cumsum(counted.field(1).take(order))
    place = int(np.searchsorted(ends, offset, side="right"))
    before = int(ends[place - 1]) if place else 0
    return Tie(before, counted.field(0)[order[place].as_py()]) if offset + limit <= ends[place] else None


def among_equals(table: pa.Table, sort: Sequence[str], offset: int, limit: int, wanted: np.ndarray) -> np.ndarray | None:
    """Of rows that are equal in what was sorted by so far: in the table's order, or in that of the columns that follow."""
    if sort:
        return page_rows(table, sort, offset, limit, wanted)
    return np.flatnonzero(wanted)[offset : offset + limit].astype(np.uint32)


def enclosed(column: pa.ChunkedArray, valid: np.ndarray, low: pa.Scalar | None, high: pa.Scalar | None, *, descending: bool) -> tuple[int, np.ndarray]:
    """(how many rows come before the values from `low` to `high`, which rows have these values)"""
    start, end = (high, low) if descending else (low, high)
    comes_before, until = (pc.greater, pc.greater_equal) if descending else (pc.less, pc.less_equal)
    if start is None:
        return 0, valid if end is None else valid & which(column, until, end)
    earlier = which(column, comes_before, start)
    inside = valid & ~earlier if end is None else valid & which(column, *((pc.equal, start) if start.equals(end) else (until, end))) & ~earlier
    return int(np.count_nonzero(earlier & valid)), inside


def which(column: pa.ChunkedArray, compare: Callable[[pa.Array, pa.Scalar], pa.Array], value: pa.Scalar) -> np.ndarray:
    found: np.ndarray = by_chunk(column, lambda chunk: pc.fill_null(compare(chunk, value), False)).to_numpy()
    return found


def has_nan(column: pa.ChunkedArray) -> bool:
    return bool(pa.types.is_floating(column.type) and pc.any(pc.is_nan(column)).as_py())


def bracket(column: pa.ChunkedArray, rows: np.ndarray, ranks: tuple[int, int]) -> tuple[pa.Scalar | None, pa.Scalar | None]:
    """Values that very likely enclose the ranks, from a random sample; None where the page is near an end. An even one would miss what comes back at even distances."""
    picked = rows if len(rows) <= SAMPLED else rows[np.sort(np.random.default_rng(len(rows)).integers(0, len(rows), SAMPLED))]
    sample = taken(pa.table({"k": column}), picked)["k"]
    ordered = sample.take(pc.sort_indices(sample))
    share = [rank / len(rows) for rank in ranks]
    slack = [SURE * math.sqrt(max(q * (1 - q), 1 / len(picked)) / len(picked)) for q in share]
    low, high = math.floor((share[0] - slack[0]) * len(picked)), math.ceil((share[1] + slack[1]) * len(picked))
    return (ordered[low] if low > 0 else None), (ordered[high] if high < len(picked) else None)
