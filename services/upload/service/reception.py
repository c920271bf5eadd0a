"""One request's bytes, from the client into buffers: at the client's pace, within its limits, and fair to the other clients."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from services.upload.errors import BodyStalled, ChecksumMismatch, ClientGone, LengthFixed
from services.upload.ports import Body
from services.upload.records import Transfer
from services.upload.service.buffers import FAST, Buffer, BufferPool
from services.upload.service.storing import Storing
from services.upload.tus import Checksum
from shared.errors import AppError
from shared.telemetry import metrics

GLANCE = 1.0  # seconds without bytes after which the reception looks around
FAIR = 2.0  # seconds that a buffer may take to fill while others wait for one


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
    """Drives one body into one transfer."""

    def __init__(self, storing: Storing, pool: BufferPool, terms: Terms) -> None:
        self._storing, self._pool = storing, pool
        self._limit, self._too_long, self._checksum = terms.limit, terms.too_long, terms.checksum
        self._ends, self._idle = terms.ends, terms.idle
        self._buffer: Buffer | None = None
        self._taken = storing.transfer.offset
        self._clock = asyncio.get_running_loop().time
        self._filling_since = 0.0
        self._reading_since: float | None = None
        self._rate: float | None = None

    @property
    def transfer(self) -> Transfer:
        """As far as it is stored."""
        return self._storing.transfer

    @property
    def waits_for_client(self) -> float:
        """Seconds since the client was last heard of; 0 while the work is on this side."""
        return 0.0 if self._reading_since is None else self._clock() - self._reading_since

    async def run(self, body: Body) -> Transfer:
        """Read to the end. Raises `ClientGone` or `BodyStalled` after what came was kept; other errors drop what is not committed."""
        broken: ClientGone | BodyStalled | None = None
        try:
            try:
                await self._read(body)
            except (ClientGone, BodyStalled) as error:
                broken = error
            if self._checksum and (broken or not self._checksum.matches()):
                raise broken or ChecksumMismatch(
                    "The bytes do not match their checksum; none of them was kept.", hint="Send the same range again."
                )
            await self._close(complete=broken is None)
        finally:
            await self._storing.abandon()
            if self._buffer:
                self._pool.give_back(self._let_go())
        if broken:
            raise broken
        return self.transfer

    async def _read(self, body: Body) -> None:
        while piece := await self._patiently(body):
            await self._take(piece)
            del piece  # a request that waits for a buffer need not hold it as well
            await self._go_on()

    async def _patiently(self, body: Body) -> memoryview:
        """Wait for the client, for as long as it sends anything at all."""
        self._reading_since = self._clock()
        try:
            while True:
                try:
                    async with asyncio.timeout(GLANCE):
                        return await body.read()
                except TimeoutError:
                    await self._look_around()
                    if self.waits_for_client > self._idle:
                        raise BodyStalled(
                            "No bytes came for a while.", hint="Ask for the offset and go on from there."
                        ) from None
        finally:
            self._reading_since = None

    async def _look_around(self) -> None:
        """A slow client: commit what is stored, and let others have the buffer that it fills so slowly."""
        wanted = self._buffer is not None and self._pool.wanted_by_others(self._buffer)
        if self._buffer and wanted and not self._buffer.used:
            self._pool.give_back(self._let_go())
        elif self._buffer and wanted:
            self._rate = self._speed(self._buffer)
            await self._storing.segment(self._let_go())
        else:
            await self._storing.rest()

    async def _take(self, data: memoryview) -> None:
        while data:
            if self._buffer is None:
                await self._begin_buffer()
            assert self._buffer is not None
            rest = self._buffer.fill(data)
            self._admit(data[: len(data) - len(rest)])
            data = rest
            await self._hand_over_full()

    async def _go_on(self) -> None:
        """After some bytes: make what is stored known, and see who else wants a buffer."""
        # A fast client waits for its next buffer before it is read from: its bytes wait on its side, not in memory here.
        if self._buffer is None and self._rate is not None and self._rate >= FAST:
            await self._begin_buffer()
        await self._storing.settle_stored()
        if self._buffer and self._clock() - self._filling_since > FAIR:
            await self._look_around()

    def _admit(self, fresh: memoryview) -> None:
        """Count what is new in the buffer. Nothing leaves it before that."""
        metrics.UPLOAD_BYTES.inc(len(fresh))
        self._taken += len(fresh)
        if self._taken > self._limit:
            raise self._too_long
        if self._checksum:
            self._checksum.update(fresh)

    async def _begin_buffer(self) -> None:
        self._buffer = await self._pool.take(self._rate)
        self._filling_since = self._clock()

    async def _hand_over_full(self) -> None:
        if self._buffer and self._buffer.full:
            self._rate = self._speed(self._buffer)
            await self._storing.store(self._let_go())

    def _speed(self, buffer: Buffer) -> float:
        """Bytes per second of the client, over this buffer."""
        return buffer.used / max(self._clock() - self._filling_since, 1e-6)

    async def _close(self, complete: bool) -> None:
        """The body is over: keep the rest, as the last part, as the whole object, or as a segment; then commit."""
        await self._storing.settle(0)
        whole = self._reaches_end(complete)
        if whole and self.transfer.multipart is None:
            await self._storing.whole(await self._last_buffer())
        elif whole and (self.transfer.tail or (self._buffer and self._buffer.used)):
            await self._storing.part(await self._last_buffer())
        elif self._buffer and self._buffer.used:
            await self._storing.store(self._let_go())
        await self._storing.conclude(whole=whole)

    def _reaches_end(self, complete: bool) -> bool:
        """Whether the file is whole with what is in the buffer; where the body's end tells its length, that is noted."""
        reached = self.transfer.offset + (self._buffer.used if self._buffer else 0)
        if not (complete and self._ends):
            return self._ends is None and reached == self.transfer.length
        if self.transfer.length not in (None, reached):
            raise LengthFixed(
                f"The bytes end at {reached}, not at the length that was told, {self.transfer.length}.",
                hint="Send the bytes that are missing, or begin anew.",
            )
        self._storing.transfer = self.transfer.having(length=reached)
        return True

    async def _last_buffer(self) -> Buffer:
        """With whatever is in it, perhaps nothing: the rest may be in the tail."""
        return self._let_go() if self._buffer else await self._pool.take_small()

    def _let_go(self) -> Buffer:
        """The buffer, which is from now on its receiver's to give back."""
        assert self._buffer is not None
        buffer, self._buffer = self._buffer, None
        return buffer
