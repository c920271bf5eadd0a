"""One request's bytes on their way into the store.

Bytes fill a buffer. A full large one becomes a part of the S3 multipart upload, several of them in flight at once; each is
committed when it and all before it are stored. A small one is stored as a segment, an object of its own, and segments become
a part, from store to store, once they are enough for one. So what is acknowledged is in the store, memory is bounded by the
pool, and a broken connection loses nothing that arrived.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from services.upload.errors import BodyStalled, ChecksumMismatch, ClientGone, LengthFixed
from services.upload.inspection import Inspector
from services.upload.ports import Body, FillingBody, PartStore
from services.upload.records import Part, Segment, Transfer
from services.upload.service.buffers import FAST, Buffer, BufferPool
from services.upload.tus import Checksum
from shared.errors import AppError
from shared.objects import keys
from shared.telemetry import metrics

GLANCE = 1.0  # seconds without bytes after which the reception looks around
KEEP_EVERY = 0.5  # seconds of a fast upload that a killed service may lose of what is stored
FAIR = 2.0  # seconds that a buffer may take to fill while others wait for one
MOST_SEGMENTS = 64  # of a tail; more are folded into one

Result = TypeVar("Result")
Commit = Callable[[Transfer], Awaitable[None]]
Reserve = Callable[[int], Awaitable[None]]


@dataclass(frozen=True)
class Terms:
    """Under which a body is taken. `ends`: whether the body's end is the file's; None: the file ends where its length is reached."""

    limit: int
    too_long: AppError
    checksum: Checksum | None = None
    ends: bool | None = None
    in_flight: int = 3
    idle: float = 60.0


class Reception:
    """Drives one body into one transfer. `commit` makes progress known; with a checksum that waits until it matched."""

    def __init__(self, store: PartStore, pool: BufferPool, transfer: Transfer, fence: int, inspector: Inspector,
                 commit: Commit, reserve: Reserve, terms: Terms) -> None:
        self.transfer = transfer
        self.inspector = inspector
        self.reading_since: float | None = None
        self._store, self._pool, self._fence = store, pool, fence
        self._commit, self._reserve = commit, reserve
        self._limit, self._too_long, self._checksum = terms.limit, terms.too_long, terms.checksum
        self._ends, self._in_flight, self._idle = terms.ends, terms.in_flight, terms.idle
        self._known = transfer
        self._buffer: Buffer | None = None
        self._sending: deque[asyncio.Task[Part]] = deque()
        self._inspecting: asyncio.Task[None] | None = None
        self._taken = transfer.offset
        self._sent_tail = False
        self._clock = asyncio.get_running_loop().time
        self._filling_since = self._kept_at = 0.0
        self._admitted = 0
        self._rate: float | None = None

    async def run(self, body: Body) -> Transfer:
        """Read to the end. Raises `ClientGone` or `BodyStalled` after what came was kept; other errors drop what is not committed."""
        broken: ClientGone | BodyStalled | None = None
        try:
            try:
                await self._read(body)
            except (ClientGone, BodyStalled) as error:
                broken = error
                self._admit()
            if self._checksum and (broken or not self._checksum.matches()):
                raise broken or ChecksumMismatch("The bytes do not match their checksum; none of them was kept.",
                                                 hint="Send the same range again.")
            await self._close(complete=broken is None)
        finally:
            await self._abandon()
        if broken:
            raise broken
        return self.transfer

    @property
    def waits_for_client(self) -> float:
        """Seconds since the client was last heard of; 0 while the work is on this side."""
        return 0.0 if self.reading_since is None else self._clock() - self.reading_since

    async def _read(self, body: Body) -> None:
        """Piece by piece; or, where the body can and a buffer is held, straight into the buffer."""
        while piece := await self._patiently(body.read):
            await self._take(piece)
            del piece  # a quarter of a megabyte for each request that waits for a buffer
            await self._go_on()
            while self._buffer and isinstance(body, FillingBody):
                more = await self._patiently(partial(self._fill, body))
                await self._go_on()
                if not more:
                    return

    async def _fill(self, body: FillingBody) -> bool:
        """Into the buffer, unless it was given away in the meantime; whether the body goes on."""
        return await body.fill(self._buffer) if self._buffer else True

    async def _go_on(self) -> None:
        """After some bytes: send what is full, make what is stored known, and see who else wants a buffer."""
        self._admit()
        if self._buffer and self._buffer.full:
            await self._send_full()
        await self._prepare()
        if self._sending and self._sending[0].done():
            await self._settle(self._in_flight)
        if self._buffer and self._clock() - self._filling_since > FAIR:
            await self._look_around()

    async def _patiently(self, read: Callable[[], Awaitable[Result]]) -> Result:
        """Wait for the client, for as long as it sends anything at all."""
        self.reading_since = self._clock()
        try:
            while True:
                before = self._buffer.used if self._buffer else 0
                try:
                    async with asyncio.timeout(GLANCE):
                        return await read()
                except TimeoutError:
                    self._admit()
                    if self._buffer and self._buffer.used > before:
                        self.reading_since = self._clock()
                    await self._look_around()
                    if self.waits_for_client > self._idle:
                        raise BodyStalled("No bytes came for a while.", hint="Ask for the offset and go on from there.") from None
        finally:
            self.reading_since = None

    async def _look_around(self) -> None:
        """A slow client: commit what is stored, and let others have the buffer that it fills so slowly."""
        if self._buffer and not self._buffer.used and self._pool.wanted_by_others(self._buffer):
            self._pool.give_back(self._let_go())
        elif self._buffer and self._pool.wanted_by_others(self._buffer):
            self._rate = self._buffer.used / max(self._clock() - self._filling_since, 1e-6)
            await self._flush_segment()
        elif all(task.done() for task in self._sending):
            await self._settle(0)
            await self._keep(at_once=True)

    async def _take(self, data: memoryview) -> None:
        while data:
            if self._buffer is None:
                await self._begin_buffer()
            assert self._buffer is not None
            data = self._buffer.fill(data)
            self._admit()
            if self._buffer.full:
                await self._send_full()

    async def _begin_buffer(self) -> None:
        self._buffer = await self._pool.take(self._rate)
        self._filling_since, self._admitted = self._clock(), 0

    async def _send_full(self) -> None:
        assert self._buffer is not None
        self._rate = self._buffer.used / max(self._clock() - self._filling_since, 1e-6)
        await self._flush()

    def _admit(self) -> None:
        """Count what is new in the buffer. Nothing leaves it before that."""
        if self._buffer is None or self._buffer.used == self._admitted:
            return
        fresh = self._buffer.view[self._admitted :]
        self._admitted = self._buffer.used
        metrics.UPLOAD_BYTES.inc(len(fresh))
        self._taken += len(fresh)
        if self._taken > self._limit:
            raise self._too_long
        if self._checksum:
            self._checksum.update(fresh)

    async def _prepare(self) -> None:
        """A fast client waits for its next buffer before it is read from: its bytes wait on its side, not in memory here."""
        if self._buffer is None and self._rate is not None and self._rate >= FAST:
            await self._begin_buffer()

    async def _flush(self) -> None:
        waiting = 0 if self._sent_tail else self.transfer.tail_size
        if self._buffer and waiting + self._buffer.used >= self._pool.part_bytes:
            await self._flush_part()
        else:
            await self._flush_segment()

    async def _flush_part(self) -> None:
        """Send the buffer, behind whatever is in the tail, as the next part."""
        await self._reserve(self._taken)
        if self.transfer.multipart is None:
            await self._begin_multipart()
        buffer = self._let_go() if self._buffer else await self._pool.take_small()
        tail = () if self._sent_tail else self.transfer.tail
        self._sent_tail = True
        number = self.transfer.next_part
        self.transfer = self.transfer.having(next_part=number + 1)
        self._sending.append(asyncio.create_task(self._send(number, tail, buffer, self._inspect(buffer.view))))
        await self._settle(self._in_flight - 1)

    async def _begin_multipart(self) -> None:
        """Known before it is used, whatever becomes of the rest: who cancels the upload must find it."""
        upload = await self._store.begin(self.transfer.object_key)
        self.transfer = self.transfer.having(multipart=upload)
        self._known = self._known.having(multipart=upload)
        await self._commit(self._known)

    async def _keep(self, *, at_once: bool = False) -> None:
        """Make progress known, now and then; with a checksum only at the end, when it has matched."""
        if self._checksum or self._known is self.transfer or not (at_once or self._clock() - self._kept_at >= KEEP_EVERY):
            return
        self._known, self._kept_at = self.transfer, self._clock()
        await self._commit(self._known)

    async def _send(self, number: int, tail: tuple[Segment, ...], buffer: Buffer, inspecting: asyncio.Task[None]) -> Part:
        assert self.transfer.multipart is not None
        sending = self._store.send(self.transfer.object_key, self.transfer.multipart, number, tail, buffer.view)
        return await self._emptied(buffer, sending, inspecting)

    async def _emptied(self, buffer: Buffer, storing: Coroutine[Any, Any, Result], inspecting: asyncio.Task[None]) -> Result:
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
            await asyncio.to_thread(self.inspector.feed, view)

        self._inspecting = asyncio.create_task(feed())
        return self._inspecting

    async def _settle(self, most: int) -> None:
        """Wait until at most `most` parts are in flight; commit those that are stored, in order."""
        while len(self._sending) > most or (self._sending and self._sending[0].done()):
            part = await self._sending[0]
            self._sending.popleft()
            consumed = bool(self.transfer.tail) and self._sent_tail
            self.transfer = self.transfer.with_part(part, consumed_tail=consumed)
            await self._keep()
        if not self._sending:
            self._sent_tail = False

    async def _flush_segment(self) -> None:
        """Store the buffer as a segment behind all else. Many small segments are folded into one."""
        await self._settle(0)
        await self._reserve(self._taken)
        buffer = self._let_go()
        folded = self.transfer.tail if len(self.transfer.tail) >= MOST_SEGMENTS else ()
        end = self.transfer.offset + buffer.used
        size = sum(segment.size for segment in folded) + buffer.used
        key = f"{tail_prefix(self.transfer)}{end - size:016d}-{end:016d}-{self._fence}"
        await self._emptied(buffer, self._store.put(key, folded, buffer.view), self._inspect(buffer.view))
        kept = () if folded else self.transfer.tail
        self.transfer = self.transfer.having(tail=(*kept, Segment(key=key, size=size)))
        await self._keep()

    async def _close(self, complete: bool) -> None:
        """The body is over: keep the rest, as the last part, as the whole object, or as a segment; then commit."""
        await self._settle(0)
        buffered = self._buffer.used if self._buffer else 0
        if complete and self._ends and self.transfer.length is None:
            self.transfer = self.transfer.having(length=self.transfer.offset + buffered)
        whole = self.transfer.offset + buffered == self.transfer.length and (self._ends is None or (self._ends and complete))
        if complete and self._ends and not whole:
            raise LengthFixed(f"The bytes end at {self.transfer.offset + buffered}, not at the length that was told, {self.transfer.length}.",
                              hint="Send the bytes that are missing, or begin anew.")
        if whole and self.transfer.multipart is None:
            await self._put_whole()
        elif whole and (buffered or self.transfer.tail):
            await self._flush_part()
        elif buffered:
            await self._flush()
        await self._settle(0)
        if whole and self.transfer.stage == "open":
            self.transfer = self.transfer.having(stage="whole")
        await self._commit(self.transfer)

    async def _put_whole(self) -> None:
        """A file that needed no parts becomes its object in one request."""
        await self._reserve(self._taken)
        buffer = self._let_go() if self._buffer else await self._pool.take_small()
        size = self.transfer.tail_size + buffer.used
        storing = self._store.put(self.transfer.object_key, self.transfer.tail, buffer.view)
        await self._emptied(buffer, storing, self._inspect(buffer.view))
        # Segments, if there were any, are removed by whoever puts a `whole` upload together.
        stage = "whole" if self.transfer.tail else "stored"
        self.transfer = self.transfer.having(parts=(Part(number=1, size=size, etag=""),), tail=(), stage=stage)

    def _let_go(self) -> Buffer:
        """The buffer, which is from now on its sender's to give back."""
        assert self._buffer is not None
        buffer, self._buffer = self._buffer, None
        return buffer

    async def _abandon(self) -> None:
        """After an error: nothing may still write or read a buffer when this returns, and every buffer is given back."""
        if self._sending:
            await asyncio.wait(self._sending)
            with suppress(Exception):  # `run` raises the first one
                await self._settle(0)
            for task in self._sending:
                task.cancelled() or task.exception()  # looked at, so that it is not logged as forgotten
            self._sending.clear()
        with suppress(Exception):  # what was stored before the trouble is still worth keeping
            await self._keep(at_once=True)
        if self._buffer:
            self._pool.give_back(self._let_go())


def tail_prefix(transfer: Transfer) -> str:
    """Below this key are an upload's segments. Bounds and fence make each key new: no segment is ever overwritten."""
    return f"{keys.file(transfer.session_id, transfer.file_id)}tail/"
