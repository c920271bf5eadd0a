"""What the stack does while one of its servers is away, and after it."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
import redis

from askframe import Askframe
from deploy.local.stack import Stack

pytestmark = pytest.mark.e2e
ROUTES = (
    "/v1/files",
    "/v1/tables",
    "/v1/queries",
    "/v1/conversations",
    "/v1/usage",
    "/v1/sessions/current",
    "/v1/sessions/current/history",
)


@contextmanager
def frozen(stack: Stack, name: str) -> Iterator[None]:
    """A server that accepts connections and answers nothing."""
    pid = stack.pid(name)
    assert pid
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def statuses(stack: Stack, token: str) -> dict[str, httpx.Response]:
    return {
        path: httpx.get(stack.base_url + path, headers={"Authorization": f"Bearer {token}"}, timeout=60)
        for path in ROUTES
    }


def wait_until_all_answer(stack: Stack, token: str, within: float = 30) -> None:
    deadline = time.monotonic() + within
    while True:
        found = {path: answer.status_code for path, answer in statuses(stack, token).items()}
        if set(found.values()) == {200}:
            return
        assert time.monotonic() < deadline, found
        time.sleep(0.5)


def test_every_route_answers_503_with_retry_after_while_redis_is_away_and_recovers(
    stack: Stack, client: Askframe
) -> None:
    assert client.token
    wait_until_all_answer(stack, client.token)
    with frozen(stack, "valkey"):
        time.sleep(1.1)  # what was verified just now is remembered for a second
        for path, answer in statuses(stack, client.token).items():
            assert answer.status_code == 503, path
            assert answer.headers["retry-after"], path
            assert answer.json()["detail"], path
    wait_until_all_answer(stack, client.token)


def test_killed_redis_loses_no_session_table_or_answer(stack: Stack, client: Askframe, tmp_path: Path) -> None:
    (tmp_path / "sales.csv").write_text("city,amount\nParis,120.5\nLyon,80.5\n")
    client.load(tmp_path / "sales.csv")
    query = client.ask("What is the total amount?")
    time.sleep(1.2)  # appendfsync everysec: what a kill of the process may not lose is what was written a second ago
    stack.kill_service("valkey")
    stack.wait_ready("valkey")
    assert client.token
    wait_until_all_answer(stack, client.token)
    again = client.query(query.query_id)
    assert again.answer == query.answer
    assert [t.name for t in client.tables()] == ["sales"]


def test_emptied_redis_is_filled_again_from_the_object_store(stack: Stack, client: Askframe, tmp_path: Path) -> None:
    (tmp_path / "sales.csv").write_text("city,amount\nParis,120.5\nLyon,80.5\n")
    file = client.load(tmp_path / "sales.csv")
    query = client.ask("What is the total amount?")
    assert client.token
    with redis.Redis.from_url(stack.endpoints.redis_url) as server:
        server.flushall()
    wait_until_all_answer(stack, client.token)
    assert [t.name for t in client.tables()] == ["sales"]
    headers = {"Authorization": f"Bearer {client.token}"}
    assert [f["file_id"] for f in httpx.get(f"{stack.base_url}/v1/files", headers=headers).json()["files"]] == [
        file.file_id
    ]

    def known() -> set[str]:
        entries = httpx.get(f"{stack.base_url}/v1/sessions/current/history", headers=headers).json().get("entries", [])
        return {entry["id"] for entry in entries}

    deadline = time.monotonic() + 30
    while not {file.file_id, file.tables[0].table_id, query.query_id} <= known():
        assert time.monotonic() < deadline, known()
        time.sleep(0.5)
    assert httpx.get(f"{stack.base_url}/v1/sessions/current", headers=headers).json()["quota"]["tables"]["used"] == 1
    again = client.ask("What is the total amount?", [file.tables[0].table_id])
    assert again.answer is not None and again.answer.value == 201.0


def test_restarted_broker_loses_no_question(stack: Stack, client: Askframe, tmp_path: Path) -> None:
    (tmp_path / "sales.csv").write_text("city,amount\nParis,120.5\nLyon,80.5\n")
    file = client.load(tmp_path / "sales.csv")
    headers = {"Authorization": f"Bearer {client.token}"}
    body = {"question": "What is the total amount?", "table_ids": [file.tables[0].table_id]}
    ids = [
        httpx.post(f"{stack.base_url}/v1/queries", json=body, headers=headers, timeout=30).json()["query_id"]
        for _ in range(3)
    ]
    stack.kill_service("nats")
    stack.wait_ready("nats")
    assert client.token
    wait_until_all_answer(stack, client.token, within=60)
    for query_id in ids:
        done = client.wait_query(query_id, timeout=90)
        assert done.answer is not None, done.error
        assert done.answer.value == 201.0
