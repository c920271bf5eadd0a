"""The one reading of the bus's streams that a process does for all its readers."""

from __future__ import annotations

import asyncio

import structlog

from services.session.live.hub import Hub
from services.session.live.position import STREAMS, encode
from services.session.ports import EventLog
from shared.errors import Unavailable

PAUSE = 0.5  # seconds before a broken reading is taken up again
log = structlog.get_logger(__name__)


class Pump:
    """Follows every stream from now on, and goes on where it was after the bus was away."""

    def __init__(self, events: EventLog, hub: Hub) -> None:
        self._events = events
        self._hub = hub

    async def prepare(self) -> None:
        """Find out where the streams stand; until then nobody can join."""
        for stream in STREAMS:
            self._hub.position[stream] = await self._events.last(stream)

    async def follow(self, stream: str) -> None:
        """For ever. Begun again after a failure it goes on behind the event that failed."""
        while True:
            try:
                await self._rewind(stream)
                async for event in self._events.read(stream, self._hub.position[stream]):
                    self._hub.position[stream] = event.sequence
                    self._hub.publish(event, encode(self._hub.position))
            except Unavailable as error:
                log.info("live_events_interrupted", stream=stream, detail=error.detail)
            await asyncio.sleep(PAUSE)

    async def _rewind(self, stream: str) -> None:
        """A bus that lost its streams counts from the beginning again."""
        self._hub.position[stream] = min(self._hub.position[stream], await self._events.last(stream))
