"""Token buckets in Redis, so that every copy of the service counts together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from services.session.storage import scripts
from services.session.storage.redis import Client, milliseconds, translated


@dataclass(frozen=True)
class Bucket:
    """`burst` at once, then `rate` per second."""

    burst: int
    rate: float


class RedisRateLimits:
    """A `RateLimits` with named buckets."""

    def __init__(self, client: Client, buckets: Mapping[str, Bucket]) -> None:
        self._take = client.register_script(scripts.TAKE)
        self._buckets = buckets

    async def take(self, bucket: str, who: str, now: float) -> float:
        rule = self._buckets[bucket]
        with translated():
            waiting = await self._take(
                keys=[f"session:rate:{bucket}:{who}"], args=[milliseconds(now), rule.burst, rule.rate]
            )
        return int(waiting) / 1000
