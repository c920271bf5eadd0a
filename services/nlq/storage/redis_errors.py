"""Trouble with Redis as this service's error."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from redis.exceptions import RedisError

from shared.errors import Unavailable

TOMBSTONE_SECONDS = 8 * 86400  # longer than the bus keeps events: whatever comes late finds the tombstone


class StoreUnavailable(Unavailable):
    """Redis does not answer."""

    code = "query_store_unavailable"


@asynccontextmanager
async def redis_errors() -> AsyncIterator[None]:
    try:
        yield
    except RedisError as error:
        raise StoreUnavailable(
            "The store of questions does not answer.", hint="Try again in a moment.", retry_after=2
        ) from error


def gone(thing_id: str) -> str:
    """The key of a tombstone: as long as it stands, nothing of that session or table is taken in."""
    return f"nlq:gone:{thing_id}"
