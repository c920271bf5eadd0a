"""Conversations are named after their first answer, once, and by what the person said alone."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

import pytest
from pydantic import SecretStr

from services.llm.conversation import Conversation, Message, message_id
from services.llm.errors import ModelTooSlow
from services.llm.limits.budget import Budget
from services.llm.limits.patience import Patience
from services.llm.limits.tokens import PRICES, TokenUsage
from services.llm.models.providers import anthropic_client
from services.llm.models.small_claude import SmallClaude
from services.llm.reply import ModelReply
from services.llm.service import NameConversation
from services.llm.service.naming import INSTRUCTION, MOST_TOKENS, read_title
from shared.auth import owned_id
from shared.events import LlmUsageRecorded, QueryAnswered
from tests.fakes.llm import BUDGET, GenerationBench, MemoryConversations, ScriptedSmallModel, TickingClock
from tests.fakes.messages_api import MessagesApi, said

QUESTION = "What did each customer of the north pay in 2025, by month?"


@dataclass
class Stage:
    """A conversation with one question in it."""

    model: ScriptedSmallModel | None
    budget: Budget = BUDGET
    session_id: str = field(default_factory=lambda: secrets.token_hex(8))
    store: MemoryConversations = field(default_factory=MemoryConversations)

    def __post_init__(self) -> None:
        self.bench = GenerationBench(None, budget=self.budget)
        self.conversation_id = owned_id("c", self.session_id, secrets.token_hex(8))
        self.name = NameConversation(self.model, self.bench.ask_model, self.store, TickingClock())

    async def begin(self) -> None:
        now = TickingClock()()
        made = Conversation(
            conversation_id=self.conversation_id, session_id=self.session_id, created_at=now, updated_at=now
        )
        await self.store.create(made, 10)
        question = Message(
            message_id=message_id(self.session_id, "q_1", "question"), role="user", text=QUESTION, created_at=now
        )
        await self.store.append(self.conversation_id, question)

    def answered(self, **changes: str) -> QueryAnswered:
        given = {
            "session_id": self.session_id,
            "query_id": "q_1",
            "conversation_id": self.conversation_id,
            "question": QUESTION,
            "intent": "aggregate",
            "engine": "claude",
            "answer_key": f"sessions/{self.session_id}/answers/q_1.json",
        }
        return QueryAnswered.model_validate({**given, **changes})

    async def title(self) -> str:
        found = await self.store.get(self.session_id, self.conversation_id)
        assert found
        return found.title


async def named(model: ScriptedSmallModel | None, budget: Budget = BUDGET, **changes: str) -> Stage:
    stage = Stage(model, budget)
    await stage.begin()
    await stage.name(stage.answered(**changes))
    return stage


async def test_first_answer_names_the_conversation_and_its_cost_is_the_sessions() -> None:
    stage = await named(ScriptedSmallModel("Northern customers' payments by month\n"))
    assert await stage.title() == "Northern customers' payments by month"
    spent = await stage.bench.ledger.of_session(stage.session_id)
    assert (spent.requests, spent.usage, spent.cost_micros) == (1, TokenUsage(input=100, output=10), 15)
    (told,) = stage.bench.bus.of(LlmUsageRecorded)
    assert (told.model, told.conversation_id) == ("claude-haiku-5-5", stage.conversation_id)


async def test_model_is_told_the_persons_question_and_nothing_else() -> None:
    model = ScriptedSmallModel("A title")
    await named(model)
    assert model.told == [(INSTRUCTION, QUESTION)]


async def test_second_answer_and_second_delivery_ask_nobody() -> None:
    model = ScriptedSmallModel("A title")
    stage = await named(model)
    await stage.name(stage.answered())
    await stage.name(stage.answered(query_id="q_2", question="And in the south?"))
    assert len(model.told) == 1


@pytest.mark.parametrize("changes", [{"engine": "offline"}, {"question": " "}, {"conversation_id": "c_of_nobody"}])
async def test_what_no_model_has_seen_goes_to_none_here(changes: dict[str, str]) -> None:
    model = ScriptedSmallModel("A title")
    stage = await named(model, **changes)
    assert model.told == []
    assert await stage.title() == QUESTION


@pytest.mark.parametrize("model", [None, ScriptedSmallModel(ModelTooSlow("Too slow."))])
async def test_without_a_model_or_when_it_fails_the_first_line_stays(model: ScriptedSmallModel | None) -> None:
    assert await (await named(model)).title() == QUESTION


async def test_session_without_money_gets_no_title() -> None:
    model = ScriptedSmallModel("A title")
    stage = await named(model, Budget(question_tokens=100_000, question_usd=1.0, session_usd=0.0, reply_tokens=4000))
    assert model.told == []
    assert await stage.title() == QUESTION


@pytest.mark.parametrize(
    ("text", "stop_reason", "title"),
    [
        ('"Sales by month."', "end_turn", "Sales by month"),
        ("**Umsatz nach Monat**", "end_turn", "Umsatz nach Monat"),
        ("one two three four five six seven eight", "end_turn", "one two three four five six seven eight"),
        ("Certainly! Here is a title for the conversation you began:", "end_turn", None),
        ("Sales\u202e by\x00 month", "end_turn", "Sales by month"),
        ("x" * 81, "end_turn", None),
        ("", "end_turn", None),
        ("Sales by", "max_tokens", None),
        ("Sales", "refusal", None),
    ],
)
def test_what_is_no_title_is_not_taken_for_one(text: str, stop_reason: str, title: str | None) -> None:
    assert (
        read_title(ModelReply("m", "claude-haiku-5-5", ({"type": "text", "text": text},), stop_reason, TokenUsage()))
        == title
    )


async def test_small_model_is_asked_over_the_messages_api() -> None:
    async with MessagesApi(said("Sales by month")).running() as api:
        client = anthropic_client(SecretStr("sk-test"), api.base_url)
        reply = await SmallClaude(client, "claude-haiku-5-5").write(
            INSTRUCTION, QUESTION, MOST_TOKENS, Patience(5, 5, 5)
        )
        await client.close()
    (request,) = api.requests
    assert (request["model"], request["max_tokens"], request["system"]) == (
        "claude-haiku-5-5",
        MOST_TOKENS,
        INSTRUCTION,
    )
    assert request["messages"] == [{"role": "user", "content": QUESTION}]
    assert (reply.text, reply.stop_reason) == ("Sales by month", "end_turn")
    assert reply.usage == TokenUsage(input=1200, output=87, cache_read=500, cache_write=300)
    assert reply.model in PRICES
