"""The order of a table's rows by some columns, and what is remembered of it within a bound of bytes."""

from __future__ import annotations

import threading
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Hashable, Sequence
from typing import Generic, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from services.dataproc.batching import by_chunk

PROBED = 50_000
OFTEN_REPEATED = 0.2  # share of distinct texts in the probe below which texts are ranked first

Held = TypeVar("Held", np.ndarray, pa.ChunkedArray)


class Remembered(Generic[Held]):
    """Arrays by key in up to `limit` bytes, least recently used first out. Each is made once, however many threads ask."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._held: OrderedDict[Hashable, Held] = OrderedDict()
        self._lock = threading.Lock()
        self._making: defaultdict[Hashable, threading.Lock] = defaultdict(threading.Lock)

    def get(self, key: Hashable, make: Callable[[], Held]) -> Held:
        if (found := self.peek(key)) is not None:
            return found
        with self._lock:
            making = self._making[key]
        with making:
            if (found := self.peek(key)) is None:
                found = make()
                self._keep(key, found)
        with self._lock:
            self._making.pop(key, None)
        return found

    def peek(self, key: Hashable) -> Held | None:
        with self._lock:
            if (found := self._held.get(key)) is not None:
                self._held.move_to_end(key)
            return found

    def _keep(self, key: Hashable, made: Held) -> None:
        with self._lock:
            self._held[key] = made
            while sum(held.nbytes for held in self._held.values()) > self._limit and len(self._held) > 1:
                self._held.popitem(last=False)


def order_of(table: pa.Table, sort: Sequence[str]) -> np.ndarray:
    """Row numbers sorted by columns, each descending when it begins with `-`; stable, nulls last either way."""
    names = [name.removeprefix("-") for name in sort]
    keys = pa.table({f"k{i}": ranked(table[name]) for i, name in enumerate(names)})
    wanted = [(f"k{i}", "descending" if name.startswith("-") else "ascending", "at_end") for i, name in enumerate(sort)]
    return np.asarray(pc.sort_indices(keys, sort_keys=wanted)).astype(np.uint32)


def names_of(sort: Sequence[str]) -> list[str]:
    """The columns to sort by, each once."""
    return list(dict.fromkeys(name.removeprefix("-") for name in sort))


def ranked(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """The cells as numbers in the same order when they have `ranks`, else as they are."""
    if not has_ranks(column):
        return column
    if pa.types.is_boolean(column.type):
        return column.cast(pa.int8())
    encoded = by_chunk(column, pc.dictionary_encode).unify_dictionaries()
    words = encoded.chunk(0).dictionary
    ranks = np.empty(len(words), np.int16 if len(words) < 1 << 15 else np.int32)
    ranks[np.asarray(pc.sort_indices(words))] = np.arange(len(words))
    return pa.chunked_array([pa.array(ranks).take(chunk.indices) for chunk in encoded.chunks])


def has_ranks(column: pa.ChunkedArray) -> bool:
    """Texts that repeat, and truth values, sort and compare many times faster as numbers."""
    return pa.types.is_boolean(column.type) or (pa.types.is_large_string(column.type) and repeated(column))


def repeated(column: pa.ChunkedArray) -> bool:
    """Do the first cells have few different values?"""
    return len(column) > 0 and len(pc.unique(column.slice(0, PROBED))) <= OFTEN_REPEATED * min(PROBED, len(column))
