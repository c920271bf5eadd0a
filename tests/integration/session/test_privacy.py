"""What a session chose that a model may be told, over HTTP, the bus and a lost Redis."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from redis.asyncio import Redis

from shared.auth import BusVerifier
from shared.bus import Bus
from tests.integration.session.conftest import Running, Start, until

pytestmark = pytest.mark.integration


async def opened(running: Running, **body: Any) -> dict[str, Any]:
    async with running.client() as client:
        answer = await client.post("/v1/sessions", json=body)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def changed(running: Running, token: str, privacy: str | None) -> tuple[str, str]:
    async with running.client(token) as client:
        body = (await client.patch("/v1/sessions/current", json={"privacy": privacy})).json()
    return body["privacy"], body["privacy_from"]


async def shown(running: Running, token: str) -> tuple[str, str] | None:
    async with running.client(token) as client:
        answer = await client.get("/v1/sessions/current")
    return (answer.json()["privacy"], answer.json()["privacy_from"]) if answer.status_code == 200 else None


async def test_the_houses_default_is_shown_until_the_session_chooses(start: Start) -> None:
    lax, strict = await start(), await start(privacy="schema_only")
    made = await opened(lax)
    assert (made["privacy"], made["privacy_from"]) == ("profile", "house")
    assert await shown(strict, made["token"]) == ("schema_only", "house")
    assert await changed(lax, made["token"], "profile") == ("profile", "session")
    assert await shown(strict, made["token"]) == ("profile", "session")
    assert await changed(lax, made["token"], None) == ("profile", "house")


async def test_what_was_chosen_at_creation_reaches_the_other_services_with_the_token(
    running: Running, bus: Bus
) -> None:
    made, other = await opened(running, privacy="schema_only"), await opened(running)
    verifier = BusVerifier(bus)
    assert (await verifier.verify(made["token"])).privacy == "schema_only"
    assert (await verifier.verify(other["token"])).privacy is None


async def test_once_a_change_is_answered_nobody_remembers_what_was_chosen_before(running: Running, bus: Bus) -> None:
    """Neither who heard of the change, nor who only has a short memory, as one that the word did not reach."""
    made, other = await opened(running), await opened(running)
    hears, deaf = BusVerifier(bus), BusVerifier(bus)
    deaf._listening = True
    change = asyncio.create_task(changed(running, made["token"], "schema_only"))
    while not change.done():
        told = [(await verifier.verify(made["token"])).privacy for verifier in (hears, deaf)]
        await asyncio.sleep(0.01)
    assert change.result() == ("schema_only", "session") and told
    assert [(await verifier.verify(made["token"])).privacy for verifier in (hears, deaf)] == ["schema_only"] * 2
    assert (await hears.verify(other["token"])).privacy is None


async def test_the_choice_comes_back_when_redis_was_lost(running: Running, redis: Redis) -> None:
    made = await opened(running)
    await changed(running, made["token"], "schema_only")
    async with running.client(made["token"]) as client:
        rotated = (await client.post("/v1/sessions/current/rotate")).json()
    assert rotated["privacy"] == "schema_only"
    await redis.flushdb()
    assert await until(lambda: shown(running, rotated["token"])) == ("schema_only", "session")


async def test_what_the_operator_forbids_is_refused_and_changes_nothing(start: Start) -> None:
    running = await start(privacy_floor="schema_only")
    async with running.client() as client:
        refused = await client.post("/v1/sessions", json={"privacy": "profile"})
        assert (refused.status_code, refused.json()["code"]) == (403, "privacy_not_allowed")
        assert "set-cookie" not in refused.headers
    made = await opened(running)
    assert (made["privacy"], made["privacy_from"]) == ("schema_only", "house")
    async with running.client(made["token"]) as client:
        refused = await client.patch("/v1/sessions/current", json={"privacy": "profile"})
    assert (refused.status_code, refused.json()["code"]) == (403, "privacy_not_allowed")
    assert await shown(running, made["token"]) == ("schema_only", "house")


@pytest.mark.parametrize("body", [{}, {"privacy": "none"}, {"privacy": "profile", "more": 1}, {"privacy": ["profile"]}])
async def test_what_is_no_choice_is_refused(running: Running, body: dict[str, Any]) -> None:
    made = await opened(running)
    async with running.client(made["token"]) as client:
        assert (await client.patch("/v1/sessions/current", json=body)).status_code == 422


async def test_one_session_chooses_for_itself_alone(running: Running) -> None:
    made, other = await opened(running), await opened(running)
    await changed(running, made["token"], "schema_only")
    assert await shown(running, other["token"]) == ("profile", "house")
    async with running.client() as nobody:
        assert (await nobody.patch("/v1/sessions/current", json={"privacy": "profile"})).status_code == 401
