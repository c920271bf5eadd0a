"""Lifetimes in the store's scripts: what a use of a session moves, and what nothing moves."""

from __future__ import annotations

import pytest
from redis.asyncio import Redis

from services.session.domain import Lifetimes, Session
from services.session.storage.sessions import RedisSessionStore

pytestmark = pytest.mark.integration
BEGUN = 4_000_000_000.0  # to come: Redis drops what ends in the past of its own clock
LIFETIMES = Lifetimes(idle=100.0, longest=150.0)


@pytest.fixture
async def store(redis: Redis, some_id: str) -> RedisSessionStore:
    found = RedisSessionStore(redis, LIFETIMES)
    await found.insert(Session(some_id, BEGUN, BEGUN + LIFETIMES.idle, BEGUN + LIFETIMES.longest), [some_id])
    assert await found.lease("marking", some_id, 5) and await found.mark_whole("tokens", "marking", some_id)
    return found


@pytest.mark.parametrize(("after", "moved"), [(0.0, False), (9.9, False), (10.0, False), (10.1, True), (99.9, True)])
async def test_a_use_moves_the_idle_deadline_once_it_lags_behind(
    store: RedisSessionStore, some_id: str, after: float, moved: bool
) -> None:
    found = await store.find(some_id, BEGUN + after)
    assert found is not None
    assert found.idle_until == pytest.approx(BEGUN + LIFETIMES.idle + (after if moved else 0), abs=0.002)


@pytest.mark.parametrize(("after", "alive"), [(99.9, True), (100.0, False), (120.0, False)])
async def test_an_unused_session_ends_with_its_idle_time(
    store: RedisSessionStore, some_id: str, after: float, alive: bool
) -> None:
    assert (await store.find(some_id, BEGUN + after) is not None) is alive


async def test_no_use_takes_a_session_beyond_its_last_moment(store: RedisSessionStore, some_id: str) -> None:
    for after in (50.0, 99.0, 140.0, 149.9):
        found = await store.find(some_id, BEGUN + after)
        assert found is not None and found.expires_at <= BEGUN + LIFETIMES.longest
    assert await store.find(some_id, BEGUN + 150.0) is None
    assert some_id in await store.expired(BEGUN + 150.0, 1000)
    assert some_id not in await store.expired(BEGUN + 149.9, 1000)
