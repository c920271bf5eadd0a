"""Workers of all copies share the model's turns through a real server."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from redis.asyncio import Redis

from deploy.local.servers import Endpoints
from services.llm.errors import ModelUnavailable
from services.llm.patience import Patience
from services.llm.storage.queue import PAUSED, RATE, SLOTS, WAITING, QueueLimits, RedisModelQueue

pytestmark = pytest.mark.integration


@pytest.fixture
async def redis(endpoints: Endpoints) -> AsyncIterator[Redis]:
    client = Redis.from_url(endpoints.redis_url, decode_responses=True)
    await client.delete(PAUSED, SLOTS, RATE, WAITING)
    yield client
    await client.delete(PAUSED, SLOTS, RATE, WAITING)
    await client.aclose()


PATIENCE = Patience(exchange=5, silence=5, turn=5)


def queue(redis: Redis, *, slots: int = 2, per_minute: int = 60_000, waiting: int = 50) -> RedisModelQueue:
    return RedisModelQueue(redis, QueueLimits(slots, per_minute, waiting), lambda: secrets.token_hex(8))


async def test_no_more_than_the_slots_are_taken_at_once_over_all_copies(redis: Redis) -> None:
    copies = [queue(redis, slots=2) for _ in range(3)]
    busy, most = 0, 0

    async def work(number: int) -> None:
        nonlocal busy, most
        async with copies[number % 3].turn(PATIENCE):
            busy += 1
            most = max(most, busy)
            await asyncio.sleep(0.01)
            busy -= 1

    await asyncio.gather(*(work(number) for number in range(9)))
    assert most == 2
    assert not await redis.exists(SLOTS, WAITING)


async def test_pause_holds_every_worker_and_a_shorter_one_does_not_end_it(redis: Redis) -> None:
    one, other = queue(redis), queue(redis)
    await one.pause(0.4)
    await other.pause(0.01)
    started = time.monotonic()
    async with other.turn(PATIENCE):
        assert time.monotonic() - started > 0.3


async def test_pause_longer_than_the_wait_fails_at_once(redis: Redis) -> None:
    patient = queue(redis)
    await patient.pause(30)
    started = time.monotonic()
    with pytest.raises(ModelUnavailable, match="in time"):
        async with patient.turn(replace(PATIENCE, turn=1)):
            pytest.fail("no turn may be given")
    assert time.monotonic() - started < 0.5
    assert not await redis.exists(WAITING)


async def test_requests_keep_their_rate_after_a_burst(redis: Redis) -> None:
    steady = queue(redis, slots=100, per_minute=1200)  # one in 50 ms
    started = time.monotonic()
    for _ in range(14):
        async with steady.turn(PATIENCE):
            continue
    assert 0.18 <= time.monotonic() - started < 2


async def test_full_queue_refuses_and_says_so(redis: Redis) -> None:
    narrow = queue(redis, slots=1, waiting=1)
    async with narrow.turn(PATIENCE):
        waiting = asyncio.create_task(_take(narrow))
        while not await redis.exists(WAITING):
            await asyncio.sleep(0)
        with pytest.raises(ModelUnavailable, match="Too many"):
            await _take(narrow)
    await waiting


async def test_slot_of_a_worker_that_died_comes_back(redis: Redis) -> None:
    dying = queue(redis, slots=1)
    abandoned = dying.turn(replace(PATIENCE, exchange=0.2))
    await abandoned.__aenter__()
    async with queue(redis, slots=1).turn(PATIENCE):
        pass
    await abandoned.__aexit__(None, None, None)


async def _take(queue_: RedisModelQueue) -> None:
    async with queue_.turn(PATIENCE):
        return
