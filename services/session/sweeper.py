"""The loop that ends expired sessions and finishes what was begun; any number of copies may run it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog

from services.session.ports import Clock, SessionStore
from services.session.service.forgetting import Forgetting
from shared.errors import AppError

LEASE_NAME = "sweep"
LEASE = 30.0  # seconds
BATCH = 2  # sessions ended before others get their turn
PENDING = 500  # ended sessions looked at in one round
BUSY = 1.0  # seconds between rounds while sessions are being forgotten
# Every service has work with the end of a session, and nobody waits for it: after each step the sweeper rests so many times
# as long as the step took, so that a thousand expired sessions do not crowd out requests. Whoever is late rests less.
REST = 20.0
LONGEST_REST = 1.0  # seconds
LATE = 1200.0  # seconds since a session's end after which there is no rest
log = structlog.get_logger(__name__)


class Sweeper:
    """One copy at a time holds the lease; another one goes on where a crashed one stopped."""

    def __init__(self, forgetting: Forgetting, store: SessionStore, holder: str, interval: float, clock: Clock) -> None:
        """`interval`: seconds between rounds when nothing is to be done."""
        self._forgetting = forgetting
        self._store = store
        self._holder = holder
        self._interval = interval
        self._clock = clock
        self._leased = 0.0

    async def run(self) -> None:
        while True:
            try:
                pause = BUSY if await self.round() else self._interval
            except (AppError, OSError, TimeoutError) as error:
                log.warning("sweep_will_be_retried", error=f"{type(error).__name__}: {error}")
                pause = self._interval
            await asyncio.sleep(min(pause, self._interval))

    async def round(self) -> bool:
        """Everything that is due. Whether something is left that will be due soon."""
        try:
            return await self._lease() and await self._sweep()
        finally:
            await self._store.release(LEASE_NAME, self._holder)

    async def _sweep(self) -> bool:
        ended = BATCH
        while ended == BATCH:
            async with self._resting():
                ended = await self._forgetting.expire(BATCH)
        return await self._finish()

    async def _finish(self) -> bool:
        pending = await self._forgetting.pending(PENDING)
        if not pending:
            return False
        handled = await self._forgetting.handled()
        for ended in pending:
            async with self._resting(self._clock() - ended.ended_at):
                await self._forgetting.go_on(ended, handled)
        return any(ended.removed is None for ended in pending)

    @asynccontextmanager
    async def _resting(self, late: float = 0.0) -> AsyncIterator[None]:
        """One step and a rest. `late`: seconds since the end of the session that it is about."""
        now = asyncio.get_running_loop().time
        started = now()
        yield
        rest = REST * (now() - started) * max(0.0, 1.0 - late / LATE)
        await asyncio.sleep(min(rest, LONGEST_REST))
        if now() - self._leased > LEASE / 3:
            await self._lease()

    async def _lease(self) -> bool:
        self._leased = asyncio.get_running_loop().time()
        return await self._store.lease(LEASE_NAME, self._holder, LEASE)
