"""Turns at the model, shared by all copies of the service through Redis: slots, limits by the minute, pauses, a bounded queue that is fair to sessions."""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from services.llm.errors import ModelUnavailable
from services.llm.limits.patience import Patience
from services.llm.limits.rate_limits import UNKNOWN, Headroom, Left, Load
from services.llm.limits.tokens import TokenUsage
from services.llm.storage.queue_scripts import PAUSE, SETTLE, SLEEP_MS, TAKE
from services.llm.storage.redis_errors import translated

if TYPE_CHECKING:
    from redis.asyncio import Redis

KEPT = 1.1  # times its exchange may take, a slot is kept before its worker is taken for dead
UNSAID = -1


@dataclass(frozen=True)
class QueueLimits:
    """Over all copies of the service, and for each model. Tokens 0: what the server's headers say, and no limit where they say nothing."""

    slots: int
    requests_per_minute: int
    waiting: int
    input_tokens_per_minute: int = 0
    output_tokens_per_minute: int = 0

    @property
    def share(self) -> int:
        """Slots that one session may hold: half of them, so that another finds one free at any time."""
        return max(1, self.slots // 2)

    @property
    def by_minute(self) -> list[int]:
        return [self.requests_per_minute, self.input_tokens_per_minute, self.output_tokens_per_minute]


@dataclass(frozen=True)
class _Keys:
    """Of one model: its limits are its own."""

    model: str

    def __getitem__(self, name: str) -> str:
        return f"llm:queue:{{{self.model}}}:{name}"

    def of_turn(self) -> list[str]:
        return [self[name] for name in ("paused", "slots", "waiting", "arrived", "turns", "buckets")]


class RedisModelQueue:
    """A `ModelQueue`."""

    def __init__(self, redis: Redis, limits: QueueLimits, new_id: Callable[[], str]) -> None:
        self._redis = redis
        self._limits = limits
        self._new_id = new_id
        self._take = redis.register_script(TAKE)
        self._settle = redis.register_script(SETTLE)
        self._pause = redis.register_script(PAUSE)

    @asynccontextmanager
    async def turn(self, load: Load, patience: Patience) -> AsyncIterator[RedisTurn]:
        member = f"{load.session_id}|{self._new_id()}"
        try:
            reserved = await self._wait(member, load, patience)
            yield RedisTurn(self, load, reserved)
        finally:
            await self._leave(_Keys(load.model), member)

    @translated
    async def pause(self, model: str, seconds: float) -> None:
        await self._pause(keys=[_Keys(model)["paused"]], args=[max(1, math.ceil(seconds * 1000))])

    @translated
    async def settle(self, load: Load, reserved_output: int, usage: TokenUsage, headroom: Headroom) -> None:
        """What was reserved becomes what was used. Tokens that the server had in its cache do not count."""
        used = usage.input + usage.cache_write
        output_left = headroom.output and Left(
            max(0, headroom.output.remaining - usage.output), headroom.output.limit
        )  # the headers came before the reply
        arguments: list[int | float] = [
            *self._limits.by_minute,
            *(0, *_said(headroom.requests)),
            *(load.input_tokens - used, *_said(headroom.input)),
            *(reserved_output - usage.output, *_said(output_left)),
            headroom.age * 1000,
            usage.output or UNSAID,
        ]
        await self._settle(keys=[_Keys(load.model)["buckets"]], args=arguments)

    async def _wait(self, member: str, load: Load, patience: Patience) -> int:
        """Until it is this worker's turn: the output tokens that are reserved for it."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + patience.turn
        while True:
            wait, reserved = await self._try(member, load, patience.exchange * KEPT)
            if wait == 0:
                return reserved
            if wait < 0:
                raise ModelUnavailable("Too many questions are waiting for Claude.", hint="Try again in a minute.")
            if loop.time() + wait / 1000 > deadline:
                raise ModelUnavailable("Claude is busy and will not be free in time.", hint="Try again in a minute.")
            await asyncio.sleep(min(wait, SLEEP_MS) / 1000)

    @translated
    async def _try(self, member: str, load: Load, slot_seconds: float) -> tuple[int, int]:
        limits = self._limits
        arguments: list[str | int | float] = [
            member,
            limits.slots,
            limits.share,
            math.ceil(slot_seconds * 1000),
            limits.waiting,
            *limits.by_minute,
            load.input_tokens,
            load.most_output,
        ]
        wait, reserved = await self._take(keys=_Keys(load.model).of_turn(), args=arguments)
        return int(wait), int(reserved)

    @translated
    async def _leave(self, keys: _Keys, member: str) -> None:
        async with self._redis.pipeline(transaction=False) as pipe:
            for name in ("slots", "waiting", "arrived"):
                pipe.zrem(keys[name], member)
            await pipe.execute()


@dataclass(frozen=True)
class RedisTurn:
    """A `ModelTurn`."""

    queue: RedisModelQueue
    load: Load
    reserved_output: int

    async def settle(self, usage: TokenUsage, headroom: Headroom = UNKNOWN) -> None:
        await self.queue.settle(self.load, self.reserved_output, usage, headroom)


def _said(left: Left | None) -> tuple[int, int]:
    return (left.remaining, left.limit or UNSAID) if left else (UNSAID, UNSAID)
