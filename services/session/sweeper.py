"""The loop that ends expired sessions and finishes what was begun; any number of copies may run it."""

from __future__ import annotations

import asyncio

import structlog

from services.session.ports import SessionStore
from services.session.service.forgetting import Forgetting
from shared.errors import AppError

LEASE_NAME = "sweep"
LEASE = 30.0  # seconds
BATCH = 20  # sessions ended before others get their turn
PENDING = 500  # ended sessions looked at in one round
BREATH = 0.02  # seconds between batches, so that a thousand expired sessions do not crowd out requests
BUSY = 1.0  # seconds between rounds while sessions are being forgotten
log = structlog.get_logger(__name__)


class Sweeper:
    """One copy at a time holds the lease; another one goes on where a crashed one stopped."""

    def __init__(self, forgetting: Forgetting, store: SessionStore, holder: str, interval: float) -> None:
        """`interval`: seconds between rounds when nothing is to be done."""
        self._forgetting = forgetting
        self._store = store
        self._holder = holder
        self._interval = interval

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
            return await self._store.lease(LEASE_NAME, self._holder, LEASE) and await self._sweep()
        finally:
            await self._store.release(LEASE_NAME, self._holder)

    async def _sweep(self) -> bool:
        ended = BATCH
        while ended == BATCH:
            ended = await self._forgetting.expire(BATCH)
            await asyncio.sleep(BREATH)
            await self._store.lease(LEASE_NAME, self._holder, LEASE)
        return await self._finish()

    async def _finish(self) -> bool:
        pending = await self._forgetting.pending(PENDING)
        if not pending:
            return False
        handled = await self._forgetting.handled()
        for number, ended in enumerate(pending, start=1):
            await self._forgetting.go_on(ended, handled)
            if number % BATCH == 0:
                await asyncio.sleep(BREATH)
                await self._store.lease(LEASE_NAME, self._holder, LEASE)
        return any(ended.removed is None for ended in pending)
