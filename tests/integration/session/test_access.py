"""Tokens over HTTP and the bus, against real servers."""

from __future__ import annotations

import asyncio

import pytest

from shared.auth import BusVerifier, hash_token
from shared.bus import Bus
from shared.errors import RateLimited, Unauthorized
from shared.rpc import VERIFY_TOKEN, TokenRequest, ask
from tests.integration.session.conftest import Running, Start, until

pytestmark = pytest.mark.integration


async def test_a_new_session_has_a_token_a_cookie_and_a_quota(running: Running) -> None:
    async with running.client() as client:
        opened = await client.post("/v1/sessions")
        assert opened.status_code == 201
        cookie = opened.headers["set-cookie"]
        assert cookie.startswith("askframe_session=") and "HttpOnly" in cookie and "SameSite=lax" in cookie
        body = (await client.get("/v1/sessions/current")).json()
    assert body["session_id"] == opened.json()["session_id"]
    assert body["quota"]["bytes"] == {"used": 0, "limit": 2 << 30}


async def test_the_bus_verifies_what_http_gave_out(running: Running, bus: Bus) -> None:
    opened = await running.opened()
    principal = await BusVerifier(bus).verify(opened["token"])
    assert principal.session_id == opened["session_id"]
    with pytest.raises(Unauthorized):
        await BusVerifier(bus).verify(opened["token"] + "A")


async def test_a_rotated_token_is_refused_at_once_and_the_new_one_works(running: Running, bus: Bus) -> None:
    opened = await running.opened()
    async with running.client(opened["token"]) as client:
        rotated = (await client.post("/v1/sessions/current/rotate")).json()
        assert (await client.get("/v1/sessions/current")).status_code == 401
    assert rotated["session_id"] == opened["session_id"]
    with pytest.raises(Unauthorized):
        await ask(bus, VERIFY_TOKEN, TokenRequest(token_sha256=hash_token(opened["token"])))
    async with running.client(rotated["token"]) as client:
        assert (await client.get("/v1/sessions/current")).status_code == 200


async def test_of_two_rotations_of_one_token_one_wins(running: Running) -> None:
    opened = await running.opened()
    async with running.client(opened["token"]) as client:
        answers = await asyncio.gather(*(client.post("/v1/sessions/current/rotate") for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [200, 401, 401, 401]


async def test_an_idle_session_ends_and_one_in_use_goes_on(start: Start) -> None:
    running = await start(session_idle_seconds=1.0)
    idle, used = await running.opened(), await running.opened()
    async with running.client(used["token"]) as client:
        for _ in range(12):
            assert (await client.get("/v1/sessions/current")).status_code == 200
            await asyncio.sleep(0.12)
    async with running.client(idle["token"]) as client:
        assert (await client.get("/v1/sessions/current")).status_code == 401


async def test_no_session_gets_older_than_the_limit(start: Start) -> None:
    running = await start(session_idle_seconds=60.0, session_max_seconds=0.5)
    opened = await running.opened()
    async with running.client(opened["token"]) as client:
        assert (await client.get("/v1/sessions/current")).status_code == 200
        await asyncio.sleep(0.6)
        assert (await client.get("/v1/sessions/current")).status_code == 401


async def test_too_many_sessions_from_one_address_are_refused_with_a_time_to_wait(start: Start) -> None:
    running = await start(session_creation_burst=3, session_creation_rate=0.5)
    async with running.client() as client:
        headers = {"X-Forwarded-For": "192.0.2.77"}
        answers = [await client.post("/v1/sessions", headers=headers) for _ in range(4)]
        other = await client.post("/v1/sessions", headers={"X-Forwarded-For": "192.0.2.78"})
    assert [answer.status_code for answer in answers] == [201, 201, 201, 429]
    assert answers[-1].json()["code"] == "too_many_sessions" and int(answers[-1].headers["retry-after"]) >= 1
    assert other.status_code == 201


async def test_a_token_is_not_stored_anywhere_in_redis(running: Running, redis) -> None:  # type: ignore[no-untyped-def]
    opened = await running.opened()
    kept = [key async for key in redis.scan_iter("*")]
    assert any(hash_token(opened["token"]) in key for key in kept)
    assert not any(opened["token"] in key for key in kept)


async def test_a_revoked_token_is_dropped_from_every_memory_at_once(running: Running, bus: Bus) -> None:
    opened, verifier = await running.opened(), BusVerifier(bus, clock=lambda: 0.0)
    await verifier.verify(opened["token"])
    async with running.client(opened["token"]) as client:
        await client.delete("/v1/sessions/current")

    async def refused() -> bool:
        try:
            await verifier.verify(opened["token"])
        except Unauthorized:
            return True
        return False

    await until(refused, 0.9)


async def test_wrong_tokens_are_limited_on_every_service(start: Start, bus: Bus) -> None:
    await start(session_failure_burst=3, session_failure_rate=0.5)
    verifier = BusVerifier(bus)
    for _ in range(3):
        with pytest.raises(Unauthorized):
            await verifier.verify("wrong", "192.0.2.99")
    with pytest.raises(RateLimited) as limited:
        await verifier.verify("wrong", "192.0.2.99")
    assert limited.value.retry_after
    with pytest.raises(Unauthorized):
        await verifier.verify("wrong", "192.0.2.100")
