"""Work that somebody has stopped ends at once, in whichever copy of whichever service it is under way."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from shared.bus.connection import Bus, progress_subject
from shared.bus.supervision import Supervised

KIND = "stopped"
REMEMBERED = 600.0  # seconds: work that was told of before and comes up later than this has another reason to end
MOST_REMEMBERED = 10_000
T = TypeVar("T")


class WorkStopped(Exception):
    """The work was ended because whoever waited for it stopped it: nothing of it is wanted any more."""


class Stops:
    """What was stopped lately. Told over core NATS: a hint that is lost costs the rest of one job, whose outcome is then thrown away.

    `clock` counts seconds from any point.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._stopped: dict[str, float] = {}
        self._running: dict[str, set[asyncio.Task[Any]]] = {}

    def stop(self, thing_id: str) -> None:
        """End what is under way for it here, and what will be begun."""
        now = self._clock()
        self._stopped = {known: since for known, since in self._stopped.items() if now - since < REMEMBERED}
        while len(self._stopped) >= MOST_REMEMBERED:
            del self._stopped[next(iter(self._stopped))]
        self._stopped[thing_id] = now
        for task in self._running.get(thing_id, ()):
            task.cancel()

    async def unless_stopped(self, thing_id: str, work: Coroutine[Any, Any, T]) -> T:
        """What `work` returns. Raises `WorkStopped` when it was stopped, before or meanwhile; then it was cancelled and has ended."""
        if thing_id in self._stopped:
            work.close()
            raise WorkStopped(thing_id)
        task = asyncio.ensure_future(work)
        running = self._running.setdefault(thing_id, set())
        running.add(task)
        try:
            return await task
        except asyncio.CancelledError:
            waiting = asyncio.current_task()
            if thing_id in self._stopped and not (waiting and waiting.cancelling()):
                raise WorkStopped(thing_id) from None
            raise
        finally:
            running.discard(task)
            if not running:
                self._running.pop(thing_id, None)


async def announce_stop(bus: Bus, session_id: str, thing_id: str) -> None:
    """Tell every copy of every service that follows."""
    await bus.progress(session_id, KIND, thing_id, {"stage": KIND})


def following_stops(bus: Bus, stops: Stops, service: str) -> Supervised:
    """Endless work that hears of what is stopped anywhere."""

    async def follow() -> None:
        async with bus.listen(progress_subject("*", KIND, "*")) as hints:
            async for subject, _ in hints:
                stops.stop(subject.rpartition(".")[2])

    return Supervised(f"{service}-follow-stops", follow)
