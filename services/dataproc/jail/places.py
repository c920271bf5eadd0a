"""Whose code runs next. One person's endless snippets must not keep everybody else waiting."""

from __future__ import annotations

import asyncio
import itertools
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field


@dataclass(eq=False)
class _Owner:
    held: int = 0
    last_turn: int = 0
    waiting: deque[asyncio.Future[None]] = field(default_factory=deque)


class FairPlaces:
    """Places for runs at once. An owner holds half of them at most, so that another finds one free at any time; a place that comes
    free goes to the owner who holds the fewest, and of those to the one whose last turn is longest ago."""

    def __init__(self, places: int) -> None:
        self._places = places
        self._share = max(1, places // 2)
        self._turns = itertools.count(1)
        self._owners: dict[str, _Owner] = {}

    @asynccontextmanager
    async def place(self, owner: str) -> AsyncIterator[None]:
        """Wait for a place, and have it within the block."""
        mine = self._owners.setdefault(owner, _Owner())
        turn = asyncio.get_running_loop().create_future()
        mine.waiting.append(turn)
        self._admit()
        try:
            await turn
            yield
        finally:
            if turn in mine.waiting:  # given up before it came
                mine.waiting.remove(turn)
            else:
                mine.held -= 1
            if not mine.held and not mine.waiting:
                self._owners.pop(owner, None)
            self._admit()

    def _admit(self) -> None:
        while sum(owner.held for owner in self._owners.values()) < self._places and (owner := self._next()):
            owner.held += 1
            owner.last_turn = next(self._turns)
            turn = owner.waiting.popleft()
            if not turn.cancelled():
                turn.set_result(None)

    def _next(self) -> _Owner | None:
        entitled = [owner for owner in self._owners.values() if owner.waiting and owner.held < self._share]
        return min(entitled, key=lambda owner: (owner.held, owner.last_turn), default=None)
