"""Quotas in Redis: however many ask at once, no more than the limit is granted."""

from __future__ import annotations

import asyncio
import secrets
import time
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from redis.asyncio import Redis

from services.session.domain import Lifetimes, begin
from services.session.entries import DELETED, Change, Part
from services.session.errors import SessionsRecovering
from services.session.service import Quotas
from services.session.storage.registry import RedisRegistryStore
from services.session.storage.reservations import RedisReservations
from services.session.storage.sessions import RedisSessionStore
from shared.bus import Bus
from shared.rpc import RELEASE, RESERVE, ReleaseRequest, ReservationRequest, ask
from tests.fakes.session import MemoryReservations
from tests.integration.session.conftest import Start

pytestmark = pytest.mark.integration
STEPS = st.lists(st.tuples(st.sampled_from(["reserve", "release", "ready", DELETED]), st.lists(st.sampled_from("abcdef"), min_size=1, max_size=4, unique=True)),
                 max_size=25)  # fmt: skip
LIMITS: dict[Any, int] = {"bytes": 100, "tables": 10, "questions_per_minute": 10, "concurrent_questions": 10}


@pytest.fixture
async def session_id(redis: Redis) -> str:
    return await begun(redis)


async def begun(redis: Redis) -> str:
    """A session in a Redis that has lost nothing."""
    session, store = (
        begin(f"s_{secrets.token_hex(12)}", time.time(), Lifetimes(100, 100)),
        RedisSessionStore(redis, Lifetimes(100, 100)),
    )
    await store.insert(session, [])
    for part in ("tokens", "registry"):
        assert await store.lease("marking", session.session_id, 5)
        assert await store.mark_whole(part, "marking", session.session_id)
    return session.session_id


@pytest.fixture(params=["memory", "redis"])
def quotas(request: pytest.FixtureRequest, redis: Redis) -> Quotas:
    return Quotas(MemoryReservations() if request.param == "memory" else RedisReservations(redis), LIMITS, time.time)


@pytest.mark.parametrize("kind", ["tables", "questions_per_minute", "concurrent_questions"])
async def test_a_race_for_the_last_places_grants_exactly_the_limit(quotas: Quotas, session_id: str, kind: Any) -> None:
    answers = await asyncio.gather(*(quotas.reserve(session_id, kind, [str(number % 40)]) for number in range(80)))
    assert len({number % 40 for number, answer in enumerate(answers) if answer.granted}) == 10
    assert max(answer.used for answer in answers) == 10
    refused = next(answer for answer in answers if not answer.granted)
    assert refused.retry_after > 0 or kind == "tables"


async def test_amounts_are_returned_once(quotas: Quotas, session_id: str) -> None:
    assert (await quotas.reserve(session_id, "bytes", ["a"], 60)).granted
    assert not (await quotas.reserve(session_id, "bytes", ["b"], 60)).granted
    for _ in range(3):
        await quotas.release(session_id, "bytes", ["a"])
    assert (await quotas.reserve(session_id, "bytes", ["b"], 100)).used == 100
    await quotas.release(session_id, "bytes", ["b"])
    assert (await quotas.reserve(session_id, "bytes", ["c"], 1)).used == 1


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(steps=STEPS)
async def test_tables_never_pass_the_limit_whatever_is_reserved_announced_and_deleted(
    redis: Redis, steps: list[tuple[str, list[str]]]
) -> None:
    """Against a model: what is pending or ready counts once; a deleted table never comes back by an announcement that is late."""
    session_id, quotas, registry = (
        await begun(redis),
        Quotas(RedisReservations(redis), LIMITS | {"tables": 4}, time.time),
        RedisRegistryStore(redis),
    )
    held: set[str] = set()
    deleted: set[str] = set()
    for action, names in steps:
        if action == "reserve":
            answer = await quotas.reserve(session_id, "tables", names)
            assert answer.granted == (len(held | set(names)) <= 4 or set(names) <= held)
            held |= set(names) if answer.granted else set()
            assert answer.used == len(held)
        elif action == "release":
            await quotas.release(session_id, "tables", names)
            held -= set(names)
        else:
            part = Part(1.0, 1, {"name": "x"})
            await registry.apply(session_id, [Change("table", name, action, part) for name in names])
            deleted |= set(names) if action == DELETED else set()
            held = (held | set(names)) - (deleted & set(names))
    assert (await RedisReservations(redis).used(session_id, time.time()))["tables"] == len(held)


@pytest.mark.parametrize("kind", ["tables", "questions_per_minute"])
async def test_several_are_granted_together_or_not_at_all(quotas: Quotas, session_id: str, kind: Any) -> None:
    assert (await quotas.reserve(session_id, kind, list("abcdefg"))).used == 7
    refused = await quotas.reserve(session_id, kind, list("abwxyz"))
    assert not refused.granted and refused.used == 7
    assert (await quotas.reserve(session_id, kind, list("abxyz"))).used == 10


async def test_table_that_was_reserved_and_never_stored_counts_for_an_hour(redis: Redis, session_id: str) -> None:
    now = time.time()
    quotas = Quotas(RedisReservations(redis), LIMITS, lambda: now)
    await quotas.reserve(session_id, "tables", list("abcdefghij"))
    await RedisRegistryStore(redis).apply(session_id, [Change("table", "a", "ready", Part(now))])
    now += 3601
    answer = await quotas.reserve(session_id, "tables", ["z"])
    assert answer.granted and answer.used == 2


async def test_session_that_ended_is_told_from_one_that_is_being_restored(redis: Redis, session_id: str) -> None:
    quotas = Quotas(RedisReservations(redis), LIMITS, time.time)
    assert (await quotas.reserve(f"{session_id}x", "tables", ["t"])).ended
    await redis.delete("session:whole:registry")
    with pytest.raises(SessionsRecovering):
        await quotas.reserve(session_id, "tables", ["t"])
    await redis.delete("session:whole:tokens")
    with pytest.raises(SessionsRecovering):
        await quotas.reserve(f"{session_id}x", "concurrent_questions", ["q"])


async def test_other_services_reserve_over_the_bus_and_the_owner_sees_it(start: Start, bus: Bus) -> None:
    running = await start(quota_concurrent_questions=2)
    opened = await running.opened()

    asked: dict[str, Any] = {"session_id": opened["session_id"], "kind": "concurrent_questions"}

    async def granted(name: str) -> bool:
        return (await ask(bus, RESERVE, ReservationRequest(ids=(name,), **asked))).granted

    assert [await granted(name) for name in ("a", "b", "c", "a")] == [True, True, False, True]
    async with running.client(opened["token"]) as client:
        body = (await client.get("/v1/sessions/current")).json()
    assert body["quota"]["concurrent_questions"] == {"used": 2, "limit": 2}
    assert (await ask(bus, RELEASE, ReleaseRequest(ids=("a",), **asked))).released
    assert await granted("c")
