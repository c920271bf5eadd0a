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

from services.dataproc.domain import StoredTable
from services.dataproc.errors import UnknownColumn
from services.dataproc.preview.chunks import take_rows
from services.dataproc.preview.dictionary_ranks import DictionaryRanks, read_ranks
from services.dataproc.preview.filtering import Filter, match_rows, parse_filter
from services.dataproc.preview.lru_cache import LruCache
from services.dataproc.preview.ordering import rank_values, sort_columns, sort_rows
from services.dataproc.preview.page_selection import WORTH_IT, select_page
from services.dataproc.tables.dictionary_index import is_text, words_of
from services.dataproc.tables.json_cells import json_cells

MOST_ORDERED = 50_000_000  # rows of a table whose orders are worth their memory; beyond, each page is found by itself
QUIET = 1.0  # seconds without a page before an order is made that may be wanted next
PATIENCE = 5.0  # seconds after which it is made although pages keep being asked for
BEHIND = 15  # niceness of what nobody waits for


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
    """Reads pages, and remembers orders, filtered rows and ranks of repeated texts in up to `limit` bytes, so that paging on costs nothing."""

    def __init__(self, limit: int) -> None:
        self._ranks: LruCache[DictionaryRanks] = LruCache(limit // 4)
        self._orders: LruCache[np.ndarray] = LruCache(limit - limit // 4)
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
        check_columns(table, names, [*wanted, *(name.removeprefix("-") for name in request.sort)])
        filters = tuple(parse_filter(text, names) for text in request.filters)
        with pa.memory_map(str(path)) as mapped:
            whole = pa.ipc.open_file(mapped).read_all()
            if not request.sort and not filters:
                page = whole.select(wanted).slice(request.offset, request.limit)
                return Page(wanted, to_json_rows(page), whole.num_rows, whole.num_rows)
            found = self._match(path, whole, filters) if filters else None
            numbers = (
                found[request.offset : request.offset + request.limit]
                if found is not None and not request.sort
                else self._select(path, whole, found, request, filters)
            )
            matched = whole.num_rows if found is None else len(found)
            return Page(wanted, to_json_rows(take_rows(whole.select(wanted), numbers)), whole.num_rows, matched)

    def _match(self, path: Path, whole: pa.Table, filters: tuple[Filter, ...]) -> np.ndarray:
        """The rows that the filters leave."""
        return self._orders.get(
            (str(path), filters, ()),
            lambda: np.flatnonzero(match_rows(whole, filters, partial(self._ranks_of, path))).astype(np.uint32),
        )

    def _select(
        self, path: Path, whole: pa.Table, found: np.ndarray | None, request: Request, filters: tuple[Filter, ...]
    ) -> np.ndarray:
        """The rows of a sorted page: cut from their order when it is known, else found without it, while it is made for the pages that may follow."""
        rows = whole.num_rows if found is None else len(found)
        if rows > WORTH_IT and (order := self._orders.peek((str(path), (), request.sort))) is not None:
            if found is not None:
                order = self._orders.get((str(path), filters, request.sort), partial(keep_found, order, found))
            return order[request.offset : request.offset + request.limit]
        if rows > WORTH_IT and whole.num_rows <= MOST_ORDERED:
            self._schedule_order(path, request.sort)
        return select_page(
            self._sort_keys(path, whole, request.sort), request.sort, request.offset, request.limit, found
        )

    def _schedule_order(self, path: Path, sort: tuple[str, ...]) -> None:
        """Have the order made that the pages which may follow are cut from."""
        if (path, sort) not in self._coming and not self._closing.is_set():
            self._coming.add((path, sort))
            self._background.submit(self._make_order, path, sort)

    def _make_order(self, path: Path, sort: tuple[str, ...]) -> None:
        """Once nobody has asked for a page for a moment, or has not stopped to; the table may have left the cache before its turn comes."""
        latest = time.monotonic() + PATIENCE
        try:
            while (pause := min(self._asked + QUIET, latest) - time.monotonic()) > 0:
                if self._closing.wait(pause):
                    return
            with suppress(FileNotFoundError), pa.memory_map(str(path)) as mapped:
                whole = pa.ipc.open_file(mapped).read_all()
                self._orders.get((str(path), (), sort), lambda: sort_rows(self._sort_keys(path, whole, sort), sort))
        finally:
            self._coming.discard((path, sort))
            pa.default_memory_pool().release_unused()  # sorting takes several times what the order does

    def _sort_keys(self, path: Path, whole: pa.Table, sort: tuple[str, ...]) -> pa.Table:
        """What to sort by: the columns, repeated texts as ranks and truth values as numbers."""
        return pa.table({name: self._sort_key(path, name, whole[name]) for name in sort_columns(sort)})

    def _sort_key(self, path: Path, name: str, column: pa.ChunkedArray) -> pa.ChunkedArray:
        if (found := self._ranks_of(path, name, column.type)) is not None:
            return found.ranks
        return rank_values(column) if pa.types.is_boolean(column.type) else column

    def _ranks_of(self, path: Path, name: str, kind: pa.DataType) -> DictionaryRanks | None:
        """The ranks of a column whose words the cache has numbered."""
        if (known := self._ranks.peek((path, name))) is not None or not is_text(kind):
            return known
        with suppress(FileNotFoundError):  # it may leave the cache meanwhile
            if (words := words_of(path).get(name)) is not None:
                return self._ranks.get((path, name), lambda: read_ranks(path, name, words))
        return None


def give_way() -> None:
    """This thread works with what the others leave: a page that somebody waits for comes first. On Linux threads have a priority of their own."""
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), BEHIND)


def keep_found(order: np.ndarray, found: np.ndarray) -> np.ndarray:
    """Of an order of all rows, those that were found."""
    mask = np.zeros(len(order), np.bool_)
    mask[found] = True
    return np.compress(mask[order], order)


def check_columns(table: StoredTable, names: list[str], asked: list[str]) -> None:
    for name in asked:
        if name not in names:
            raise UnknownColumn(
                f"The table {table.name} has no column {name[:80]!r}.",
                hint=f"Its columns are: {', '.join(names[:30])}.",
            )


def to_json_rows(table: pa.Table) -> list[list[Any]]:
    """Rows of JSON cells."""
    columns = [json_cells(column) for column in table.columns]
    return [list(row) for row in zip(*columns, strict=True)] if columns else []
