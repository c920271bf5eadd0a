"""The options of every Redis connection of the house: short patience, a few quick retries, text in and out."""

from __future__ import annotations

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import ExponentialBackoff

from shared.settings import CommonSettings


def redis_client(settings: CommonSettings) -> Redis:
    """Connects at its first command. A Redis that is away makes commands fail within seconds, not hang."""
    return Redis.from_url(
        settings.redis_url.get_secret_value(),
        decode_responses=True,
        health_check_interval=10,
        socket_connect_timeout=2,
        socket_timeout=5,
        retry=Retry(ExponentialBackoff(cap=1, base=0.05), 3),
    )
