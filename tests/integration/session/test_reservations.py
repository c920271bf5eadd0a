"""Quotas in Redis: however many ask at once, no more than the limit is granted."""

from __future__ import annotations

import asyncio
import json
import secrets
import time
from typing import Any

import pytest
from redis.asyncio import Redis

from services.session.domain import Lifetimes, begin
from services.session.rpc import RELEASE_SUBJECT, RESERVE_SUBJECT
from services.session.service import Quotas
from services.session.storage.reservations import RedisReservations
from services.session.storage.sessions import RedisSessionStore
from shared.bus import Bus
from tests.fakes.session import MemoryReservations
from tests.integration.session.conftest import Start

pytestmark = pytest.mark.integration
LIMITS: dict[Any, int] = {"bytes": 100, "tables": 10, "questions_per_minute": 10, "concurrent_questions": 10}


@pytest.fixture
async def session_id(redis: Redis) -> str:
    session = begin(f"s_{secrets.token_hex(12)}", time.time(), Lifetimes(100, 100))
    await RedisSessionStore(redis, Lifetimes(100, 100)).insert(session, [])
    return session.session_id


@pytest.fixture(params=["memory", "redis"])
def quotas(request: pytest.FixtureRequest, redis: Redis) -> Quotas:
    return Quotas(MemoryReservations() if request.param == "memory" else RedisReservations(redis), LIMITS, time.time)


@pytest.mark.parametrize("kind", ["tables", "questions_per_minute", "concurrent_questions"])
async def test_a_race_for_the_last_places_grants_exactly_the_limit(quotas: Quotas, session_id: str, kind: Any) -> None:
    answers = await asyncio.gather(*(quotas.reserve(session_id, kind, 1, str(number % 40)) for number in range(80)))
    assert len({number % 40 for number, answer in enumerate(answers) if answer.granted}) == 10
    assert max(answer.used for answer in answers) == 10
    refused = next(answer for answer in answers if not answer.granted)
    assert refused.retry_after > 0 or kind == "tables"


async def test_amounts_are_returned_once(quotas: Quotas, session_id: str) -> None:
    assert (await quotas.reserve(session_id, "bytes", 60, "a")).granted
    assert not (await quotas.reserve(session_id, "bytes", 60, "b")).granted
    for _ in range(3):
        await quotas.release(session_id, "bytes", "a")
    assert (await quotas.reserve(session_id, "bytes", 100, "b")).used == 100
    await quotas.release(session_id, "bytes", "b")
    assert (await quotas.reserve(session_id, "bytes", 1, "c")).used == 1


async def test_other_services_reserve_over_the_bus_and_the_owner_sees_it(start: Start, bus: Bus) -> None:
    running = await start(quota_concurrent_questions=2)
    opened = await running.opened()

    async def ask(subject: str, name: str) -> dict[str, Any]:
        body = {"session_id": opened["session_id"], "kind": "concurrent_questions", "id": name}
        answer: dict[str, Any] = json.loads(await bus.request(subject, json.dumps(body).encode()))
        return answer

    assert [(await ask(RESERVE_SUBJECT, name))["granted"] for name in ("a", "b", "c", "a")] == [True, True, False, True]
    async with running.client(opened["token"]) as client:
        body = (await client.get("/v1/sessions/current")).json()
    assert body["quota"]["concurrent_questions"] == {"used": 2, "limit": 2}
    assert await ask(RELEASE_SUBJECT, "a") == {"released": True}
    assert (await ask(RESERVE_SUBJECT, "c"))["granted"]
