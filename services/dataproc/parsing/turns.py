"""Which file is read next. A small one never waits for a heavy one, whether that was known to be heavy or turns out to be."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

QUICK_SECONDS = 1.0
"""Within these a light job is done: 50 MB take two on one processor, nearly all files a tenth. One that takes longer counts as heavy while others wait."""

BYTES_PER_SECOND = 30 << 20
"""About how fast plain text is read."""

PATIENCE = 10.0
"""A job may be overtaken by those that come within so many times its own duration after it: short ones come first, and none waits for ever."""


class Turn:
    """A job that is at work or waits. `put_back` is set when it has to stop, and to wait anew among the heavy ones."""

    def __init__(self, weight: int, arrived: float, *, heavy: bool) -> None:
        self.heavy = heavy
        self.overdue = False
        self.due = arrived + PATIENCE * weight / BYTES_PER_SECOND
        self.begun = asyncio.Event()
        self.put_back = asyncio.Event()
        self._on_heavy: Callable[[], None] = lambda: None

    def when_heavy(self, act: Callable[[], None]) -> None:
        """Do this as soon as the job counts as heavy, which may be now."""
        self._on_heavy = act
        if self.heavy:
            act()

    def grow_heavy(self) -> None:
        self.heavy = True
        self._on_heavy()


class Turns:
    """Places for `jobs` at once, of which heavy ones leave one to the light, whatever happens.

    A light job that is at work for longer than it should be and keeps others waiting counts as heavy from then on: it goes on, and a
    further one begins beside it. There is one process more than `jobs` at most, which bounds their memory; where that is not
    enough the job is put back.
    """

    def __init__(self, jobs: int) -> None:
        self._jobs = jobs
        self._at_work: list[Turn] = []
        self._waiting: list[Turn] = []

    @asynccontextmanager
    async def turn(self, weight: int, *, heavy: bool) -> AsyncIterator[Turn]:
        """Wait for a place, and have it within the block."""
        loop = asyncio.get_running_loop()
        mine = Turn(weight, loop.time(), heavy=heavy)
        self._waiting.append(mine)
        self._admit()
        clock: asyncio.TimerHandle | None = None
        try:
            await mine.begun.wait()
            clock = loop.call_later(QUICK_SECONDS, self._count_overdue, mine)
            yield mine
        finally:
            if clock:
                clock.cancel()
            (self._at_work if mine in self._at_work else self._waiting).remove(mine)
            self._admit()

    def _admit(self) -> None:
        for turn in sorted(self._waiting, key=lambda turn: turn.due):
            if self._has_place(turn):
                self._waiting.remove(turn)
                self._at_work.append(turn)
                turn.begun.set()

    def _has_place(self, turn: Turn) -> bool:
        if turn.heavy:
            return self._heavy < max(1, self._jobs - 1) and len(self._at_work) < self._jobs
        if not self._light_place_is_free:
            self._make_room()
        return self._light_place_is_free

    @property
    def _light_place_is_free(self) -> bool:
        return self._light < max(1, self._jobs - self._heavy)

    def _make_room(self) -> None:
        """If all that are at work as light ones should have been done by now: count them as heavy, and beyond the bound stop the latest."""
        light = [turn for turn in self._at_work if not turn.heavy]
        if not all(turn.overdue for turn in light):
            return
        while light and self._heavy < self._jobs and not self._light_place_is_free:
            light.pop(0).grow_heavy()
        if light and not self._light_place_is_free:
            light[-1].put_back.set()

    def _count_overdue(self, turn: Turn) -> None:
        turn.overdue = True
        self._admit()

    @property
    def _heavy(self) -> int:
        return sum(turn.heavy for turn in self._at_work)

    @property
    def _light(self) -> int:
        return len(self._at_work) - self._heavy
