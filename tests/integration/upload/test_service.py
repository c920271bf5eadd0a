"""The service as a process among real servers: what it hears, what it tells, and what survives."""

from __future__ import annotations

import asyncio
import hashlib
import json
import secrets
from typing import Any

import httpx
import pytest
from redis.asyncio import Redis

from deploy.local.servers import Endpoints
from services.upload.storage.keyspace import Keyspace
from services.upload.storage.multipart import S3Parts
from shared.bus import Bus
from shared.events import DeadLetter, SessionExpired, TableFact, TableParsingFinished, TableParsingStarted
from shared.objects import S3ObjectStore
from tests.integration.upload.conftest import Service, free_port

pytestmark = pytest.mark.integration
TUS = {"Tus-Resumable": "1.0.0"}
OCTETS = {**TUS, "Content-Type": "application/offset+octet-stream"}
MB = 1_000_000


def table() -> bytes:
    """A CSV that no other test has."""
    return b"id,note\n1," + secrets.token_hex(16).encode() + b"\n"


async def post(http: httpx.AsyncClient, content: bytes, name: str = "table.csv") -> dict[str, Any]:
    answer = await http.post("/v1/files", files={"file": (name, content, "text/csv")})
    assert answer.status_code == 201, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def test_file_is_announced_and_becomes_ready_with_what_the_reader_tells(
    service: Service, token: str, bus: Bus
) -> None:
    stored = await bus.client.jetstream().subscribe("file.uploaded.v1", ordered_consumer=True)
    async with service.client(token) as http:
        file_id = (await post(http, table()))["file_id"]
        async with asyncio.timeout(10):
            while (event := json.loads((await stored.next_msg()).data))["file_id"] != file_id:
                pass
        assert event["session_id"] == token
        waiting = asyncio.create_task(http.get(f"/v1/files/{file_id}", params={"wait": 20}))
        await bus.publish(TableParsingStarted(session_id=token, file_id=file_id))
        fact = TableFact(table_id="t_1", name="table", rows=1, columns=2)
        await bus.publish(TableParsingFinished(session_id=token, file_id=file_id, tables=(fact,)))
        shown = (await waiting).json()
    assert (shown["state"], shown["tables"]) == ("ready", [fact.model_dump()])


async def test_file_that_the_reader_gave_up_fails_with_a_reason(service: Service, token: str, bus: Bus) -> None:
    async with service.client(token) as http:
        file_id = (await post(http, table()))["file_id"]
        letter = DeadLetter(
            durable="dataproc-parse-file",
            subject="file.uploaded.v1",
            reason="killed",
            error="x",
            deliveries=5,
            stream="FILES",
            stream_sequence=1,
            body={"session_id": token, "file_id": file_id, "attempt": 1},
        )
        await bus.client.jetstream().publish("dlq.dataproc-parse-file", letter.model_dump_json().encode())
        shown = (await http.get(f"/v1/files/{file_id}", params={"wait": 20})).json()
    assert (shown["state"], shown["code"]) == ("failed", "reading_failed")


async def test_session_that_expired_leaves_nothing(
    service: Service, token: str, bus: Bus, endpoints: Endpoints, objects: S3ObjectStore, parts: S3Parts
) -> None:
    async with service.client(token) as http:
        await post(http, table())
        made = await http.post("/v1/uploads", headers={**TUS, "Upload-Length": str(20 * MB)})
        await http.patch(
            made.headers["location"], content=b"1,2\n" * 2_500_000, headers={**OCTETS, "Upload-Offset": "0"}
        )
        assert await parts.unfinished(f"sessions/{token}/")
        await bus.publish(SessionExpired(session_id=token, reason="deleted"))
        async with asyncio.timeout(15):
            while await objects.keys_under(f"sessions/{token}/") or await parts.unfinished(f"sessions/{token}/"):
                await asyncio.sleep(0.05)
    redis = Redis.from_url(endpoints.redis_url)
    assert [key async for key in redis.scan_iter(f"upload:{{{token}}}*")] == []
    await redis.aclose()


async def test_upload_goes_on_at_another_copy_of_the_service(service: Service, token: str) -> None:
    other = Service(free_port(), service.env, service.log)
    await other.start()
    content = b"".join(b"%d,%d\n" % (i, i * i) for i in range(900_000))
    half = 7 * MB
    async with service.client(token) as first, other.client(token) as second:
        made = await first.post("/v1/uploads", headers={**TUS, "Upload-Length": str(len(content))})
        path = httpx.URL(made.headers["location"]).path
        await first.patch(path, content=content[:half], headers={**OCTETS, "Upload-Offset": "0"})
        assert (await second.head(path, headers=TUS)).headers["upload-offset"] == str(half)
        await second.patch(path, content=content[half:], headers={**OCTETS, "Upload-Offset": str(half)})
        shown = (await first.get(path.replace("uploads", "files"))).json()
    await other.kill()
    assert (shown["state"], shown["sha256"]) == ("received", hashlib.sha256(content).hexdigest())


async def test_four_clients_with_600_mb_each_never_pass_two_gigabytes_together(service: Service, token: str) -> None:
    other = Service(free_port(), service.env, service.log)
    await other.start()

    async def client(copy: Service) -> list[httpx.Response]:
        async with copy.client(token) as http:
            return await asyncio.gather(
                *(http.post("/v1/uploads", headers={**TUS, "Upload-Length": str(300 * MB)}) for _ in range(2))
            )

    answers = [
        answer
        for each in await asyncio.gather(*(client(copy) for copy in (service, other, service, other)))
        for answer in each
    ]
    await other.kill()
    made = [answer.headers["location"] for answer in answers if answer.status_code == 201]
    assert len(made) * 300 * MB <= 2 << 30
    assert [answer.json()["code"] for answer in answers if answer.status_code != 201] == ["session_quota_exceeded"]
    async with service.client(token) as http:
        refused = await http.post("/v1/uploads", headers={**TUS, "Upload-Length": str(300 * MB)})
        await http.delete(made[0], headers=TUS)
        allowed = await http.post("/v1/uploads", headers={**TUS, "Upload-Length": str(300 * MB)})
    assert (refused.status_code, allowed.status_code) == (413, 201)


async def test_four_requests_at_one_offset_have_one_winner(service: Service, token: str) -> None:
    content = table()
    async with service.client(token) as http:
        url = (await http.post("/v1/uploads", headers={**TUS, "Upload-Length": str(len(content))})).headers["location"]
        answers = await asyncio.gather(
            *(http.patch(url, content=content, headers={**OCTETS, "Upload-Offset": "0"}) for _ in range(4))
        )
        statuses = sorted(answer.status_code for answer in answers)
        assert statuses[0] == 204
        assert all(400 <= status < 500 for status in statuses[1:])
        assert (await http.get(httpx.URL(url).path.replace("uploads", "files") + "/content")).content == content


async def test_files_survive_the_loss_of_the_state_store(service: Service, token: str, endpoints: Endpoints) -> None:
    content = table()
    async with service.client(token) as http:
        before = await post(http, content)
        redis, space = Redis.from_url(endpoints.redis_url), Keyspace(token)
        await redis.delete(
            space.quota, space.files, space.digests, space.record(before["file_id"]), space.transfer(before["file_id"])
        )
        await redis.aclose()
        assert (await http.get("/v1/files")).json()["files"] == [before]
        assert (await http.get(f"/v1/files/{before['file_id']}/content")).content == content
        assert (await post(http, content))["duplicate_of"] == before["file_id"]


async def test_killed_while_all_bytes_were_safe_the_file_is_finished_by_whoever_comes_next(
    service: Service, token: str, endpoints: Endpoints, parts: S3Parts
) -> None:
    """The moment is made by hand: the transfer is whole, the hold is a dead process's, nothing after it has happened."""
    content = table()
    async with service.client(token) as http:
        url = (await http.post("/v1/uploads", headers={**TUS, "Upload-Length": str(len(content) + 1)})).headers[
            "location"
        ]
        await http.patch(url, content=content, headers={**OCTETS, "Upload-Offset": "0"})
        file_id = url.rsplit("/", 1)[1]
        redis, key = Redis.from_url(endpoints.redis_url), Keyspace(token).transfer(file_id)
        kept = json.loads(await redis.hget(key, "state"))
        raw = f"sessions/{token}/files/{file_id}/raw"
        await parts.put(raw, (), memoryview(content))
        whole = {
            **kept,
            "length": len(content),
            "stage": "whole",
            "tail": [],
            "parts": [{"number": 1, "size": len(content), "etag": ""}],
        }
        await redis.hset(key, mapping={"state": json.dumps(whole), "held": "7"})
        await redis.zadd("upload:due", {f"{token}/{file_id}": 1})
        await redis.aclose()
        async with asyncio.timeout(15):
            while (await http.get(f"/v1/files/{file_id}")).json()["state"] != "received":
                await asyncio.sleep(0.1)
        assert (await http.get(f"/v1/files/{file_id}/content")).content == content
