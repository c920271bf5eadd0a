"""A session that is deleted leaves nothing: not in the object store, not in Redis, not in a worker's cache."""

from __future__ import annotations

import time
from pathlib import Path

import httpx
import obstore
import pytest
import redis

from askframe import Askframe
from deploy.local.stack import Stack
from shared.objects.store import s3_store
from shared.settings import CommonSettings

pytestmark = pytest.mark.e2e
SECRET = "zanzibar-seven"
MARKERS = ("nlq:gone:", "dataproc:gone:", "session:ending", "session:end:", "llm:gone:", "upload:gone:")


def objects_of(stack: Stack, session_id: str) -> list[str]:
    e = stack.endpoints
    store = s3_store(
        CommonSettings(
            s3_endpoint=e.s3_endpoint,
            s3_access_key=e.s3_access_key,
            s3_secret_key=e.s3_secret_key,
            s3_bucket=e.s3_bucket,
        )
    )
    return [item["path"] for batch in obstore.list(store, f"sessions/{session_id}/") for item in batch]


def redis_traces(stack: Stack, *needles: str) -> list[str]:
    """Keys that name the session, or whose value does. Markers that it is gone do not count: they stop late work, and go by themselves."""
    client = redis.Redis.from_url(stack.endpoints.redis_url, decode_responses=True)
    found = []
    for key in client.scan_iter(count=1000):
        kind = client.type(key)
        if kind == "none":  # it went between the two questions
            continue
        held = {
            "string": client.get,
            "hash": client.hgetall,
            "set": client.smembers,
            "list": lambda k: client.lrange(k, 0, -1),
            "zset": lambda k: client.zrange(k, 0, -1),
            "stream": client.xrange,
        }[kind](key)
        if any(needle in f"{key} {held}" for needle in needles) and not key.startswith(MARKERS):
            found.append(key)
    return found


def cached_bytes(stack: Stack) -> bytes:
    return b"".join(p.read_bytes() for p in Path(stack.home).rglob("*.arrow"))


def expire(stack: Stack, session_id: str) -> None:
    """As when nobody has used the session for a day."""
    store = redis.Redis.from_url(stack.endpoints.redis_url, decode_responses=True)
    store.hset(f"session:of:{session_id}", "idle_until", 1)
    store.zadd("session:expiry", {session_id: 1})


@pytest.mark.parametrize("end", ["deleted", "expired"])
def test_session_that_ended_leaves_nothing_anywhere(stack: Stack, tmp_path: Path, end: str) -> None:
    (tmp_path / "sales.csv").write_text(f"city,note,amount\nParis,{SECRET},120.5\nLyon,{SECRET},80.5\n")
    client = Askframe(stack.base_url)
    session = client.create_session()
    headers = {"Authorization": f"Bearer {session.token}"}
    assert client.load(tmp_path / "sales.csv").state == "ready"
    query = client.ask("Show all rows")
    conversation = httpx.post(f"{stack.base_url}/v1/conversations", json={}, headers=headers).json()["conversation_id"]
    client.ask("What is the total amount?", conversation=conversation)
    httpx.post(f"{stack.base_url}/v1/uploads", headers={**headers, "Tus-Resumable": "1.0.0", "Upload-Length": "1000"})
    needles = (session.session_id, SECRET, query.query_id, conversation)
    assert objects_of(stack, session.session_id)
    assert {
        f"session:{name}:{session.session_id}" for name in ("of", "tokens", "entries", "order", "tables", "asked")
    } <= set(redis_traces(stack, *needles))
    assert SECRET.encode() in cached_bytes(stack)

    if end == "deleted":
        client.delete_session()
    else:
        expire(stack, session.session_id)
        time.sleep(1.1)  # what was verified just now is remembered for a second
    assert httpx.get(f"{stack.base_url}/v1/files", headers=headers).status_code == 401
    deadline = time.monotonic() + 60
    while (objects_of(stack, session.session_id) or redis_traces(stack, *needles)) and time.monotonic() < deadline:
        time.sleep(0.25)
    assert objects_of(stack, session.session_id) == []
    left = redis_traces(stack, *needles)
    assert not left, left
    assert SECRET.encode() not in cached_bytes(stack)
