"""A bus in memory: records what was published, drops duplicates as JetStream does, and passes hints to listeners."""

from __future__ import annotations

import asyncio
import fnmatch
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from shared.bus import BusUnavailable
from shared.bus.connection import Hints, progress_subject
from shared.events import Event

Kind = TypeVar("Kind", bound=Event)


class RecordingBus:
    """An `EventBus`. `fail_next` publishes raise before anything is stored; with `dies_after` one does, after so many that did not."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.hints: list[tuple[str, dict[str, Any]]] = []
        self.fail_next = 0
        self.dies_after: int | None = None
        self._ids: set[str] = set()
        self._listeners: list[tuple[str, asyncio.Queue[tuple[str, dict[str, Any]]]]] = []

    async def publish(self, event: Event) -> None:
        if self.fail_next:
            self.fail_next -= 1
            raise BusUnavailable("The bus is away.")
        if self.dies_after is not None:
            self.dies_after -= 1
            if self.dies_after < 0:
                self.dies_after = None
                raise BusUnavailable("The bus is away.")
        if event.event_id() not in self._ids:
            self._ids.add(event.event_id())
            self.events.append(event)

    async def progress(self, session_id: str, kind: str, thing_id: str, facts: dict[str, Any]) -> None:
        subject = progress_subject(session_id, kind, thing_id)
        self.hints.append((subject, facts))
        for pattern, queue in self._listeners:
            if fnmatch.fnmatch(subject, pattern.replace(">", "*")):
                queue.put_nowait((subject, facts))

    @asynccontextmanager
    async def listen(self, subject: str) -> AsyncIterator[AsyncIterator[tuple[str, dict[str, Any]]]]:
        queue: asyncio.Queue[tuple[str, dict[str, Any]]] = asyncio.Queue()
        entry = (subject, queue)
        self._listeners.append(entry)
        try:
            yield Hints(queue)
        finally:
            self._listeners.remove(entry)

    @property
    def is_heard(self) -> bool:
        return bool(self._listeners)

    def of(self, kind: type[Kind]) -> list[Kind]:
        return [event for event in self.events if isinstance(event, kind)]
