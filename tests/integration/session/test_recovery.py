"""Redis loses everything: sessions and what they have come back."""

from __future__ import annotations

import json
from typing import Any

import pytest
from redis.asyncio import Redis

from services.session.settings import Settings
from shared.bus import Bus
from shared.objects import S3ObjectStore
from shared.objects.store import s3_store
from tests.integration.session.conftest import Running, until
from tests.integration.session.events import file_uploaded, query_asked, some_id, table_ready

pytestmark = pytest.mark.integration


async def test_sessions_files_tables_and_questions_come_back(
    running: Running, bus: Bus, settings: Settings, redis: Redis
) -> None:
    opened, ended = await running.opened(), await running.opened()
    session_id = opened["session_id"]
    async with running.client(ended["token"]) as client:
        await client.delete("/v1/sessions/current")
    old_file, new_file, old_table = some_id("f"), some_id("f"), some_id("t")
    objects = S3ObjectStore(s3_store(settings))
    # Older than what the bus remembers: known from manifests alone.
    await objects.put(
        f"sessions/{session_id}/files/{old_file}/manifest.json",
        json.dumps(
            {
                "file_id": old_file,
                "filename": "old.csv",
                "size": 9,
                "state": "ready",
                "created_at": "2026-01-02T03:04:05+00:00",
            }
        ).encode(),
    )
    await objects.put(
        f"sessions/{session_id}/tables/{old_table}/manifest.json",
        json.dumps(
            {"table_id": old_table, "file_id": old_file, "name": "old", "rows": 2, "version": 1, "columns": [{}, {}]}
        ).encode(),
    )
    for event in (
        file_uploaded(session_id, new_file),
        table_ready(session_id, new_file, some_id("t")),
        query_asked(session_id, some_id("q")),
    ):
        await bus.publish(event)
    await redis.flushdb()
    async with running.client(opened["token"]) as client:

        async def all_back() -> Any:
            response = await client.get("/v1/sessions/current/history")
            assert response.status_code in (200, 503), response.text
            entries = response.json().get("entries", [])
            return entries if len(entries) == 5 else None

        entries = await until(all_back, 30)
    by_id = {entry["id"]: entry for entry in entries}
    assert by_id[old_file]["state"] == "ready" and by_id[old_file]["title"] == "old.csv"
    assert by_id[old_table]["details"]["columns"] == 2
    async with running.client(ended["token"]) as client:
        assert (await client.get("/v1/sessions/current")).status_code == 401


async def test_after_a_rotation_only_the_new_token_comes_back(running: Running, redis: Redis) -> None:
    opened = await running.opened()
    async with running.client(opened["token"]) as client:
        rotated = (await client.post("/v1/sessions/current/rotate")).json()
    await redis.flushdb()
    async with running.client(rotated["token"]) as client:
        await until(lambda: status(client, 200))
    async with running.client(opened["token"]) as client:
        assert await status(client, 401)


async def test_until_they_are_back_unknown_tokens_are_told_to_wait(running: Running, redis: Redis) -> None:
    opened = await running.opened()
    async with redis.pipeline(transaction=True) as pipe:  # another copy is recovering, and takes its time
        pipe.flushdb()
        pipe.set("session:lease:recovery", "another", ex=60)
        await pipe.execute()
    async with running.client(opened["token"]) as client:
        response = await client.get("/v1/sessions/current")
        assert response.status_code == 503 and response.json()["code"] == "sessions_recovering"
        assert int(response.headers["retry-after"]) >= 1
        await redis.delete("session:lease:recovery")
        await until(lambda: status(client, 200))


POISON = {
    "nested deep": b'{"session_id":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "no session's id": b'{"session_id": {"a": []}}',
    "no object": b"[1]",
    "no text": b"\xff\xfe",
}


@pytest.mark.parametrize("poison", POISON)
async def test_what_a_stranger_published_keeps_nothing_from_coming_back(
    running: Running, bus: Bus, redis: Redis, poison: str
) -> None:
    await bus.publish_stored("llm.made_up.v1", POISON[poison], {})
    opened = await running.opened()
    await bus.publish(query_asked(opened["session_id"], some_id("q")))
    for _ in range(2):  # what ends a recovery for good shows when the next one is due
        await redis.flushdb()
        async with running.client(opened["token"]) as client:
            await until(lambda: asked(client), 10)
            assert (await client.get("/readyz")).status_code == 200


async def asked(client: Any) -> bool:
    response = await client.get("/v1/sessions/current/history")
    return bool(response.status_code == 200 and len(response.json()["entries"]) == 1)


async def status(client: Any, code: int) -> bool:
    return bool((await client.get("/v1/sessions/current")).status_code == code)
