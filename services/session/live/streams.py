"""A session's stream of server-sent events: what it missed, then what happens, with signs of life in between."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any

import structlog
from nats.errors import Error as NatsError
from pydantic import ValidationError

from services.session.live import sse
from services.session.live.hub import Hub, Reader, frame_of, progress_frame
from services.session.live.position import decode, encode
from services.session.ports import EventLog, StoredEvent
from shared.auth import REVOKED_SUBJECT, TokensRevoked
from shared.telemetry import metrics

Listen = Callable[[str], AbstractAsyncContextManager[AsyncIterator[tuple[str, dict[str, Any]]]]]
log = structlog.get_logger(__name__)
PAUSE = 0.5  # seconds before revocations are listened to again
REPLAYS_AT_ONCE = 4  # clients that come back together wait for one another rather than starve everybody


@dataclass(frozen=True)
class Pace:
    """`heartbeat` in seconds; `buffer` frames per reader; `replay_limit` stored events looked through for one reader."""

    heartbeat: float
    buffer: int
    replay_limit: int


class LiveEvents:
    """Opens streams. `listen` subscribes to progress, which is not stored."""

    def __init__(self, hub: Hub, events: EventLog, listen: Listen, pace: Pace) -> None:
        self._hub = hub
        self._events = events
        self._listen = listen
        self._pace = pace
        self._replays = asyncio.Semaphore(REPLAYS_AT_ONCE)

    async def stream(self, session_id: str, last_event_id: str | None, digest: str = "") -> AsyncIterator[bytes]:
        """Frames until the session or the token ends, or the reader is too slow. The caller has verified the token."""
        reader = Reader(self._pace.buffer, digest)
        self._hub.join(session_id, reader)
        here = dict(self._hub.position)
        progress = asyncio.create_task(self._follow_progress(session_id, reader))
        progress.add_done_callback(lambda _: reader.cut())
        metrics.STREAMS_OPEN.inc()
        try:
            async for frame in self._beginning(session_id, last_event_id, here):
                yield frame
            async for frame in self._frames(reader):
                yield frame
        finally:
            metrics.STREAMS_OPEN.dec()
            self._hub.leave(session_id, reader)
            progress.cancel()

    async def follow_revocations(self) -> None:
        """For ever: close the streams of tokens that were signed out, at whichever copy of the service."""
        while True:
            try:
                async with self._listen(REVOKED_SUBJECT) as told:
                    async for _, facts in told:
                        said = TokensRevoked.model_validate(facts)
                        if said.ends_streams:
                            self._hub.revoke(said.session_id, said.token_sha256)
            except (NatsError, OSError, TimeoutError, ValidationError) as error:
                log.info("revocations_interrupted", error=type(error).__name__)
            await asyncio.sleep(PAUSE)

    async def _beginning(
        self, session_id: str, last_event_id: str | None, here: Mapping[str, int]
    ) -> AsyncIterator[bytes]:
        """`ready` for a new stream, what was missed for a resumed one, `reset` where that cannot be known."""
        if not last_event_id:
            yield sse.frame("ready", {}, encode(here))
            return
        missed = await self._missed(session_id, last_event_id, here)
        if missed is None:
            yield sse.frame("reset", {"reason": "Too much happened since; read the lists again."}, encode(here))
            return
        position = decode(last_event_id) or {}
        for event in missed:
            position[event.stream] = event.sequence
            yield frame_of(event, encode(position))
        yield sse.frame("ready", {}, encode(here))

    async def _missed(self, session_id: str, last_event_id: str, here: Mapping[str, int]) -> list[StoredEvent] | None:
        """This session's stored events between the two positions in the order of their time; None when that is too much."""
        since = decode(last_event_id)
        if since is None or any(since[stream] > here[stream] for stream in here):
            return None
        behind = [stream for stream in here if since[stream] < here[stream]]
        if sum(here[stream] - since[stream] for stream in behind) > self._pace.replay_limit:
            return None
        if any([await self._events.first(stream) > since[stream] + 1 for stream in behind]):
            return None
        async with self._replays:
            found = [
                event
                for stream in behind
                async for event in self._events.read(stream, since[stream], here[stream])
                if event.body.get("session_id") == session_id
            ]
        return sorted(found, key=lambda event: event.at)

    async def _frames(self, reader: Reader) -> AsyncIterator[bytes]:
        while True:
            try:
                frame = await asyncio.wait_for(reader.next(), self._pace.heartbeat)
            except TimeoutError:
                yield sse.HEARTBEAT
                continue
            if frame is None:
                return
            yield frame

    async def _follow_progress(self, session_id: str, reader: Reader) -> None:
        """When this breaks off the stream ends with it, and its client comes back."""
        try:
            async with self._listen(f"progress.{session_id}.>") as progress:
                async for subject, facts in progress:
                    reader.offer_progress(progress_frame(subject, facts))
        except (NatsError, OSError, TimeoutError) as error:
            log.info("progress_interrupted", error=type(error).__name__)
