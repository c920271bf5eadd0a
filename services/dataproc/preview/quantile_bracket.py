"""Two values of a column between which a page of its order lies, guessed from a sample and counted exactly."""

from __future__ import annotations

import math

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from services.dataproc.preview.chunks import Rows, count_rows, find_rows, map_numbered_chunks, number_rows, take_rows

SAMPLED = 20_000  # values: brackets are then 3 % of the rows, and drawing and sorting them takes a few milliseconds
SURE = 4.0  # standard deviations by which a bracket is wider than its page: one in some 16,000 misses it, and is found by a pivot
OFTEN = 0.1  # share of the sample from which a value counts as one that many rows have
MOSTLY = 0.5  # share of values below which the sample is taken among these only


def count_missing(column: pa.ChunkedArray, among: Rows | None) -> tuple[int, int]:
    """How many cells are null, and how many are no number."""
    some_nan = pa.types.is_floating(column.type) and math.isnan(pc.sum(column).as_py() or 0)
    missing = column.null_count if among is None or not column.null_count else count_rows(column, pc.is_null, among)
    return missing, count_rows(column, pc.is_nan, among) if some_nan else 0


def draw_sample(column: pa.ChunkedArray, among: Rows | None, values: int) -> pa.ChunkedArray:
    """Some of the `values` at random, sorted. At even distances what comes back at even distances would be missed."""
    rows = len(column) if among is None else len(among)
    if values < MOSTLY * rows:
        among, rows = find_rows(column, has_value, among), values
    picked = np.sort(np.random.default_rng(rows).integers(0, rows, SAMPLED)) if rows > SAMPLED else np.arange(rows)
    cells = take_rows(pa.table({"k": column}), picked if among is None else among[picked])["k"]
    cells = cells.filter(has_value(cells))
    if not len(cells):
        return draw_sample(column, find_rows(column, has_value, among), values)
    return cells.take(pc.sort_indices(cells))


def has_value(cells: pa.Array | pa.ChunkedArray) -> pa.Array | pa.ChunkedArray:
    # What is no number equals nothing, not even itself.
    return pc.equal(cells, cells) if pa.types.is_floating(cells.type) else pc.is_valid(cells)


def bracket_page(
    sample: pa.ChunkedArray, share: tuple[float, float], *, descending: bool
) -> tuple[pa.Scalar | None, pa.Scalar | None]:
    """Values that very likely enclose a page, which lies between two shares of all rows, in its order; None where it is near an end, unless many rows have one value there."""
    count = len(sample)
    slack = [SURE * math.sqrt(max(q * (1 - q), 1 / count) / count) for q in share]
    start, stop = math.floor((share[0] - slack[0]) * count), math.ceil((share[1] + slack[1]) * count)
    at = (lambda place: sample[count - 1 - place]) if descending else sample.__getitem__
    low, high = at(max(0, start)), at(min(count - 1, stop))
    if low.equals(high):
        return low, high
    return (low if start > 0 else None), (high if stop < count else None)


def choose_pivot(sample: pa.ChunkedArray, share: float, *, descending: bool) -> pa.Scalar:
    """A value to part the rows by: one that many of them have, else one near the wanted share of them."""
    counted = pc.value_counts(sample)
    most = int(np.argmax(counted.field(1)))
    if counted.field(1)[most].as_py() >= OFTEN * len(sample):
        return counted.field(0)[most]
    place = min(len(sample) - 1, math.floor(share * len(sample)))
    return sample[len(sample) - 1 - place if descending else place]


def split_at_bracket(
    column: pa.ChunkedArray, among: Rows | None, start: pa.Scalar | None, stop: pa.Scalar | None, *, descending: bool
) -> tuple[int, Rows]:
    """(how many rows come before the values from `start` to `stop`, which rows have these values)"""
    comes_before, until = (pc.greater, pc.greater_equal) if descending else (pc.less, pc.less_equal)
    one = start is not None and stop is not None and start.equals(stop)

    def of_chunk(cells: pa.Array, first: int, mask: pa.BooleanArray | None) -> tuple[int, Rows]:
        inside = has_value(cells) if stop is None else pc.equal(cells, stop) if one else until(cells, stop)
        if start is None:
            return 0, number_rows(inside, first, mask)
        earlier = comes_before(cells, start)
        count = (earlier if mask is None else pc.and_(earlier, mask)).true_count
        return count, number_rows(inside if one else pc.and_not(inside, earlier), first, mask)

    counts, rows = zip(*map_numbered_chunks(column, of_chunk, among), strict=True)
    return sum(counts), np.concatenate(rows)
