"""Conversations over HTTP, with nlq played by the test."""

from __future__ import annotations

import json
import secrets
from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from services.llm.api import router
from services.llm.limits.tokens import TokenUsage
from services.llm.limits.usage import Exchange
from services.llm.service import (
    AnswerRecording,
    CodeGeneration,
    Conversations,
    ConversationTurns,
    LlmService,
    NameConversation,
    TellOwed,
)
from services.llm.service.turns import LAST_WORD, TurnLimits
from shared.auth import Principal, belongs_to
from shared.bus import BusUnavailable
from shared.errors import Unauthorized, problems
from shared.events import Event, LlmConversationDeleted, LlmQuestionAsked, QueryAnswered, QueryFailed
from shared.objects import MemoryObjectStore
from shared.prose import Delta, Restart, progress_facts
from tests.fakes.llm import GenerationBench, MemoryConversations, MemoryLedger, MemoryOwed, RecordingBus, TickingClock


class TokenIsSession:
    """A `SessionVerifier` that takes the token for the session's id."""

    async def verify(self, token: str, address: str | None = None) -> Principal:
        if not token.startswith("s-"):
            raise Unauthorized("Unknown.")
        return Principal(session_id=token, expires_at=TickingClock().at + timedelta(days=1))


@dataclass
class Stage:
    """The service over fakes, and a client of one session."""

    client: httpx.AsyncClient
    service: LlmService
    bus: RecordingBus
    objects: MemoryObjectStore
    ledger: MemoryLedger
    session_id: str
    owed: MemoryOwed

    async def conversation(self) -> str:
        response = await self.client.post("/v1/conversations", json={})
        assert response.status_code == 201
        return str(response.json()["conversation_id"])

    async def send(self, conversation_id: str, text: str = "How many orders?", **options: Any) -> httpx.Response:
        return await self.client.post(f"/v1/conversations/{conversation_id}/messages", json={"text": text}, **options)

    def let_nlq(self, *facts: dict[str, Any], end: dict[str, Any] | None = None) -> None:
        """When a question is asked: tell these facts as progress, then deliver the end as the event would."""

        async def play(event: Event) -> None:
            if not isinstance(event, LlmQuestionAsked):
                return
            for fact in facts:
                await self.bus.progress(event.session_id, "query", event.query_id, fact)
            about: dict[str, Any] = {
                "session_id": event.session_id,
                "query_id": event.query_id,
                "conversation_id": event.conversation_id,
                "question": event.text,
            }
            if end and "text" in end:
                await self.objects.put(
                    "answer", json.dumps({"answer": {"text": end["text"], "kind": "scalar"}, "more": 1}).encode()
                )
                await self.service.recording.answered(
                    QueryAnswered(**about, intent="aggregate", engine="offline", answer_key="answer")
                )
            elif end:
                await self.service.recording.failed(QueryFailed(**about, **end))

        self.bus.on_publish = play


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    bus, store, ledger, objects, clock = (
        RecordingBus(),
        MemoryConversations(),
        MemoryLedger(),
        MemoryObjectStore(),
        TickingClock(),
    )
    owed = MemoryOwed()
    conversations = Conversations(store, bus, clock, lambda: secrets.token_hex(8), most=3)
    generation: CodeGeneration = GenerationBench(None).generation
    service = LlmService(
        generation=generation,
        recording=AnswerRecording(store, ledger, objects, bus, clock),
        name_conversation=NameConversation(None, GenerationBench(None).ask_model, store, clock),
        conversations=conversations,
        turns=ConversationTurns(
            conversations,
            store,
            bus,
            owed,
            bus,
            clock,
            lambda: secrets.token_hex(8),
            TurnLimits(6, question_seconds=0.05 - LAST_WORD),
        ),
        ledger=ledger,
        tell_owed=TellOwed(owed, store, bus, clock),
    )
    app = FastAPI()
    problems.install(app)
    app.include_router(router)
    app.state.service, app.state.verifier = service, TokenIsSession()
    session_id = f"s-{secrets.token_hex(8)}"
    async with client_of(app, session_id) as client:
        yield Stage(client, service, bus, objects, ledger, session_id, owed)


def client_of(app: FastAPI, session_id: str) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://llm", headers={"authorization": f"Bearer {session_id}"}
    )


def events_in(body: str) -> list[tuple[str, dict[str, Any]]]:
    blocks = [
        dict(line.split(": ", 1) for line in block.splitlines())
        for block in body.strip().split("\n\n")
        if not block.startswith(":")
    ]
    return [(block["event"], json.loads(block["data"])) for block in blocks]


async def test_message_becomes_a_question_and_its_answer_comes_back(stage: Stage) -> None:
    stage.let_nlq({"state": "classified"}, end={"text": "There are 1,200 orders."})
    conversation_id = await stage.conversation()
    response = await stage.send(conversation_id)
    message = response.json()
    assert response.status_code == 200
    assert (message["role"], message["text"], message["error"]) == ("assistant", "There are 1,200 orders.", None)
    (asked,) = stage.bus.of(LlmQuestionAsked)
    assert (asked.session_id, asked.conversation_id, asked.text) == (
        stage.session_id,
        conversation_id,
        "How many orders?",
    )
    assert message["query_ids"] == [asked.query_id]
    assert belongs_to(asked.query_id, stage.session_id)


async def test_stream_tells_steps_then_text_usage_and_the_message(stage: Stage) -> None:
    stage.let_nlq({"stage": "generating", "tokens": 12}, end={"text": "1,200"})
    response = await stage.send(await stage.conversation(), headers={"accept": "text/event-stream"})
    assert response.headers["content-type"].startswith("text/event-stream")
    names = [name for name, _ in events_in(response.text)]
    assert names[-3:] == ["delta", "usage", "done"]
    assert set(names[:-3]) == {"step"}
    told = dict(events_in(response.text))
    assert told["delta"] == {"text": "1,200"}
    assert told["done"]["message"]["text"] == "1,200"
    assert ("step", {"stage": "generating", "tokens": 12}) in events_in(response.text)


def writing(*pieces: str | None) -> list[dict[str, Any]]:
    """Progress while a model writes; None where it begins anew."""
    return [progress_facts(Restart() if piece is None else Delta(piece), 2) for piece in pieces]


@pytest.mark.parametrize(
    ("pieces", "told"),
    [
        (("Paris sold 150.5.", " Lyon sold 80.5."), [{"text": "Paris sold 150.5."}, {"text": " Lyon sold 80.5."}]),
        (("Paris sold 150.5.",), [{"text": "Paris sold 150.5."}, {"text": " Lyon sold 80.5."}]),
        ((" Lyon sold 80.5.",), [{"text": " Lyon sold 80.5."}, {}, {"text": "Paris sold 150.5. Lyon sold 80.5."}]),
        (
            ("Nobody sold.", None, "Paris sold 150.5. Lyon sold 80.5."),
            [{"text": "Nobody sold."}, {}, {"text": "Paris sold 150.5. Lyon sold 80.5."}],
        ),
        ((), [{"text": "Paris sold 150.5. Lyon sold 80.5."}]),
    ],
    ids=["all of it", "its end got lost", "its beginning got lost", "begun anew", "not told"],
)
async def test_text_is_told_while_it_is_written_and_is_whole_at_the_end(
    stage: Stage, pieces: tuple[str | None, ...], told: list[dict[str, Any]]
) -> None:
    stage.let_nlq(*writing(*pieces), end={"text": "Paris sold 150.5. Lyon sold 80.5."})
    response = await stage.send(await stage.conversation(), headers={"accept": "text/event-stream"})
    events = [(name, data) for name, data in events_in(response.text) if name in ("delta", "restart")]
    assert [data for _, data in events] == told
    assert all((name == "restart") == (not data) for name, data in events)


async def test_text_is_told_before_the_question_has_an_answer(stage: Stage) -> None:
    stage.let_nlq(*writing("Paris sold 150.5."))
    conversation_id = await stage.conversation()
    turn = await stage.service.turns.begin(stage.session_id, conversation_id, "Which city?", (), verify=True)
    assert turn.question.verify
    async with aclosing(stage.service.turns.follow(turn)) as all_news:
        assert await anext(all_news) == Delta("Paris sold 150.5.")


async def away(_: Event) -> None:
    raise BusUnavailable("The bus is away.")


async def later(stage: Stage) -> None:
    """When whoever took a question in has had the time to tell it."""
    for _ in range(10):
        stage.service.turns._clock()
    await stage.service.tell_owed()


async def test_question_whose_first_telling_failed_is_told_later_and_once(stage: Stage) -> None:
    conversation_id = await stage.conversation()
    stage.bus.on_publish = away
    turn = await stage.service.turns.begin(stage.session_id, conversation_id, "How many?", ())
    async with aclosing(stage.service.turns.follow(turn)) as all_news:
        with pytest.raises(BusUnavailable):
            await anext(all_news)
    stage.bus.events.clear()
    stage.bus.on_publish = None
    await later(stage)
    await later(stage)
    (asked,) = stage.bus.of(LlmQuestionAsked)
    assert (asked.query_id, asked.text, asked.conversation_id) == (turn.query_id, "How many?", conversation_id)
    assert not stage.owed.kept


async def test_question_of_a_process_that_died_after_its_message_was_stored_is_told(stage: Stage) -> None:
    """Between the store and the bus nothing of it is in memory only."""
    turn = await stage.service.turns.begin(stage.session_id, await stage.conversation(), "How many?", ())
    await stage.service.tell_owed()
    assert stage.bus.of(LlmQuestionAsked) == [], "it may just be about to be told"
    await later(stage)
    assert [asked.query_id for asked in stage.bus.of(LlmQuestionAsked)] == [turn.query_id]


async def test_question_that_was_told_is_not_owed(stage: Stage) -> None:
    stage.let_nlq(end={"text": "7"})
    await stage.send(await stage.conversation())
    assert not stage.owed.kept
    await later(stage)
    assert len(stage.bus.of(LlmQuestionAsked)) == 1


async def test_question_of_a_process_that_died_before_its_message_was_stored_was_never_asked(stage: Stage) -> None:
    conversation_id = await stage.conversation()
    never = LlmQuestionAsked(
        session_id=stage.session_id, query_id="q_1", conversation_id=conversation_id, message_id="m_1", text="How many?"
    )
    await stage.owed.keep(never, 0)
    await later(stage)
    assert stage.bus.of(LlmQuestionAsked) == []
    assert not stage.owed.kept


async def test_second_message_while_the_first_one_is_worked_at_is_refused_and_nothing_of_it_kept(stage: Stage) -> None:
    stage.service.turns._limits = TurnLimits(6, question_seconds=300)
    conversation_id = await stage.conversation()
    turn = await stage.service.turns.begin(stage.session_id, conversation_id, "How many?", ())
    refused = await stage.send(conversation_id, "And in Lyon?")
    assert (refused.status_code, refused.json()["code"]) == (409, "conversation_busy")
    assert [question.query_id for _, question in stage.owed.kept.values()] == [turn.query_id]
    ended = {"session_id": stage.session_id, "query_id": turn.query_id, "conversation_id": conversation_id}
    await stage.service.recording.failed(QueryFailed(**ended, code="stopped", reason="Stopped."))
    stage.let_nlq(end={"text": "7"})
    assert (await stage.send(conversation_id, "And in Lyon?")).json()["text"] == "7"


async def test_json_answer_has_the_text_once(stage: Stage) -> None:
    stage.let_nlq(*writing("Paris."), end={"text": "Paris."})
    assert (await stage.send(await stage.conversation())).json()["text"] == "Paris."


async def test_failed_question_is_a_message_with_its_reason(stage: Stage) -> None:
    stage.let_nlq(end={"code": "cannot_answer", "reason": "No table has prices."})
    message = (await stage.send(await stage.conversation(), "What is the price?")).json()
    assert message["text"] == "No table has prices."
    assert message["error"] == {"code": "cannot_answer", "message": "No table has prices."}


async def test_clarification_ends_the_turn_with_its_options_and_stays_in_the_conversation(stage: Stage) -> None:
    options = [{"id": "1", "label": "order date"}, {"id": "2", "label": "shipping date"}]
    stage.let_nlq({"state": "needs_clarification", "clarification": {"question": "Which date?", "options": options}})
    conversation_id = await stage.conversation()
    message = (await stage.send(conversation_id)).json()
    assert message["clarification"] == {"question": "Which date?", "options": options}
    kept = (await stage.client.get(f"/v1/conversations/{conversation_id}")).json()["messages"]
    assert [entry["text"] for entry in kept] == ["How many orders?", "Which date?"]


async def test_clarification_told_without_details_still_says_what_to_do(stage: Stage) -> None:
    stage.let_nlq({"state": "needs_clarification"})
    assert "more than one reading" in (await stage.send(await stage.conversation())).json()["text"]


async def test_answer_that_does_not_come_is_pending_and_recorded_when_it_comes(stage: Stage) -> None:
    conversation_id = await stage.conversation()
    response = await stage.send(conversation_id)
    assert (response.status_code, response.json()["code"]) == (504, "answer_pending")
    (asked,) = stage.bus.of(LlmQuestionAsked)
    assert asked.query_id in response.json()["hint"]
    await stage.objects.put("late", b'{"answer": {"text": "1,200"}}')
    await stage.service.recording.answered(
        QueryAnswered(
            session_id=stage.session_id,
            query_id=asked.query_id,
            intent="aggregate",
            engine="offline",
            answer_key="late",
            conversation_id=conversation_id,
            question=asked.text,
        )
    )
    kept = (await stage.client.get(f"/v1/conversations/{conversation_id}")).json()["messages"]
    assert [(entry["role"], entry["text"]) for entry in kept] == [("user", "How many orders?"), ("assistant", "1,200")]


async def test_chat_waits_until_the_question_itself_has_ended(stage: Stage) -> None:
    deadline = (stage.service.turns._clock().timestamp()) + 6  # the clock goes on by a second with each look
    stage.let_nlq({"state": "classified", "deadline": deadline - LAST_WORD})
    begun = stage.service.turns._clock()
    response = await stage.send(await stage.conversation())
    assert response.json()["code"] == "answer_pending"
    assert (stage.service.turns._clock() - begun).total_seconds() > 5


async def test_pending_answer_ends_a_stream_with_a_problem(stage: Stage) -> None:
    response = await stage.send(await stage.conversation(), headers={"accept": "text/event-stream"})
    name, data = events_in(response.text)[-1]
    assert (name, data["problem"]["code"]) == ("error", "answer_pending")


async def test_question_asked_at_nlq_directly_brings_its_own_words(stage: Stage) -> None:
    conversation_id = await stage.conversation()
    event = QueryFailed(
        session_id=stage.session_id,
        query_id="q_1",
        code="timed_out",
        reason="It took too long.",
        question="How many?",
        conversation_id=conversation_id,
    )
    await stage.service.recording.failed(event)
    await stage.service.recording.failed(event)
    kept = (await stage.client.get(f"/v1/conversations/{conversation_id}")).json()
    assert [entry["text"] for entry in kept["messages"]] == ["How many?", "It took too long."]
    assert kept["title"] == "How many?"


async def test_answers_outside_of_conversations_and_for_other_sessions_are_ignored(stage: Stage) -> None:
    conversation_id = await stage.conversation()
    for session_id, conversation in (
        (stage.session_id, None),
        ("s-other", conversation_id),
        (stage.session_id, "c_none"),
    ):
        await stage.service.recording.failed(
            QueryFailed(
                session_id=session_id, query_id="q_1", code="x", reason="y", question="z", conversation_id=conversation
            )
        )
    assert (await stage.client.get(f"/v1/conversations/{conversation_id}")).json()["messages"] == []


async def test_message_shows_what_its_question_cost(stage: Stage) -> None:
    async def play(event: Event) -> None:
        if isinstance(event, LlmQuestionAsked):
            await stage.ledger.record(
                Exchange(
                    "u1",
                    event.session_id,
                    event.query_id,
                    event.conversation_id,
                    "claude-sonnet-5-5",
                    TokenUsage(input=1000, output=50, cache_read=500),
                    2550,
                    TickingClock().at,
                )
            )
            await stage.service.recording.failed(
                QueryFailed(
                    session_id=event.session_id,
                    query_id=event.query_id,
                    code="x",
                    reason="y",
                    conversation_id=event.conversation_id,
                )
            )

    stage.bus.on_publish = play
    message = (await stage.send(await stage.conversation())).json()
    assert message["usage"] == {"input_tokens": 1500, "output_tokens": 50, "cost_usd": 0.00255}
    usage = (await stage.client.get("/v1/usage")).json()
    assert usage["session"] == {
        "requests": 1,
        "input_tokens": 1000,
        "output_tokens": 50,
        "cache_read_tokens": 500,
        "cost_usd": 0.00255,
    }
    assert [entry["model"] for entry in usage["by_model"]] == ["claude-sonnet-5-5"]
    assert usage["recent"][0]["query_id"] == message["query_ids"][0]


async def test_conversations_of_others_and_unknown_ones_look_the_same(stage: Stage) -> None:
    conversation_id = await stage.conversation()
    transport = stage.client._transport
    async with httpx.AsyncClient(
        transport=transport, base_url="http://llm", headers={"authorization": "Bearer s-stranger"}
    ) as stranger:
        for path in (
            f"/v1/conversations/{conversation_id}",
            "/v1/conversations/c_0011223344556677_001122334455",
            "/v1/conversations/x",
        ):
            answers = [
                await stranger.get(path),
                await stranger.delete(path),
                await stranger.post(f"{path}/messages", json={"text": "Hm?"}),
            ]
            assert [answer.status_code for answer in answers] == [404, 404, 404]
            assert {answer.json()["code"] for answer in answers} == {"conversation_not_found"}
        assert (await stranger.get("/v1/conversations")).json() == {"conversations": [], "next_cursor": None}
    assert not stage.bus.of(LlmQuestionAsked)
    assert (await stage.client.get(f"/v1/conversations/{conversation_id}")).status_code == 200


async def test_deleted_conversation_is_announced_and_gone(stage: Stage) -> None:
    conversation_id = await stage.conversation()
    assert (await stage.client.delete(f"/v1/conversations/{conversation_id}")).status_code == 204
    assert [event.conversation_id for event in stage.bus.of(LlmConversationDeleted)] == [conversation_id]
    assert (await stage.client.delete(f"/v1/conversations/{conversation_id}")).status_code == 404


async def test_list_is_paged_and_refuses_foreign_cursors(stage: Stage) -> None:
    made = [await stage.conversation() for _ in range(3)]
    first = (await stage.client.get("/v1/conversations", params={"limit": 2})).json()
    rest = (await stage.client.get("/v1/conversations", params={"limit": 2, "cursor": first["next_cursor"]})).json()
    assert [entry["conversation_id"] for entry in first["conversations"] + rest["conversations"]] == made[::-1]
    assert rest["next_cursor"] is None
    refused = await stage.client.get("/v1/conversations", params={"cursor": "../x"})
    assert (refused.status_code, refused.json()["code"]) == (422, "invalid_cursor")


async def test_limits_answer_409_and_store_nothing(stage: Stage) -> None:
    stage.let_nlq(end={"text": "1"})
    conversation_id = await stage.conversation()
    for _ in range(3):
        assert (await stage.send(conversation_id)).status_code == 200
    full = await stage.send(conversation_id)
    assert (full.status_code, full.json()["code"]) == (409, "conversation_full")
    assert len(stage.bus.of(LlmQuestionAsked)) == 3
    for _ in range(2):
        await stage.conversation()
    assert (await stage.client.post("/v1/conversations", json={})).json()["code"] == "too_many_conversations"


@pytest.mark.parametrize(
    "body", [{}, {"text": ""}, {"text": "   "}, {"text": "x" * 4001}, {"text": "How many?", "table_ids": [""]}]
)
async def test_messages_that_are_no_question_are_refused(stage: Stage, body: dict[str, Any]) -> None:
    path = f"/v1/conversations/{await stage.conversation()}/messages"
    response = await stage.client.post(path, json=body)
    assert (response.status_code, response.json()["code"]) == (422, "invalid_request")


async def test_body_of_a_new_conversation_may_be_empty(stage: Stage) -> None:
    assert (await stage.client.post("/v1/conversations")).status_code == 201


async def test_nothing_is_answered_without_a_token(stage: Stage) -> None:
    async with httpx.AsyncClient(transport=stage.client._transport, base_url="http://llm") as nobody:
        for method, path in (
            ("POST", "/v1/conversations"),
            ("GET", "/v1/conversations"),
            ("GET", "/v1/usage"),
            ("POST", "/v1/conversations/c_1/messages"),
        ):
            assert (await nobody.request(method, path, json={"text": "x"})).status_code == 401


async def test_forgotten_session_loses_conversations_and_usage(stage: Stage) -> None:
    conversation_id = await stage.conversation()
    await stage.service.forget_session(stage.session_id)
    assert (await stage.client.get(f"/v1/conversations/{conversation_id}")).status_code == 404
