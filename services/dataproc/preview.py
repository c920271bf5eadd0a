"""Pages of a table, straight from its memory-mapped Arrow file: any depth, any order, filtered."""

from __future__ import annotations

import os
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from services.dataproc.batching import taken
from services.dataproc.cells import json_cells
from services.dataproc.domain import StoredTable
from services.dataproc.errors import TooManyRowsToSort, UnknownColumn
from services.dataproc.filtering import Filter, matching, parse_filter
from services.dataproc.ordering import Remembered, has_ranks, names_of, order_of, ranked
from services.dataproc.selecting import page_rows

MOST_SORTED = 50_000_000
QUIET = 1.0  # seconds without a page before an order is made that may be wanted next
PATIENCE = 5.0  # seconds after which it is made although pages keep being asked for
BEHIND = 15  # niceness of what nobody waits for
FEW_ROWS = 200_000  # so many are sorted by themselves rather than picked out of the order of all


@dataclass(frozen=True)
class Request:
    """`sort` names columns, the first counts most; a leading `-` means descending. Nulls come last either way. `filters` all have to hold."""

    offset: int = 0
    limit: int = 50
    columns: tuple[str, ...] = ()
    sort: tuple[str, ...] = ()
    filters: tuple[str, ...] = ()


@dataclass(frozen=True)
class Page:
    """`total_rows` are those of the table, `matching_rows` those that the filters leave."""

    columns: list[str]
    rows: list[list[Any]]
    total_rows: int
    matching_rows: int


class Previewer:
    """Reads pages, and remembers orders, filtered rows and ranks of texts in up to `limit` bytes, so that paging on costs nothing."""

    def __init__(self, limit: int) -> None:
        self._ranks: Remembered[pa.ChunkedArray] = Remembered(limit // 4)
        self._orders: Remembered[np.ndarray] = Remembered(limit - limit // 4)
        self._coming: set[tuple[Path, tuple[str, ...]]] = set()
        self._asked = 0.0
        self._closing = threading.Event()
        self._background = ThreadPoolExecutor(1, "preview-order", initializer=give_way)

    def close(self) -> None:
        self._closing.set()
        self._background.shutdown(wait=False, cancel_futures=True)

    def read(self, path: Path, table: StoredTable, request: Request) -> Page:
        """One page as JSON cells."""
        self._asked = time.monotonic()
        names = [column.name for column in table.columns]
        wanted = list(request.columns) or names
        check(table, names, [*wanted, *(name.removeprefix("-") for name in request.sort)])
        filters = tuple(parse_filter(text, names) for text in request.filters)
        with pa.memory_map(str(path)) as mapped:
            whole = pa.ipc.open_file(mapped).read_all()
            if not request.sort and not filters:
                page = whole.select(wanted).slice(request.offset, request.limit)
                return Page(wanted, rows_of(page), whole.num_rows, whole.num_rows)
            numbers, matched = self._page(path, whole, filters, request)
            return Page(wanted, rows_of(taken(whole.select(wanted), numbers)), whole.num_rows, matched)

    def _page(self, path: Path, whole: pa.Table, filters: tuple[Filter, ...], request: Request) -> tuple[np.ndarray, int]:
        """(numbers of the page's rows, how many rows the filters leave)"""
        if request.sort and not self._is_ordered(path, filters, request.sort):  # nobody waits for an order that is being made
            found = self._rows(path, whole, filters, ()) if filters else None
            numbers = self._page_alone(path, whole, found, request)
            if numbers is not None:
                return numbers, whole.num_rows if found is None else len(found)
        rows = self._rows(path, whole, filters, request.sort)
        return rows[request.offset : request.offset + request.limit], len(rows)

    def _is_ordered(self, path: Path, filters: tuple[Filter, ...], sort: tuple[str, ...]) -> bool:
        return any(self._orders.peek((str(path), kept, sort)) is not None for kept in ((), filters))

    def _page_alone(self, path: Path, whole: pa.Table, found: np.ndarray | None, request: Request) -> np.ndarray | None:
        """A page found without the order of all rows, which is made meanwhile for the next one."""
        if found is not None and len(found) <= FEW_ROWS:
            return None
        wanted = None if found is None else mask_of(found, whole.num_rows)
        numbers = page_rows(self._keys(path, whole, request.sort, at_hand=True), request.sort, request.offset, request.limit, wanted)
        if numbers is not None and (path, request.sort) not in self._coming:
            self._coming.add((path, request.sort))
            self._background.submit(self._make_order, path, request.sort)
        return numbers

    def _make_order(self, path: Path, sort: tuple[str, ...]) -> None:
        """Once nobody has asked for a page for a moment, or has not stopped to; the table may have left the cache before its turn comes."""
        latest = time.monotonic() + PATIENCE
        try:
            while (pause := min(self._asked + QUIET, latest) - time.monotonic()) > 0:
                if self._closing.wait(pause):
                    return
            with suppress(FileNotFoundError), pa.memory_map(str(path)) as mapped:
                self._rows(path, pa.ipc.open_file(mapped).read_all(), (), sort)
        finally:
            self._coming.discard((path, sort))

    def _rows(self, path: Path, whole: pa.Table, filters: tuple[Filter, ...], sort: tuple[str, ...]) -> np.ndarray:
        """The numbers of the wanted rows in the wanted order."""
        key = str(path)
        if not sort:
            return self._orders.get((key, filters, ()), lambda: np.flatnonzero(matching(whole, filters)).astype(np.uint32))
        if not filters:
            return self._orders.get((key, (), sort), lambda: sorted_rows(self._keys(path, whole, sort), sort))
        found = self._rows(path, whole, filters, ())
        return self._orders.get((key, filters, sort), lambda: self._sorted(path, whole, found, sort))

    def _keys(self, path: Path, whole: pa.Table, sort: tuple[str, ...], *, at_hand: bool = False) -> pa.Table:
        """What to sort by: the columns, as ranks where they have any (and somebody has made them, when only what is `at_hand` counts)."""
        return pa.table({name: self._key((str(path), name), whole[name], at_hand=at_hand) for name in names_of(sort)})

    def _key(self, key: tuple[str, str], column: pa.ChunkedArray, *, at_hand: bool) -> pa.ChunkedArray:
        if (known := self._ranks.peek(key)) is not None:
            return known
        dear = at_hand and not pa.types.is_boolean(column.type)
        return column if dear or not has_ranks(column) else self._ranks.get(key, partial(ranked, column))

    def _sorted(self, path: Path, whole: pa.Table, found: np.ndarray, sort: tuple[str, ...]) -> np.ndarray:
        order = self._orders.peek((str(path), (), sort))
        if len(found) <= FEW_ROWS and order is None:
            alone: np.ndarray = found[order_of(taken(whole.select(names_of(sort)), found), sort)]
            return alone
        if order is None:
            order = self._rows(path, whole, (), sort)
        among: np.ndarray = order[mask_of(found, whole.num_rows)[order]]
        return among


def give_way() -> None:
    """This thread works with what the others leave: a page that somebody waits for comes first. On Linux threads have a priority of their own."""
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), BEHIND)


def mask_of(rows: np.ndarray, count: int) -> np.ndarray:
    mask = np.zeros(count, np.bool_)
    mask[rows] = True
    return mask


def check(table: StoredTable, names: list[str], asked: list[str]) -> None:
    for name in asked:
        if name not in names:
            raise UnknownColumn(f"The table {table.name} has no column {name[:80]!r}.", hint=f"Its columns are: {', '.join(names[:30])}.")


def sorted_rows(whole: pa.Table, sort: tuple[str, ...]) -> np.ndarray:
    if whole.num_rows > MOST_SORTED:
        raise TooManyRowsToSort(f"Tables of up to {MOST_SORTED:,} rows can be sorted here; this one has {whole.num_rows:,}.",
                                hint="Filter it, or ask a question with the wanted order.")
    return order_of(whole, sort)


def rows_of(table: pa.Table) -> list[list[Any]]:
    """Rows of JSON cells."""
    columns = [json_cells(column) for column in table.columns]
    return [list(row) for row in zip(*columns, strict=True)] if columns else []
