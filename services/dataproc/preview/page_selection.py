"""One page of a sorted table without sorting the table: rows between two values that bracket the page are found, and among these it is looked for again.

Sorting the keys in DuckDB instead takes seven times as long for a deep page (docs/decisions/0021).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from services.dataproc.preview.chunks import Rows, find_rows, take_rows
from services.dataproc.preview.ordering import has_ranks, rank_values, sort_columns, sort_rows
from services.dataproc.preview.quantile_bracket import (
    bracket_page,
    choose_pivot,
    count_missing,
    draw_sample,
    split_at_bracket,
)
from services.dataproc.preview.value_counts import Counts, count_values, lies_between

WORTH_IT = 20_000  # rows below which sorting them is as fast: some 2 ms
MOST_ENCLOSED = 0.25  # share of rows beyond which one value is taken to stand in many of them
SPARSE = 0.1  # share of rows below which these are taken out and looked at by themselves


def select_page(keys: pa.Table, sort: Sequence[str], offset: int, limit: int, among: Rows | None = None) -> Rows:
    """Row numbers `offset` to `offset + limit` of the order that `sort_rows` gives of all rows, or of those `among` which the page is (ascending)."""
    rows = keys.num_rows if among is None else len(among)
    limit = max(0, min(limit, rows - offset))
    if not sort or not limit:
        return np.arange(offset, offset + limit, dtype=np.uint32) if among is None else among[offset : offset + limit]
    if among is not None and rows <= max(WORTH_IT, SPARSE * keys.num_rows):
        return _page_among(keys, sort, offset, limit, among)
    if rows <= WORTH_IT:
        return sort_rows(keys, sort)[offset : offset + limit]
    return _page_of_parts(_split_by_kind(keys, sort, among), offset, limit)


class Part(NamedTuple):
    """So many rows that follow each other in the order, and how a page of them is found."""

    rows: int
    page: Callable[[int, int], Rows]


def _page_of_parts(parts: Iterator[Part], offset: int, limit: int) -> Rows:
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


def _split_by_kind(keys: pa.Table, sort: Sequence[str], among: Rows | None) -> Iterator[Part]:
    """Values come first, then what is no number, then nulls."""
    first = keys[sort[0].removeprefix("-")]
    missing, unordered = count_missing(first, among)
    values = (len(first) if among is None else len(among)) - missing - unordered
    yield Part(values, lambda offset, limit: _page_of_values(keys, sort, Wanted(offset, limit, values), among))
    for count, choice in ((unordered, pc.is_nan), (missing, pc.is_null)):
        if count:
            yield _part_of_rows(keys, sort[1:], find_rows(first, choice, among))


def _part_of_rows(keys: pa.Table, sort: Sequence[str], rows: Rows) -> Part:
    return Part(len(rows), lambda offset, limit: select_page(keys, sort, offset, limit, rows))


class Wanted(NamedTuple):
    """A page: where it begins and how many rows it has, of so many."""

    offset: int
    limit: int
    rows: int


def _page_of_values(keys: pa.Table, sort: Sequence[str], wanted: Wanted, among: Rows | None) -> Rows:
    first, descending = keys[sort[0].removeprefix("-")], sort[0].startswith("-")
    if (counted := count_values(first, among)) is not None:
        return _page_of_counts(keys, sort, wanted, among, counted)
    sample = draw_sample(first, among, wanted.rows)
    share = (wanted.offset / wanted.rows, (wanted.offset + wanted.limit) / wanted.rows)
    start, stop = bracket_page(sample, share, descending=descending)
    before, inside = split_at_bracket(first, among, start, stop, descending=descending)
    if before <= wanted.offset and wanted.offset + wanted.limit <= before + len(inside):
        offset = wanted.offset - before
        if start is not None and stop is not None and start.equals(stop):
            return select_page(keys, sort[1:], offset, wanted.limit, inside)
        if len(inside) <= MOST_ENCLOSED * wanted.rows:
            return _page_among(keys, sort, offset, wanted.limit, inside)
    if has_ranks(first):
        place = keys.column_names.index(sort[0].removeprefix("-"))
        by_rank = keys.set_column(place, keys.column_names[place], rank_values(first))
        return select_page(by_rank, sort, wanted.offset, wanted.limit, among)
    pivot = choose_pivot(sample, share[0], descending=descending)
    return _page_of_parts(_split_at_pivot(keys, sort, among, pivot), wanted.offset, wanted.limit)


def _page_among(keys: pa.Table, sort: Sequence[str], offset: int, limit: int, among: Rows) -> Rows:
    """Found among the keys of these rows alone, which are taken out."""
    inside = take_rows(keys.select(sort_columns(sort)), among)
    return np.take(among, select_page(inside, sort, offset, limit))


def _page_of_counts(keys: pa.Table, sort: Sequence[str], wanted: Wanted, among: Rows | None, counted: Counts) -> Rows:
    """Where it is known how many rows have each value: those between the first and the last value of the page lie on it whole."""
    name, descending = sort[0].removeprefix("-"), sort[0].startswith("-")
    values = np.flatnonzero(counted.rows)[:: -1 if descending else 1]
    ends = np.cumsum(counted.rows[values])
    start, stop = np.searchsorted(ends, [wanted.offset, wanted.offset + wanted.limit - 1], side="right")

    def part(some: np.ndarray, sort: Sequence[str]) -> Part:
        low, high = (pa.scalar(counted.least + int(value), keys[name].type) for value in (some.min(), some.max()))
        rows = find_rows(
            keys[name],
            lambda cells: pc.equal(cells, low) if low.equals(high) else lies_between(cells, low, high),
            among,
        )
        return _part_of_rows(keys, sort, rows)

    groups = [
        (values[start : start + 1], sort[1:]),
        (values[start + 1 : stop], sort),
        (values[stop : stop + 1], sort[1:]),
    ]
    before = int(ends[start - 1]) if start else 0
    if start == stop or ends[stop] - before <= WORTH_IT:
        groups = [(values[start : stop + 1], sort if start < stop else sort[1:])]
    return _page_of_parts(
        (part(some, rest) for some, rest in groups if len(some)), wanted.offset - before, wanted.limit
    )


def _split_at_pivot(keys: pa.Table, sort: Sequence[str], among: Rows | None, value: pa.Scalar) -> Iterator[Part]:
    """Parted by a value: rows that come before it, those that have it, those that come after."""
    first, descending = keys[sort[0].removeprefix("-")], sort[0].startswith("-")
    before, after = (pc.greater, pc.less) if descending else (pc.less, pc.greater)
    yield _part_of_rows(keys, sort, find_rows(first, lambda cells: before(cells, value), among))
    yield _part_of_rows(keys, sort[1:], find_rows(first, lambda cells: pc.equal(cells, value), among))
    yield _part_of_rows(keys, sort, find_rows(first, lambda cells: after(cells, value), among))
