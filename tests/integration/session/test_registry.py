"""What other services publish shows in the history."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import httpx
import pytest

from services.session.settings import Settings
from shared.bus import Bus
from shared.events import (
    FileDeleted,
    LlmUsageRecorded,
    QueryClarificationRequested,
    QueryClarified,
    QueryFailed,
    TableDeleted,
)
from shared.objects import S3ObjectStore
from shared.objects.store import s3_store
from tests.integration.session.conftest import Running, until
from tests.integration.session.events import file_uploaded, query_answered, query_asked, some_id, table_ready

pytestmark = pytest.mark.integration
ANSWER = {
    "answer": {"text": "There are 3.", "kind": "scalar", "value": 3},
    "code": "result = len(df)",
    "timings": {"total": 0.1},
}


async def history(client: httpx.AsyncClient, **params: Any) -> list[dict[str, Any]]:
    response = await client.get("/v1/sessions/current/history", params=params)
    assert response.status_code == 200, response.text
    entries: list[dict[str, Any]] = response.json()["entries"]
    return entries


async def test_a_question_shows_with_its_answer_code_and_timings(
    running: Running, bus: Bus, settings: Settings
) -> None:
    session_id, token = await opened(running)
    asked, answered = query_asked(session_id, some_id("q")), None
    answered = query_answered(session_id, asked.query_id)
    await S3ObjectStore(s3_store(settings)).put(answered.answer_key, json.dumps(ANSWER).encode())
    await bus.publish(asked)
    await bus.publish(answered)
    async with running.client(token) as client:
        [entry] = await until(lambda: history(client, state="answered"))
    assert entry["title"] == "How many?" and entry["details"]["answer"] == "There are 3."
    assert entry["details"]["value"] == 3 and entry["details"]["code"] == "result = len(df)"
    assert entry["details"]["timings"] == {"total": 0.1} and "answer_key" not in entry["details"]


async def test_a_question_that_asks_back_waits_until_the_choice_is_made(running: Running, bus: Bus) -> None:
    session_id, token = await opened(running)
    asked = query_asked(session_id, some_id("q"))
    await bus.publish(
        QueryClarificationRequested(
            session_id=session_id, query_id=asked.query_id, round=1, question="Which amount?", options=("net", "gross")
        )
    )
    await bus.publish(asked)
    async with running.client(token) as client:
        [entry] = await until(lambda: history(client, state="needs_clarification", q="how many"))
        assert entry["details"]["clarification"] == "Which amount?"
        await bus.publish(QueryClarified(session_id=session_id, query_id=asked.query_id, round=1, choice="net"))
        await until(lambda: history(client, state="asked"))


async def test_pages_filters_and_order(running: Running, bus: Bus) -> None:
    session_id, token = await opened(running)
    ids = [some_id("q") for _ in range(7)]
    for number, query_id in enumerate(ids):
        await bus.publish(query_asked(session_id, query_id, f"Question number {number}?"))
    async with running.client(token) as client:
        await until(lambda: complete(client, 7))
        seen, cursor = [], None
        while True:
            page = (
                await client.get(
                    "/v1/sessions/current/history", params={"limit": 3, **({"cursor": cursor} if cursor else {})}
                )
            ).json()
            seen += [entry["id"] for entry in page["entries"]]
            cursor = page["next_cursor"]
            if cursor is None:
                break
        assert seen == ids[::-1]
        assert [entry["id"] for entry in await history(client, q="NUMBER 4")] == [ids[4]]
        assert await history(client, kind="file") == []
        bad = await client.get("/v1/sessions/current/history", params={"cursor": "what"})
    assert bad.status_code == 422 and bad.json()["code"] == "invalid_cursor"


async def test_what_is_deleted_does_not_show_even_when_its_upload_is_heard_of_later(running: Running, bus: Bus) -> None:
    session_id, token = await opened(running)
    file_id, table_id = some_id("f"), some_id("t")
    await bus.publish(FileDeleted(session_id=session_id, file_id=file_id))
    await bus.publish(TableDeleted(session_id=session_id, file_id=file_id, table_id=table_id))
    kept = query_asked(session_id, some_id("q"))
    await bus.publish(kept)
    async with running.client(token) as client:
        await until(lambda: complete(client, 1))
        await bus.publish(table_ready(session_id, file_id, table_id))
        await bus.publish(file_uploaded(session_id, file_id))
        await bus.publish(
            QueryFailed(session_id=session_id, query_id=kept.query_id, code="cannot_answer", reason="No such column.")
        )
        [entry] = await until(lambda: history(client, state="failed"))
        assert entry["details"]["error"] == {"code": "cannot_answer", "message": "No such column."}
        assert [found["id"] for found in await history(client)] == [kept.query_id]


async def test_usage_and_bytes_count_once_however_often_they_are_told(running: Running, bus: Bus) -> None:
    session_id, token = await opened(running)
    usage = LlmUsageRecorded(
        session_id=session_id, usage_id=some_id("u"), model="m", input_tokens=5, output_tokens=7, cost_usd=0.25
    )
    uploaded = file_uploaded(session_id, some_id("f"), size=1234)
    for _ in range(2):
        for event in (usage, uploaded):
            await bus.publish_stored(event.subject, event.model_dump_json().encode(), {})
    async with running.client(token) as client:

        async def counted() -> Any:
            body = (await client.get("/v1/sessions/current")).json()
            return body if body["usage"]["requests"] and body["counts"]["file"] else None

        body = await until(counted)
    assert body["usage"] == {
        "requests": 1,
        "input_tokens": 5,
        "output_tokens": 7,
        "cache_read_tokens": 0,
        "cost_usd": 0.25,
    }
    assert body["quota"]["bytes"]["used"] == 1234


async def test_the_export_holds_history_files_and_tables(running: Running, bus: Bus, settings: Settings) -> None:
    session_id, token = await opened(running)
    uploaded = file_uploaded(session_id, some_id("f"), "../../etc/passwd\n.csv")
    table = table_ready(session_id, uploaded.file_id, some_id("t"))
    lost = file_uploaded(session_id, some_id("f"), "lost.csv")
    objects = S3ObjectStore(s3_store(settings))
    await objects.put(uploaded.object_key, b"a,b\n1,2\n" * 300_000)
    await objects.put(table.data_key, b"PAR1")
    for event in (uploaded, table, lost):
        await bus.publish(event)
    async with running.client(token) as client:
        await until(lambda: complete(client, 3))
        response = await client.get("/v1/sessions/current/export")
    archive = zipfile.ZipFile(io.BytesIO(response.content))
    assert archive.testzip() is None
    [name] = [name for name in archive.namelist() if uploaded.file_id in name]
    assert name == f"files/{uploaded.file_id}/_.._etc_passwd_.csv"
    assert archive.read(name) == b"a,b\n1,2\n" * 300_000
    assert archive.read(f"tables/{table.table_id}/sales.parquet") == b"PAR1"
    assert [entry["kind"] for entry in json.loads(archive.read("history.json"))["entries"]].count("file") == 2
    assert [gap["path"] for gap in json.loads(archive.read("export.json"))["missing"]] == [
        f"files/{lost.file_id}/lost.csv"
    ]


async def opened(running: Running) -> tuple[str, str]:
    body = await running.opened()
    return body["session_id"], body["token"]


async def complete(client: httpx.AsyncClient, count: int) -> bool:
    return len(await history(client)) == count
