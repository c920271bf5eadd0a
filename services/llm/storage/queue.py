"""Turns at the model, shared by all copies of the service through Redis: slots, requests per minute, pauses, a bounded queue."""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from services.llm.errors import ModelUnavailable
from services.llm.patience import Patience
from services.llm.storage.redis_errors import translated

if TYPE_CHECKING:
    from redis.asyncio import Redis

PAUSED, SLOTS, RATE, WAITING = (f"llm:queue:{{model}}:{name}" for name in ("paused", "slots", "rate", "waiting"))
POLL_MS = 100  # how soon a worker looks again when all slots are taken
SLEEP_MS = 2000  # a longer pause is slept in pieces, so that a waiting worker stays known as alive
BURST = 10  # requests that may follow each other at once within the rate

# ARGV: worker, slots, milliseconds a slot lasts, milliseconds between requests, most waiting workers.
# Answers 0 for a turn, -1 for a full queue, else the milliseconds to wait. The clock is the server's.
TAKE = f"""
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[4], '-inf', now)
if not redis.call('ZSCORE', KEYS[4], ARGV[1]) and redis.call('ZCARD', KEYS[4]) >= tonumber(ARGV[5]) then return -1 end
redis.call('ZADD', KEYS[4], now + {2 * SLEEP_MS}, ARGV[1])
redis.call('PEXPIRE', KEYS[4], {4 * SLEEP_MS})
local paused = redis.call('PTTL', KEYS[1])
if paused > 0 then return paused end
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', now)
if redis.call('ZCARD', KEYS[2]) >= tonumber(ARGV[2]) then return {POLL_MS} end
local next = math.max(tonumber(redis.call('GET', KEYS[3]) or 0), now)
local ahead = next - now - {BURST - 1} * ARGV[4]
if ahead > 0 then return math.ceil(ahead) end
redis.call('SET', KEYS[3], next + ARGV[4], 'PX', math.ceil(next + ARGV[4] - now) + 1000)
redis.call('ZADD', KEYS[2], now + ARGV[3], ARGV[1])
if redis.call('PTTL', KEYS[2]) < tonumber(ARGV[3]) then redis.call('PEXPIRE', KEYS[2], ARGV[3]) end
redis.call('ZREM', KEYS[4], ARGV[1])
return 0
"""
# ARGV: milliseconds. A shorter pause never ends a longer one.
PAUSE = "if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[1]) then redis.call('SET', KEYS[1], 1, 'PX', ARGV[1]) end"


KEPT = 1.1  # times its exchange may take, a slot is kept before its worker is taken for dead


@dataclass(frozen=True)
class QueueLimits:
    """Over all copies of the service."""

    slots: int
    requests_per_minute: int
    waiting: int


class RedisModelQueue:
    """A `ModelQueue`."""

    def __init__(self, redis: Redis, limits: QueueLimits, new_id: Callable[[], str]) -> None:
        self._redis = redis
        self._limits = limits
        self._new_id = new_id
        self._take = redis.register_script(TAKE)
        self._pause = redis.register_script(PAUSE)

    @asynccontextmanager
    async def turn(self, patience: Patience) -> AsyncIterator[None]:
        worker = self._new_id()
        try:
            await self._wait(worker, patience)
            yield
        finally:
            await self._leave(worker)

    @translated
    async def pause(self, seconds: float) -> None:
        await self._pause(keys=[PAUSED], args=[max(1, math.ceil(seconds * 1000))])

    async def _wait(self, worker: str, patience: Patience) -> None:
        loop = asyncio.get_running_loop()
        deadline = loop.time() + patience.turn
        while (wait := await self._try(worker, patience.exchange * KEPT)) != 0:
            if wait < 0:
                raise ModelUnavailable("Too many questions are waiting for Claude.", hint="Try again in a minute.")
            if loop.time() + wait / 1000 > deadline:
                raise ModelUnavailable("Claude is busy and will not be free in time.", hint="Try again in a minute.")
            await asyncio.sleep(min(wait, SLEEP_MS) / 1000)

    @translated
    async def _try(self, worker: str, slot_seconds: float) -> int:
        limits = self._limits
        arguments: list[str | int | float] = [
            worker,
            limits.slots,
            math.ceil(slot_seconds * 1000),
            60_000 / limits.requests_per_minute,
            limits.waiting,
        ]
        return int(await self._take(keys=[PAUSED, SLOTS, RATE, WAITING], args=arguments))

    @translated
    async def _leave(self, worker: str) -> None:
        await self._redis.zrem(SLOTS, worker)
        await self._redis.zrem(WAITING, worker)
