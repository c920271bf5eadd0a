"""A cache with a bound of bytes, whose values are made once however many threads ask: functools and cachetools count entries, or make a value twice."""

from __future__ import annotations

import threading
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Hashable
from typing import Generic, Protocol, TypeVar


class Sized(Protocol):
    @property
    def nbytes(self) -> int: ...


Held = TypeVar("Held", bound=Sized)


class LruCache(Generic[Held]):
    """Values by key in up to `limit` bytes, least recently used first out; one that is larger than all of them is kept alone."""

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
