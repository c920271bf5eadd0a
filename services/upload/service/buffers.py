"""The memory that upload bodies pass through: a fixed number of buffers, shared by all requests.

A few are as large as a part, for clients that fill them quickly; many are small, for everybody else, and for fast clients
when there are too many at once. So memory stays bounded, and slow clients keep nobody from uploading.
"""

from __future__ import annotations

import asyncio
from collections import deque

SMALL = 1 << 18
FAST = 32e6  # bytes per second from which it pays to wait for a large buffer
SLOW = 4e6  # bytes per second below which a large one would be held too long


class Buffer:
    """Bytes on their way into the store."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._view = memoryview(bytearray(size))
        self.used = 0

    @property
    def view(self) -> memoryview:
        return self._view[: self.used]

    @property
    def full(self) -> bool:
        return self.used == self.size

    def fill(self, data: memoryview) -> memoryview:
        """Take as much as there is room for; returns the rest."""
        taken = min(len(data), self.size - self.used)
        self._view[self.used : self.used + taken] = data[:taken]
        self.used += taken
        return data[taken:]


class Shelf:
    """Buffers of one size, made when first needed and kept. Who finds none waits, in order of arrival."""

    def __init__(self, count: int, size: int) -> None:
        self.size = size
        self._unmade = count
        self._free: list[Buffer] = []
        self._waiting: deque[asyncio.Future[Buffer]] = deque()

    @property
    def available(self) -> bool:
        return bool(self._free or self._unmade)

    @property
    def contended(self) -> bool:
        return any(not future.done() for future in self._waiting)

    async def take(self) -> Buffer:
        if self._free:
            return self._free.pop()
        if self._unmade:
            self._unmade -= 1
            return Buffer(self.size)
        future: asyncio.Future[Buffer] = asyncio.get_running_loop().create_future()
        self._waiting.append(future)
        try:
            return await future
        except asyncio.CancelledError:
            if future.done() and not future.cancelled():
                self.give_back(future.result())
            raise

    def give_back(self, buffer: Buffer) -> None:
        buffer.used = 0
        while self._waiting:
            future = self._waiting.popleft()
            if not future.done():
                future.set_result(buffer)
                return
        self._free.append(buffer)


class BufferPool:
    """Both shelves, and who gets which."""

    def __init__(self, large: int, part_bytes: int, small: int, small_bytes: int = SMALL) -> None:
        self.part_bytes = part_bytes
        self._large, self._small = Shelf(large, part_bytes), Shelf(small, small_bytes)

    def wanted_by_others(self, buffer: Buffer) -> bool:
        return (self._large if buffer.size == self.part_bytes else self._small).contended

    async def take(self, rate: float | None) -> Buffer:
        """`rate` is how fast the last buffer was filled, in bytes per second; None when that is not known yet."""
        if rate is not None and rate >= FAST:
            return await self._large.take()
        if (rate is None or rate >= SLOW) and self._large.available:
            return await self._large.take()
        return await self._small.take()

    async def take_part(self) -> Buffer:
        """A large one, whatever that takes."""
        return await self._large.take()

    async def take_small(self) -> Buffer:
        return await self._small.take()

    def give_back(self, buffer: Buffer) -> None:
        (self._large if buffer.size == self.part_bytes else self._small).give_back(buffer)
