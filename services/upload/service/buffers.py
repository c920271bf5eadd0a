"""The memory that upload bodies pass through: a fixed number of part-sized buffers, shared by all requests."""

from __future__ import annotations

import asyncio
from collections import deque


class Buffer:
    """Bytes on their way into one part."""

    def __init__(self, size: int) -> None:
        self._memory = bytearray(size)
        self._view = memoryview(self._memory)
        self.used = 0

    @property
    def view(self) -> memoryview:
        return self._view[: self.used]

    @property
    def full(self) -> bool:
        return self.used == len(self._memory)

    def fill(self, data: memoryview) -> memoryview:
        """Take as much as there is room for; returns the rest."""
        taken = min(len(data), len(self._memory) - self.used)
        self._view[self.used : self.used + taken] = data[:taken]
        self.used += taken
        return data[taken:]


class BufferPool:
    """Buffers are made when first needed and kept. Who finds none waits, in order of arrival."""

    def __init__(self, count: int, size: int) -> None:
        self.size = size
        self._unmade = count
        self._free: list[Buffer] = []
        self._waiting: deque[asyncio.Future[Buffer]] = deque()

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
