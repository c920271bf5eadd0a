"""The whole service over a real bus, Redis and object store, with Claude played by a local server."""

from __future__ import annotations

import asyncio
import json
import secrets
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from pydantic import SecretStr

from deploy.local.servers import Endpoints
from services.llm.app import create_app
from services.llm.prompt import DECIDE, REPLY_FAULTS
from services.llm.settings import Settings
from shared.auth import Principal
from shared.bus import Bus
from shared.events import LlmQuestionAsked, QueryAnswered, SessionExpired
from shared.objects import S3ObjectStore, keys
from shared.objects.store import s3_store
from tests.fakes.llm import classified, context_document
from tests.fakes.messages_api import (
    Failing,
    MessagesApi,
    after_thinking,
    came_back,
    declined,
    looked,
    overloaded,
    rate_limited,
    replied,
    said,
    wrote,
)
from tests.fakes.prompts import BY_CITY, steps_document

pytestmark = pytest.mark.integration


class AnySession:
    async def verify(self, token: str, address: str | None = None) -> Principal:
        return Principal(session_id=token, expires_at=datetime.now(UTC) + timedelta(hours=1))


def settings_for(endpoints: Endpoints, **changes: Any) -> Settings:
    return Settings(
        nats_url=endpoints.nats_url,
        redis_url=SecretStr(endpoints.redis_url),
        s3_endpoint=endpoints.s3_endpoint,
        s3_access_key=SecretStr(endpoints.s3_access_key),
        s3_secret_key=SecretStr(endpoints.s3_secret_key),
        s3_bucket=endpoints.s3_bucket,
        **{"requests_per_minute": 6000, "anthropic_api_key": None, **changes},
    )


@asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[FastAPI]:
    app = create_app(settings)
    async with app.router.lifespan_context(app):
        app.state.verifier = AnySession()
        yield app


@asynccontextmanager
async def running_with(api: MessagesApi, endpoints: Endpoints, **changes: Any) -> AsyncIterator[FastAPI]:
    async with (
        api.running(),
        running(
            settings_for(endpoints, anthropic_api_key=SecretStr("sk-test"), anthropic_base_url=api.base_url, **changes)
        ) as app,
    ):
        yield app


@asynccontextmanager
async def client_of(app: FastAPI, session_id: str) -> AsyncIterator[httpx.AsyncClient]:
    headers = {"authorization": f"Bearer {session_id}"}
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://llm", headers=headers, timeout=30
    ) as client:
        yield client


@asynccontextmanager
async def stored_events(bus: Bus, subject: str) -> AsyncIterator[Callable[[str], Awaitable[dict[str, Any]]]]:
    """Hear what is published on `subject`; gives a function that waits for the event of a query."""
    async with bus.listen(subject) as heard:

        async def of_query(query_id: str) -> dict[str, Any]:
            async with asyncio.timeout(20):
                async for _, body in heard:
                    if body["query_id"] == query_id:
                        return body
            raise AssertionError

        yield of_query


async def ask(
    bus: Bus,
    endpoints: Endpoints,
    session_id: str,
    query_id: str,
    attempt: int = 1,
    seconds: float | None = None,
    steps: Sequence[dict[str, Any]] = (),
    **context: Any,
) -> None:
    """`seconds` is how long the question may take from now; `steps` are those before, as nlq writes them."""
    event, objects = classified(session_id, query_id, attempt=attempt), store(endpoints)
    if seconds is not None:
        event = event.model_copy(update={"deadline": time.time() + seconds})
    if steps:
        steps_key = f"{keys.result(session_id, query_id)}steps-{len(steps)}.json"
        await objects.put(steps_key, steps_document(*steps))
        event = event.model_copy(update={"step": len(steps) + 1, "steps_key": steps_key})
    assert event.context_key
    await objects.put(event.context_key, context_document(**context))
    await bus.publish(event)


def store(endpoints: Endpoints) -> S3ObjectStore:
    return S3ObjectStore(s3_store(settings_for(endpoints)))


async def test_question_becomes_code_with_progress_and_usage(provisioned: Endpoints, bus: Bus) -> None:
    session_id, query_id = secrets.token_hex(8), secrets.token_hex(8)
    async with (
        running_with(MessagesApi(wrote("result = len(df)")), provisioned) as app,
        stored_events(bus, "query.generated.v1") as generated,
        bus.listen(f"progress.{session_id}.query.{query_id}") as progress,
    ):
        await ask(bus, provisioned, session_id, query_id)
        event = await generated(query_id)
        assert (event["code"], event["engine"], event["attempt"]) == ("result = len(df)\n", "claude", 1)
        assert (await anext(progress))[1] == {"stage": "generating", "tokens": 0, "step": 1}
        async with client_of(app, session_id) as client:
            usage = (await client.get("/v1/usage")).json()
        assert (usage["session"]["requests"], usage["recent"][0]["query_id"]) == (1, query_id)
        assert usage["session"]["cost_usd"] > 0


async def test_many_questions_queue_at_two_copies_and_respect_the_rate_limit(provisioned: Endpoints, bus: Bus) -> None:
    session_id, queries = secrets.token_hex(8), [secrets.token_hex(8) for _ in range(8)]
    trouble = iter([rate_limited("1"), overloaded()])
    api = MessagesApi(choose=lambda _: next(trouble, wrote("result = 1")))
    async with running_with(api, provisioned, model_turns=2):
        second = settings_for(
            provisioned, anthropic_api_key=SecretStr("sk-test"), anthropic_base_url=api.base_url, model_turns=2
        )
        async with running(second), bus.listen("query.generated.v1") as heard:
            await asyncio.gather(*(ask(bus, provisioned, session_id, query_id) for query_id in queries))
            waiting = set(queries)
            async with asyncio.timeout(30):
                while waiting:
                    waiting.discard((await anext(heard))[1]["query_id"])
    assert api.most_at_once <= 2
    assert len(api.requests) == len(queries) + 2


async def test_decline_and_repair_reach_nlq_under_their_attempts(provisioned: Endpoints, bus: Bus) -> None:
    session_id, query_id = secrets.token_hex(8), secrets.token_hex(8)
    api = MessagesApi(declined("No such thing."), wrote("result = 2"))
    async with (
        running_with(api, provisioned),
        stored_events(bus, "query.generation_failed.v1") as failed,
        stored_events(bus, "query.generated.v1") as generated,
    ):
        await ask(bus, provisioned, session_id, query_id)
        event = await failed(query_id)
        assert (event["code"], event["reason"]) == ("cannot_answer", "No such thing.")
        wrong = {"step": 1, "attempt": 1, "outcome": "rejected", "said": ["Wrong."], "reply_key": event["reply_key"]}
        await ask(bus, provisioned, session_id, query_id, attempt=2, steps=[wrong], privacy="profile")
        event = await generated(query_id)
        assert (event["step"], event["attempt"], event["code"]) == (2, 2, "result = 2\n")
        assert came_back(api.requests[1]) == {"outcome": "rejected", "reasons": ["Wrong."]}


async def test_model_looks_computes_and_writes_the_answer_over_what_came_back(provisioned: Endpoints, bus: Bus) -> None:
    """Each time by the objects that nlq and the service itself had written, and by nothing that a copy remembers."""
    session_id, query_id = secrets.token_hex(8), secrets.token_hex(8)
    text = "Lyon leads with 80.5. Oslo has 20.25."
    api = MessagesApi(looked(table="orders"), wrote("result = df", name="by_city", thinking="So."), replied(text))
    result_key = f"{keys.result(session_id, query_id)}result.json"
    await store(provisioned).put(result_key, json.dumps(BY_CITY).encode())
    steps: list[dict[str, Any]] = []
    for purpose, name in (("look", None), ("compute", "by_city")):
        async with running_with(api, provisioned), stored_events(bus, "query.generated.v1") as generated:
            await ask(bus, provisioned, session_id, query_id, steps=steps, privacy="profile")
            event = await generated(query_id)
        assert (event["step"], event["purpose"], event["name"]) == (len(steps) + 1, purpose, name)
        done = {name: event[name] for name in ("step", "attempt", "purpose", "name", "code", "reply_key")}
        steps.append({**done, "outcome": "ok", "result_key": result_key})
    async with (
        running_with(api, provisioned),
        stored_events(bus, "query.written.v1") as written,
        bus.listen(f"progress.{session_id}.query.{query_id}") as progress,
    ):
        await ask(bus, provisioned, session_id, query_id, steps=steps, privacy="profile")
        event = await written(query_id)
        shown = ""
        async with asyncio.timeout(10):
            while shown != text:
                shown += (await anext(progress))[1].get("delta", "")
    assert json.loads(await store(provisioned).get(event["written_key"]))["text"] == text
    sent = [json.dumps(request["messages"]) for request in api.requests]
    assert len(sent) == 3 and '"signature": "c2ln"' in sent[2]
    assert came_back(api.requests[2])["rows"] == BY_CITY["rows"]


@pytest.mark.parametrize("slow", [{"seconds": 1.5}, {"seconds": 3.5, "ping_every": 0.3}], ids=["silent", "pinging"])
async def test_slow_model_is_waited_for_within_the_questions_time(
    provisioned: Endpoints, bus: Bus, slow: dict[str, float]
) -> None:
    """The default's 50 silent seconds and 125 with pings, at a thirtieth: a question of ten seconds."""
    session_id, query_id = secrets.token_hex(8), secrets.token_hex(8)
    api = MessagesApi(after_thinking(wrote("result = 1"), **slow))
    async with running_with(api, provisioned), stored_events(bus, "query.generated.v1") as generated:
        await ask(bus, provisioned, session_id, query_id, seconds=10)
        assert (await generated(query_id))["code"] == "result = 1\n"
    assert len(api.requests) == 1


async def test_silent_model_is_given_up_in_time_and_asked_once(provisioned: Endpoints, bus: Bus) -> None:
    session_id, query_id = secrets.token_hex(8), secrets.token_hex(8)
    api = MessagesApi(after_thinking(wrote("result = 1"), seconds=30))
    async with running_with(api, provisioned), stored_events(bus, "query.generation_failed.v1") as failed:
        begun = time.time()
        await ask(bus, provisioned, session_id, query_id, seconds=4)
        event = await failed(query_id)
        assert time.time() - begun < 3, "there is time for another answer"
    assert (event["code"], len(api.requests)) == ("model_unavailable", 1)


async def test_request_that_the_api_refuses_is_the_operators_matter(
    provisioned: Endpoints, bus: Bus, capsys: pytest.CaptureFixture[str]
) -> None:
    session_id, query_id = secrets.token_hex(8), secrets.token_hex(8)
    api = MessagesApi(Failing(400, "invalid_request_error", "effort: no such parameter"))
    async with running_with(api, provisioned) as app, stored_events(bus, "query.generation_failed.v1") as failed:
        await ask(bus, provisioned, session_id, query_id)
        event = await failed(query_id)
        async with client_of(app, session_id) as client:
            counted = (await client.get("/metrics")).text
    assert event["code"] == "model_rejected_request"
    assert event["reason"].endswith("the operator's log says why.") and "effort" not in event["reason"]
    assert "effort: no such parameter" in capsys.readouterr().out
    assert 'outcome="model_rejected_request"' in counted
    assert len(api.requests) == 1


async def test_model_that_may_not_ask_any_more_is_told_so(provisioned: Endpoints, bus: Bus) -> None:
    session_id, query_id = secrets.token_hex(8), secrets.token_hex(8)
    api = MessagesApi(wrote("result = 1"))
    async with running_with(api, provisioned), stored_events(bus, "query.generated.v1") as generated:
        again = {"step": 1, "attempt": 1, "outcome": "repeated"}
        await ask(bus, provisioned, session_id, query_id, may_ask=False, steps=[again])
        await generated(query_id)
    said = [block["text"] for message in api.requests[0]["messages"] for block in message["content"]]
    assert DECIDE in said[1] and said[2] == REPLY_FAULTS["repeated"]


async def test_without_a_key_it_is_ready_and_says_what_is_missing(provisioned: Endpoints, bus: Bus) -> None:
    session_id, query_id = secrets.token_hex(8), secrets.token_hex(8)
    async with running(settings_for(provisioned)) as app, stored_events(bus, "query.generation_failed.v1") as failed:
        await ask(bus, provisioned, session_id, query_id)
        assert (await failed(query_id))["code"] == "no_api_key"
        async with client_of(app, session_id) as client:
            ready = await client.get("/readyz")
        assert (ready.status_code, ready.json()["model"]) == (200, "none")


async def test_ceiling_of_the_day_ends_a_question_with_until_when(provisioned: Endpoints, bus: Bus) -> None:
    session_id, query_id = secrets.token_hex(8), secrets.token_hex(8)
    api = MessagesApi(wrote("result = 1"))
    async with (
        running_with(api, provisioned, day_usd=0.001) as app,
        stored_events(bus, "query.generation_failed.v1") as failed,
    ):
        await ask(bus, provisioned, session_id, query_id)
        event = await failed(query_id)
        async with client_of(app, session_id) as client:
            counted = (await client.get("/metrics")).text
    assert event["code"] == "day_budget_exhausted"
    assert "00:00 UTC" in event["reason"]
    assert 'askframe_llm_budget_refusals_total{budget="day"}' in counted
    assert api.requests == []


async def test_conversation_is_named_by_the_small_model_after_an_answer_of_the_large_one(
    provisioned: Endpoints, bus: Bus
) -> None:
    session_id, question = secrets.token_hex(8), "What did each customer pay?"
    key = f"sessions/{session_id}/results/answer.json"
    await S3ObjectStore(s3_store(settings_for(provisioned))).put(key, json.dumps({"answer": {"text": "A."}}).encode())
    api = MessagesApi(said("Payments by customer"))
    async with running_with(api, provisioned) as app, client_of(app, session_id) as client:
        conversation_id = (await client.post("/v1/conversations", json={})).json()["conversation_id"]
        for query_id, engine in (("q_offline", "offline"), ("q_claude", "claude"), ("q_later", "claude")):
            answered = QueryAnswered(
                session_id=session_id,
                query_id=query_id,
                intent="aggregate",
                engine=engine,
                answer_key=key,
                conversation_id=conversation_id,
                question=f"{question} ({query_id})",
            )
            await bus.publish(answered)
            async with asyncio.timeout(10):
                while await shown(client, conversation_id) != titles_after(query_id, question):
                    await asyncio.sleep(0.02)
        usage = (await client.get("/v1/usage")).json()
    (request,) = api.requests
    assert (request["model"], request["messages"][0]["content"]) == ("claude-haiku-5-5", f"{question} (q_claude)")
    assert [entry["conversation_id"] for entry in usage["recent"]] == [conversation_id]


async def shown(client: httpx.AsyncClient, conversation_id: str) -> tuple[str, int]:
    """The conversation's title and how many messages it has."""
    read = (await client.get(f"/v1/conversations/{conversation_id}")).json()
    return read["title"], len(read["messages"])


def titles_after(query_id: str, question: str) -> tuple[str, int]:
    first_line = f"{question} (q_offline)"
    return {
        "q_offline": (first_line, 2),
        "q_claude": ("Payments by customer", 4),
        "q_later": ("Payments by customer", 6),
    }[query_id]


async def test_conversation_works_without_any_model(provisioned: Endpoints, bus: Bus) -> None:
    session_id, text = secrets.token_hex(8), "There are 1,200 orders."
    key = f"sessions/{session_id}/results/answer.json"
    await S3ObjectStore(s3_store(settings_for(provisioned))).put(key, json.dumps({"answer": {"text": text}}).encode())

    async def play_nlq() -> None:
        async with bus.listen("llm.question_asked.v1") as heard:
            listening.set()
            async for _, body in heard:
                asked = LlmQuestionAsked.model_validate(body)
                if asked.session_id != session_id:
                    continue
                await bus.progress(session_id, "query", asked.query_id, {"state": "classified"})
                await bus.publish(
                    QueryAnswered(
                        session_id=session_id,
                        query_id=asked.query_id,
                        intent="aggregate",
                        engine="offline",
                        answer_key=key,
                        conversation_id=asked.conversation_id,
                        question=asked.text,
                    )
                )

    listening = asyncio.Event()
    async with running(settings_for(provisioned)) as app, client_of(app, session_id) as client:
        nlq = asyncio.create_task(play_nlq())
        await listening.wait()
        conversation_id = (await client.post("/v1/conversations", json={})).json()["conversation_id"]
        path = f"/v1/conversations/{conversation_id}"
        message = (await client.post(f"{path}/messages", json={"text": "How many orders?"})).json()
        stream = await client.post(
            f"{path}/messages", json={"text": "And now?"}, headers={"accept": "text/event-stream"}
        )
        kept = (await client.get(path)).json()["messages"]
        nlq.cancel()
        assert message["text"] == text
        assert "event: done" in stream.text
        assert [entry["text"] for entry in kept] == ["How many orders?", text, "And now?", text]
        await bus.publish(SessionExpired(session_id=session_id, reason="deleted"))
        async with asyncio.timeout(10):
            while (await client.get(path)).status_code != 404:
                await asyncio.sleep(0.02)
