"""The end of sessions over real servers: nothing is left, whoever crashes in between."""

from __future__ import annotations

import asyncio
import secrets
import time
from typing import Any

import pytest
from redis.asyncio import Redis

from services.session.domain import Lifetimes, Session
from services.session.settings import Settings
from services.session.storage.sessions import RedisSessionStore
from shared.auth import BusReservations, hash_token
from shared.bus import Bus
from shared.errors import Unauthorized
from shared.objects import S3ObjectStore
from shared.objects.store import s3_store
from shared.rpc import VERIFY_TOKEN, TokenRequest, ask
from tests.integration.session.conftest import Running, Start, until
from tests.integration.session.events import file_uploaded, some_id, table_ready

pytestmark = pytest.mark.integration


async def test_deleting_kills_the_token_at_once_and_leaves_nothing(
    running: Running, bus: Bus, settings: Settings, redis: Redis, forgetful: None
) -> None:
    objects = S3ObjectStore(s3_store(settings))
    opened = await running.opened()
    session_id = opened["session_id"]
    uploaded = file_uploaded(session_id, some_id("f"))
    await objects.put(uploaded.object_key, b"content")
    await bus.publish(uploaded)
    await bus.publish(table_ready(session_id, uploaded.file_id, some_id("t")))
    for kind in ("bytes", "tables", "questions_per_minute", "concurrent_questions"):
        assert (await BusReservations(bus).reserve(session_id, kind, some_id("r"))).granted
    async with running.client(opened["token"]) as client:
        await until(lambda: counted(client, "table"))
        assert {key.split(":")[1] async for key in redis.scan_iter(f"session:*:{session_id}")} == {
            "of",
            "tokens",
            "entries",
            "order",
            "held",
            "tables",
            "asked",
            "running",
        }
        ended = await client.delete("/v1/sessions/current", params={"wait": 10})
        assert (await client.get("/v1/sessions/current")).status_code == 401
    assert ended.status_code == 200 and ended.json()["state"] == "forgotten"
    assert ended.json()["objects"] == 1 and ended.json()["keys"] >= 2
    assert await objects.keys_under(f"sessions/{session_id}/") == []
    await until(lambda: nothing_names(redis, session_id, hash_token(opened["token"])))


async def test_what_two_copies_remove_at_once_is_told_as_one(redis: Redis) -> None:
    store, session_id, now = RedisSessionStore(redis, Lifetimes(60, 60)), f"s_{secrets.token_hex(12)}", time.time()
    await store.insert(Session(session_id, now, now + 60, now + 60), [hash_token(session_id)])
    await redis.sadd(f"session:usage-ids:{session_id}", "u")
    await store.end(session_id, "deleted", now)
    removed = [await store.clear(session_id, 3, now), await store.clear(session_id, 0, now)]
    assert [(found.objects, found.keys) for found in removed] == [(3, 1), (3, 1)]
    await store.drop(session_id)


async def test_deleting_answers_at_once_while_other_services_are_still_at_it(running: Running, bus: Bus) -> None:
    opened = await running.opened()
    async with running.client(opened["token"]) as client:
        started = time.monotonic()
        ended = await client.delete("/v1/sessions/current", params={"wait": 0.3})
    assert ended.status_code == 202 and ended.json()["state"] == "ending" and time.monotonic() - started < 3
    with pytest.raises(Unauthorized):
        await ask(bus, VERIFY_TOKEN, TokenRequest(token_sha256=hash_token(opened["token"])))


async def test_a_revoked_token_is_told_to_every_verifier(running: Running, bus: Bus) -> None:
    opened = await running.opened()
    async with bus.listen("auth.revoked") as told, running.client(opened["token"]) as client:
        await client.delete("/v1/sessions/current")
        async with asyncio.timeout(5):
            while True:
                _, facts = await anext(told)
                if facts["session_id"] == opened["session_id"]:
                    break
    assert facts["token_sha256"] == [hash_token(opened["token"])]


async def test_expired_sessions_are_swept_by_several_copies(
    start: Start, bus: Bus, redis: Redis, forgetful: None
) -> None:
    copies = [await start(session_idle_seconds=0.3) for _ in range(2)]
    ids = [(await copies[number % 2].opened())["session_id"] for number in range(12)]
    await until(lambda: nothing_names(redis, *ids), 60)


async def test_an_end_that_a_crash_interrupted_is_finished(
    settings: Settings, start: Start, redis: Redis, forgetful: None
) -> None:
    """The tokens were dead and the end noted when the process died: nothing was announced yet."""
    store = RedisSessionStore(redis, Lifetimes(60, 60))
    session = Session(f"s_{secrets.token_hex(12)}", time.time(), time.time() + 60, time.time() + 60)
    await store.insert(session, [hash_token("lost")])
    await store.end(session.session_id, "deleted", time.time())
    await S3ObjectStore(s3_store(settings)).put(f"sessions/{session.session_id}/files/f/raw", b"x")
    await start()
    await until(lambda: nothing_names(redis, session.session_id))
    assert await S3ObjectStore(s3_store(settings)).keys_under(f"sessions/{session.session_id}/") == []


async def test_what_is_written_late_is_removed_too(
    start: Start, settings: Settings, redis: Redis, forgetful: None
) -> None:
    running = await start(session_linger_seconds=1.0)
    opened = await running.opened()
    async with running.client(opened["token"]) as client:
        assert (await client.delete("/v1/sessions/current", params={"wait": 10})).status_code == 200
    objects, key = S3ObjectStore(s3_store(settings)), f"sessions/{opened['session_id']}/results/q/late.json"
    await objects.put(key, b"{}")
    await until(lambda: nothing_names(redis, opened["session_id"]))
    assert await objects.keys_under(key) == []


async def counted(client: Any, kind: str) -> bool:
    return bool((await client.get("/v1/sessions/current")).json()["counts"][kind])


async def nothing_names(redis: Redis, *names: str) -> bool:
    kept = [key async for key in redis.scan_iter("*")]
    members = {member for key in ("session:ending", "session:expiry") for member in await redis.zrange(key, 0, -1)}
    return not any(name in key for name in names for key in kept) and not members.intersection(names)
