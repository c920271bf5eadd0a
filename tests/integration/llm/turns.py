"""Turns at a model, as tests take them."""

from __future__ import annotations

import secrets
import time

from redis.asyncio import Redis

from services.llm.limits.patience import Patience
from services.llm.limits.rate_limits import UNKNOWN, Headroom, Load
from services.llm.limits.tokens import TokenUsage
from services.llm.storage.queue import QueueLimits, RedisModelQueue

PATIENCE = Patience(exchange=5, silence=5, turn=5)
FAST = 60_000  # requests a minute: one each millisecond


def queue(
    redis: Redis,
    *,
    slots: int = 2,
    per_minute: int = FAST,
    waiting: int = 50,
    input_per_minute: int = 0,
    output_per_minute: int = 0,
) -> RedisModelQueue:
    limits = QueueLimits(slots, per_minute, waiting, input_per_minute, output_per_minute)
    return RedisModelQueue(redis, limits, lambda: secrets.token_hex(8))


def load(model: str, session_id: str | None = None, tokens: int = 0, most_output: int = 0) -> Load:
    return Load(model, session_id or secrets.token_hex(4), tokens, most_output)


async def take(
    queue_: RedisModelQueue, load_: Load, used: TokenUsage | None = None, headroom: Headroom = UNKNOWN
) -> float:
    """A turn that ends at once; the seconds that it was waited for."""
    started = time.monotonic()
    async with queue_.turn(load_, PATIENCE) as turn:
        waited = time.monotonic() - started
        if used is not None:
            await turn.settle(used, headroom)
    return waited
