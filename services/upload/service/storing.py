"""Buffers on their way into the store, and what is known to be there.

A full large buffer becomes a part of the S3 multipart upload, several of them in flight at once; each is committed when it and
all before it are stored. A small one is stored as a segment, an object of its own, and segments become a part, from store to
store, once they are enough for one. So what is acknowledged is in the store, and a broken connection loses nothing that arrived.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeVar

from services.upload.inspection import Inspector
from services.upload.ports import PartStore
from services.upload.records import Part, Segment, Transfer
from services.upload.service.buffers import Buffer, BufferPool
from shared.objects import keys

KEEP_EVERY = 0.5  # seconds of a fast upload that a killed service may lose of what is stored
MOST_SEGMENTS = 64  # of a tail; more are folded into one

Result = TypeVar("Result")


@dataclass(frozen=True)
class Bookkeeping:
    """Where progress is made known, and where room is asked for: `reserve` takes the size that the upload will have by then."""

    commit: Callable[[Transfer], Awaitable[None]]
    reserve: Callable[[int], Awaitable[None]]
    fence: int


class Storing:
    """One request's share of an upload. Buffers that are handed over go back to the pool by themselves, whatever becomes of them.

    `keeps`: progress is committed on the way; without it only at the end, when somebody has said that the bytes are right.
    """

    def __init__(
        self,
        store: PartStore,
        pool: BufferPool,
        transfer: Transfer,
        inspector: Inspector,
        books: Bookkeeping,
        in_flight: int,
        *,
        keeps: bool,
    ) -> None:
        self.transfer = transfer
        self._store, self._pool, self._inspector, self._books = store, pool, inspector, books
        self._in_flight, self._keeps = in_flight, keeps
        self._known = transfer
        self._kept_at = 0.0
        self._handed = transfer.offset
        self._sending: deque[asyncio.Task[Part]] = deque()
        self._inspecting: asyncio.Task[None] | None = None
        self._sent_tail = False
        self._clock = asyncio.get_running_loop().time

    async def store(self, buffer: Buffer) -> None:
        """As a part when there is enough for one, else as a segment."""
        waiting = 0 if self._sent_tail else self.transfer.tail_size
        await (self.part if waiting + buffer.used >= self._pool.part_bytes else self.segment)(buffer)

    async def part(self, buffer: Buffer) -> None:
        """Send the buffer, behind whatever is in the tail, as the next part."""
        await self._or_give_back(buffer, self._before_part(buffer.used))
        tail = () if self._sent_tail else self.transfer.tail
        self._sent_tail = True
        number = self.transfer.next_part
        self.transfer = self.transfer.having(next_part=number + 1)
        self._sending.append(asyncio.create_task(self._send(number, tail, buffer, self._inspect(buffer.view))))
        await self.settle(self._in_flight - 1)

    async def segment(self, buffer: Buffer) -> None:
        """Store the buffer as a segment behind all else. Many small segments are folded into one."""
        await self._or_give_back(buffer, self._before_segment(buffer.used))
        folded = self.transfer.tail if len(self.transfer.tail) >= MOST_SEGMENTS else ()
        end = self.transfer.offset + buffer.used
        size = sum(segment.size for segment in folded) + buffer.used
        key = f"{tail_prefix(self.transfer)}{end - size:016d}-{end:016d}-{self._books.fence}"
        await self._emptied(buffer, self._store.put(key, folded, buffer.view), self._inspect(buffer.view))
        kept = () if folded else self.transfer.tail
        self.transfer = self.transfer.having(tail=(*kept, Segment(key=key, size=size)))
        await self.keep()

    async def whole(self, buffer: Buffer) -> None:
        """A file that needed no parts becomes its object in one request."""
        await self._or_give_back(buffer, self._before_segment(buffer.used))
        size = self.transfer.tail_size + buffer.used
        storing = self._store.put(self.transfer.object_key, self.transfer.tail, buffer.view)
        await self._emptied(buffer, storing, self._inspect(buffer.view))
        # Segments, if there were any, are removed by whoever puts a `whole` upload together.
        stage = "whole" if self.transfer.tail else "stored"
        self.transfer = self.transfer.having(parts=(Part(number=1, size=size, etag=""),), tail=(), stage=stage)

    async def settle(self, most: int) -> None:
        """Wait until at most `most` parts are in flight; commit those that are stored, in order."""
        while len(self._sending) > most or (self._sending and self._sending[0].done()):
            part = await self._sending[0]
            self._sending.popleft()
            consumed = bool(self.transfer.tail) and self._sent_tail
            self.transfer = self.transfer.with_part(part, consumed_tail=consumed)
            await self.keep()
        if not self._sending:
            self._sent_tail = False

    async def settle_stored(self) -> None:
        """What is stored already, without waiting."""
        await self.settle(self._in_flight)

    async def rest(self) -> None:
        """The client pauses: once everything is stored, make all of it known."""
        if all(task.done() for task in self._sending):
            await self.settle(0)
            await self.keep(at_once=True)

    async def keep(self, *, at_once: bool = False) -> None:
        """Make progress known, now and then."""
        if (
            not self._keeps
            or self._known is self.transfer
            or not (at_once or self._clock() - self._kept_at >= KEEP_EVERY)
        ):
            return
        self._known, self._kept_at = self.transfer, self._clock()
        await self._books.commit(self._known)

    async def conclude(self, *, whole: bool) -> None:
        """Everything is handed over: wait for it, and commit."""
        await self.settle(0)
        if whole and self.transfer.stage == "open":
            self.transfer = self.transfer.having(stage="whole")
        await self._books.commit(self.transfer)

    async def abandon(self) -> None:
        """After an error: nothing writes or reads a buffer any more when this returns."""
        if self._sending:
            await asyncio.wait(self._sending)
            with suppress(Exception):  # the first one was raised already
                await self.settle(0)
            for task in self._sending:
                task.cancelled() or task.exception()  # looked at, so that it is not logged as forgotten
            self._sending.clear()
        with suppress(Exception):  # what was stored before the trouble is still worth keeping
            await self.keep(at_once=True)

    async def _or_give_back(self, buffer: Buffer, first: Coroutine[Any, Any, None]) -> None:
        try:
            await first
        except BaseException:
            self._pool.give_back(buffer)
            raise

    async def _before_part(self, size: int) -> None:
        await self._reserve(size)
        if self.transfer.multipart is None:
            await self._begin_multipart()

    async def _before_segment(self, size: int) -> None:
        await self.settle(0)
        await self._reserve(size)

    async def _reserve(self, size: int) -> None:
        self._handed += size
        await self._books.reserve(self._handed)

    async def _begin_multipart(self) -> None:
        """Known before it is used, whatever becomes of the rest: who cancels the upload must find it."""
        upload = await self._store.begin(self.transfer.object_key)
        self.transfer = self.transfer.having(multipart=upload)
        self._known = self._known.having(multipart=upload)
        await self._books.commit(self._known)

    async def _send(
        self, number: int, tail: tuple[Segment, ...], buffer: Buffer, inspecting: asyncio.Task[None]
    ) -> Part:
        assert self.transfer.multipart is not None
        sending = self._store.send(self.transfer.object_key, self.transfer.multipart, number, tail, buffer.view)
        return await self._emptied(buffer, sending, inspecting)

    async def _emptied(
        self, buffer: Buffer, storing: Coroutine[Any, Any, Result], inspecting: asyncio.Task[None]
    ) -> Result:
        """Both read the buffer: it is nobody else's before both are done, whatever becomes of either."""
        task = asyncio.create_task(storing)
        await asyncio.wait([task, inspecting])
        self._pool.give_back(buffer)
        inspecting.result()
        return task.result()

    def _inspect(self, view: memoryview) -> asyncio.Task[None]:
        """Feed the inspector in order, off the event loop, while the same bytes are being sent."""
        before = self._inspecting

        async def feed() -> None:
            if before:
                await before
            await asyncio.to_thread(self._inspector.feed, view)

        self._inspecting = asyncio.create_task(feed())
        return self._inspecting


def tail_prefix(transfer: Transfer) -> str:
    """Below this key are an upload's segments. Bounds and fence make each key new: no segment is ever overwritten."""
    return f"{keys.file(transfer.session_id, transfer.file_id)}tail/"
