"""Redis for the tests of this service, and a model that is a test's own."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis

from deploy.local.servers import Endpoints


@pytest.fixture
async def redis(endpoints: Endpoints) -> AsyncIterator[Redis]:
    client = Redis.from_url(endpoints.redis_url, decode_responses=True)
    yield client
    await client.aclose()


@pytest.fixture
def model() -> str:
    """Each model has its own queue, so a test has one to itself."""
    return f"claude-{secrets.token_hex(4)}"
