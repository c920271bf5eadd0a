"""Hints over the bus that a file or a session has gone, for whichever copy of the service is at work on it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from shared.bus import Bus
from shared.bus.connection import progress_subject

KIND = "gone"


class BusCancellations:
    """`Cancellations` over core NATS: a hint that is lost costs the rest of one job, whose outcome is then thrown away."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus

    async def announce(self, session_id: str, gone_id: str) -> None:
        await self._bus.progress(session_id, KIND, gone_id, {"stage": KIND})

    @asynccontextmanager
    async def heard(self, session_id: str, *thing_ids: str) -> AsyncIterator[asyncio.Event]:
        gone = asyncio.Event()
        subjects = {progress_subject(session_id, KIND, thing_id) for thing_id in thing_ids}
        async with self._bus.listen(progress_subject(session_id, KIND, "*")) as hints:

            async def follow() -> None:
                async for subject, _ in hints:
                    if subject in subjects:
                        gone.set()

            following = asyncio.create_task(follow())
            try:
                yield gone
            finally:
                following.cancel()
