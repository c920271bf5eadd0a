"""One page of a sorted table without sorting the table: rows between two values that enclose the page are found, and among these it is looked for again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from services.dataproc.preview.chunks import Rows, rows_where, taken
from services.dataproc.preview.counting import Counts, between, counts_by_value
from services.dataproc.preview.enclosing import bracket, enclosed, pivot, sampled, tally
from services.dataproc.preview.ordering import has_ranks, names_of, order_of, ranked

WORTH_IT = 20_000  # rows below which sorting is as fast
MOST_ENCLOSED = 0.25  # share of rows beyond which one value is taken to stand in many of them
SPARSE = 0.1  # share of rows below which these are taken out and looked at by themselves


def page_rows(keys: pa.Table, sort: Sequence[str], offset: int, limit: int, among: Rows | None = None) -> Rows:
    """Row numbers `offset` to `offset + limit` of the order that `order_of` gives of all rows, or of those `among` which the page is (ascending)."""
    rows = keys.num_rows if among is None else len(among)
    limit = max(0, min(limit, rows - offset))
    if not sort or not limit:
        return np.arange(offset, offset + limit, dtype=np.uint32) if among is None else among[offset : offset + limit]
    if among is not None and rows <= max(WORTH_IT, SPARSE * keys.num_rows):
        return np.take(among, page_rows(taken(keys.select(names_of(sort)), among), sort, offset, limit))
    if rows <= WORTH_IT:
        return order_of(keys, sort)[offset : offset + limit]
    return _in_parts(_parts(keys, sort, among), offset, limit)


class Part(NamedTuple):
    """So many rows that follow each other in the order, and how a page of them is found."""

    rows: int
    page: Callable[[int, int], Rows]


def _in_parts(parts: Iterator[Part], offset: int, limit: int) -> Rows:
    """A page of rows that are made up of parts; what lies behind it is not looked at."""
    pieces = []
    for part in parts:
        count = min(part.rows - offset, limit)
        if count > 0:
            pieces.append(part.page(offset, count))
            limit -= count
        if not limit:
            break
        offset = max(0, offset - part.rows)
    return np.concatenate(pieces)


def _parts(keys: pa.Table, sort: Sequence[str], among: Rows | None) -> Iterator[Part]:
    """Values come first, then what is no number, then nulls."""
    first = keys[sort[0].removeprefix("-")]
    missing, unordered = tally(first, among)
    values = (len(first) if among is None else len(among)) - missing - unordered
    yield Part(values, lambda offset, limit: _page_of_values(keys, sort, Wanted(offset, limit, values), among))
    for count, choice in ((unordered, pc.is_nan), (missing, pc.is_null)):
        if count:
            yield _chosen(keys, sort[1:], rows_where(first, choice, among))


def _chosen(keys: pa.Table, sort: Sequence[str], rows: Rows) -> Part:
    return Part(len(rows), lambda offset, limit: page_rows(keys, sort, offset, limit, rows))


class Wanted(NamedTuple):
    """A page: where it begins and how many rows it has, of so many."""

    offset: int
    limit: int
    rows: int


def _page_of_values(keys: pa.Table, sort: Sequence[str], wanted: Wanted, among: Rows | None) -> Rows:
    first, descending = keys[sort[0].removeprefix("-")], sort[0].startswith("-")
    if (counted := counts_by_value(first, among)) is not None:
        return _page_by_counts(keys, sort, wanted, among, counted)
    sample = sampled(first, among, wanted.rows)
    share = (wanted.offset / wanted.rows, (wanted.offset + wanted.limit) / wanted.rows)
    start, stop = bracket(sample, share, descending=descending)
    before, inside = enclosed(first, among, start, stop, descending=descending)
    if before <= wanted.offset and wanted.offset + wanted.limit <= before + len(inside):
        if start is not None and stop is not None and start.equals(stop):
            return page_rows(keys, sort[1:], wanted.offset - before, wanted.limit, inside)
        if len(inside) <= MOST_ENCLOSED * wanted.rows:
            return np.take(
                inside,
                page_rows(taken(keys.select(names_of(sort)), inside), sort, wanted.offset - before, wanted.limit),
            )
    if has_ranks(first):
        return page_rows(
            keys.set_column(keys.schema.get_field_index(names_of(sort)[0]), names_of(sort)[0], ranked(first)),
            sort,
            wanted.offset,
            wanted.limit,
            among,
        )
    return _in_parts(
        _about(keys, sort, among, pivot(sample, share[0], descending=descending)), wanted.offset, wanted.limit
    )


def _page_by_counts(keys: pa.Table, sort: Sequence[str], wanted: Wanted, among: Rows | None, counted: Counts) -> Rows:
    """Where it is known how many rows have each value: those between the first and the last value of the page lie on it whole."""
    name, descending = sort[0].removeprefix("-"), sort[0].startswith("-")
    values = np.flatnonzero(counted.rows)[:: -1 if descending else 1]
    ends = np.cumsum(counted.rows[values])
    start, stop = np.searchsorted(ends, [wanted.offset, wanted.offset + wanted.limit - 1], side="right")

    def part(some: np.ndarray, sort: Sequence[str]) -> Part:
        low, high = (pa.scalar(counted.least + int(value), keys[name].type) for value in (some.min(), some.max()))
        rows = rows_where(
            keys[name], lambda cells: pc.equal(cells, low) if low.equals(high) else between(cells, low, high), among
        )
        return _chosen(keys, sort, rows)

    groups = [
        (values[start : start + 1], sort[1:]),
        (values[start + 1 : stop], sort),
        (values[stop : stop + 1], sort[1:]),
    ]
    before = int(ends[start - 1]) if start else 0
    if start == stop or ends[stop] - before <= WORTH_IT:
        groups = [(values[start : stop + 1], sort if start < stop else sort[1:])]
    return _in_parts((part(some, rest) for some, rest in groups if len(some)), wanted.offset - before, wanted.limit)


def _about(keys: pa.Table, sort: Sequence[str], among: Rows | None, value: pa.Scalar) -> Iterator[Part]:
    """Parted by a value: rows that come before it, those that have it, those that come after."""
    first, descending = keys[sort[0].removeprefix("-")], sort[0].startswith("-")
    before, after = (pc.greater, pc.less) if descending else (pc.less, pc.greater)
    yield _chosen(keys, sort, rows_where(first, lambda cells: before(cells, value), among))
    yield _chosen(keys, sort[1:], rows_where(first, lambda cells: pc.equal(cells, value), among))
    yield _chosen(keys, sort, rows_where(first, lambda cells: after(cells, value), among))
