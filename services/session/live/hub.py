"""Readers of live events: a bounded buffer each, found by their session."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any

from services.session.live import sse
from services.session.ports import StoredEvent
from shared.events import SessionExpired


class Reader:
    """One open stream's buffer.

    A reader that is too slow loses progress first, which is worth nothing later. When even the stored events do not fit,
    it is `cut`: its stream ends, and its client resumes from the last event it got.
    """

    def __init__(self, capacity: int, digest: str = "") -> None:
        """`digest` is of the token that opened the stream."""
        self.digest = digest
        self._capacity = capacity
        self._frames: asyncio.Queue[bytes | None] = asyncio.Queue()
        self.is_cut = False

    def offer(self, frame: bytes) -> None:
        """A stored event."""
        if self._frames.qsize() >= self._capacity:
            self.cut()
        elif not self.is_cut:
            self._frames.put_nowait(frame)

    def offer_progress(self, frame: bytes) -> None:
        if self._frames.qsize() < self._capacity // 2 and not self.is_cut:
            self._frames.put_nowait(frame)

    def cut(self) -> None:
        """End the stream once what is buffered has been sent."""
        if not self.is_cut:
            self.is_cut = True
            self._frames.put_nowait(None)

    async def next(self) -> bytes | None:
        """The next frame; None at the end."""
        return await self._frames.get()


class Hub:
    """Knows which sessions are watched, and how far the bus has been read."""

    def __init__(self) -> None:
        self._readers: dict[str, set[Reader]] = defaultdict(set)
        self.position: dict[str, int] = {}

    def join(self, session_id: str, reader: Reader) -> None:
        self._readers[session_id].add(reader)

    def leave(self, session_id: str, reader: Reader) -> None:
        readers = self._readers.get(session_id, set())
        readers.discard(reader)
        if not readers:
            self._readers.pop(session_id, None)

    def publish(self, event: StoredEvent, position: str) -> None:
        """Hand a stored event to the readers of its session, and to nobody else."""
        readers = self._readers.get(str(event.body.get("session_id")), ())
        if not readers:
            return
        frame = frame_of(event, position)
        for reader in tuple(readers):
            reader.offer(frame)
            if event.subject == SessionExpired.subject:
                reader.cut()

    def revoke(self, session_id: str, digests: Collection[str]) -> None:
        """End the streams that were opened with these tokens."""
        for reader in self._readers.get(session_id, ()):
            if reader.digest in digests:
                reader.cut()

    def close(self) -> None:
        """End every stream."""
        for readers in self._readers.values():
            for reader in readers:
                reader.cut()


def frame_of(event: StoredEvent, position: str) -> bytes:
    return sse.frame(event.subject, sse.public(event.body), position)


def progress_frame(subject: str, facts: Mapping[str, Any]) -> bytes:
    """`progress.<session>.<kind>.<id>`: kind and id say what progresses."""
    _, _, kind, identifier = subject.split(".", 3)
    return sse.frame("progress", {"kind": kind, "id": identifier, **facts})
