"""Keeping the right to write while there is work, and giving it up when the client has gone silent."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

from services.upload.errors import Superseded
from services.upload.ports import Hold, TransferLedger
from shared.errors import Unavailable

BEAT = 1.0
# Seconds without bytes after which a hold is left to run out: a client that comes back may then take over.
SILENCE = 2.0


@asynccontextmanager
async def holding(transfers: TransferLedger, hold: Hold, silent_for: Callable[[], float]) -> AsyncIterator[None]:
    """Refresh the hold as long as bytes come or work goes on; release it at the end, whatever happened."""

    async def beat() -> None:
        while True:
            await asyncio.sleep(BEAT)
            if silent_for() < SILENCE:
                with suppress(Unavailable):
                    await transfers.refresh(hold)

    task = asyncio.create_task(beat())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError, Superseded):
            await task
        with suppress(Unavailable):  # it runs out by itself
            await transfers.release(hold)
