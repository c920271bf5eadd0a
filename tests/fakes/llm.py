"""Handwritten fakes of everything the llm service needs, and a generation put together from them."""

from __future__ import annotations

import asyncio
import itertools
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from fnmatch import fnmatchcase
from typing import Any

from services.llm.conversation import Asking, Conversation, ConversationPage, Message, title_of
from services.llm.errors import ConversationBusy, ConversationFull, ModelUnavailable, TooManyConversations
from services.llm.limits.budget import Budget
from services.llm.limits.patience import Patience
from services.llm.limits.rate_limits import UNKNOWN, Headroom, Load
from services.llm.limits.tokens import PRICES, Spent, TokenUsage
from services.llm.limits.usage import Exchange, UsageReport
from services.llm.ports import CodeModel, Hearing, Outcome
from services.llm.prompt import Prompt
from services.llm.reply import Block, ModelReply
from services.llm.service.asking import AskingPolicy, AskingTools, AskModel
from services.llm.service.generation import CodeGeneration, GenerationTools
from shared.bus import Stops
from shared.events import ChosenTable, Event, LlmQuestionAsked, QueryClassified
from shared.objects import MemoryObjectStore, keys
from tests.fakes.prompts import steps_document

MODEL = "claude-sonnet-5-5"
PIECE = 7  # characters
BUDGET = Budget(question_tokens=100_000, question_usd=1.0, session_usd=5.0, reply_tokens=4_000)


class RecordingBus:
    """An `EventBus` and a `ProgressListener` in memory."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.told: list[tuple[str, dict[str, Any]]] = []
        self.on_publish: Callable[[Event], Any] | None = None
        self._listeners: dict[asyncio.Queue[tuple[str, dict[str, Any]]], str] = {}

    async def publish(self, event: Event) -> None:
        if event.event_id() not in {known.event_id() for known in self.events}:
            self.events.append(event)
        if self.on_publish:
            await self.on_publish(event)

    async def progress(self, session_id: str, kind: str, thing_id: str, facts: dict[str, Any]) -> None:
        subject = f"progress.{session_id}.{kind}.{thing_id}"
        self.told.append((subject, facts))
        for queue, pattern in self._listeners.items():
            if fnmatchcase(subject, pattern):
                queue.put_nowait((subject, facts))

    @asynccontextmanager
    async def listen(self, subject: str) -> AsyncIterator[AsyncIterator[tuple[str, dict[str, Any]]]]:
        queue: asyncio.Queue[tuple[str, dict[str, Any]]] = asyncio.Queue()
        self._listeners[queue] = subject
        try:
            yield _drain(queue)
        finally:
            del self._listeners[queue]

    def of(self, kind: type[Event]) -> list[Any]:
        return [event for event in self.events if isinstance(event, kind)]


async def _drain(queue: asyncio.Queue[tuple[str, dict[str, Any]]]) -> AsyncIterator[tuple[str, dict[str, Any]]]:
    while True:
        yield await queue.get()


class ScriptedModel:
    """A `CodeModel` that answers, or raises, what it was given, in order; the last one is repeated. A text is a message without tools, a tuple one of
    several blocks. What it writes of an answer is heard in pieces of a few characters."""

    def __init__(
        self,
        *answers: str | Block | tuple[Block, ...] | Exception,
        name: str = MODEL,
        usage: TokenUsage | None = None,
        stop_reason: str = "end_turn",
    ) -> None:
        self.name = name
        self.prompts: list[Prompt] = []
        self.limits: list[int] = []
        self.patience: list[Patience] = []
        self._answers = answers
        self._usage = usage or TokenUsage(input=1000, output=100)
        self._stop_reason = stop_reason

    async def complete(self, prompt: Prompt, max_tokens: int, hearing: Hearing, patience: Patience) -> ModelReply:
        self.prompts.append(prompt)
        self.patience.append(patience)
        self.limits.append(max_tokens)
        answer = self._answers[min(len(self.prompts), len(self._answers)) - 1]
        if isinstance(answer, Exception):
            raise answer
        await hearing.tokens(25)
        content = _blocks(answer)
        for block in content:
            if block.get("name") == "reply":
                text = block["input"]["text"]
                for end in range(PIECE, len(text) + PIECE, PIECE):
                    await hearing.text(text[:end])
        return ModelReply(f"msg_{len(self.prompts)}", self.name, content, self._stop_reason, self._usage)


def _blocks(answer: str | Block | tuple[Block, ...]) -> tuple[Block, ...]:
    match answer:
        case str():
            return ({"type": "text", "text": answer},)
        case dict():
            return (answer,)
        case _:
            return answer


class ScriptedSmallModel:
    """A `SmallModel` that answers, or raises, what it was given, and remembers what it was told."""

    name = "claude-haiku-5-5"

    def __init__(self, answer: str | Exception, stop_reason: str = "end_turn") -> None:
        self.told: list[tuple[str, str]] = []
        self._answer = answer
        self._stop_reason = stop_reason

    async def write(self, instruction: str, text: str, max_tokens: int, patience: Patience) -> ModelReply:
        self.told.append((instruction, text))
        if isinstance(self._answer, Exception):
            raise self._answer
        usage = TokenUsage(input=100, output=10)
        return ModelReply(
            f"msg_small_{len(self.told)}",
            self.name,
            ({"type": "text", "text": self._answer},),
            self._stop_reason,
            usage,
        )


class OpenQueue:
    """A `ModelQueue`, and its own `ModelTurn`, that always has a turn, unless `full`; `meanwhile` happens while one waits for it."""

    def __init__(self, full: bool = False) -> None:
        self.pauses: list[float] = []
        self.loads: list[Load] = []
        self.settled: list[tuple[TokenUsage, Headroom]] = []
        self.meanwhile: Callable[[], Awaitable[Any]] | None = None
        self._full = full

    @asynccontextmanager
    async def turn(self, load: Load, patience: Patience) -> AsyncIterator[OpenQueue]:
        self.loads.append(load)
        if self._full:
            raise ModelUnavailable("Too many questions are waiting for Claude.")
        if self.meanwhile:
            await self.meanwhile()
        yield self

    async def settle(self, usage: TokenUsage, headroom: Headroom = UNKNOWN) -> None:
        self.settled.append((usage, headroom))

    async def pause(self, model: str, seconds: float) -> None:
        self.pauses.append(seconds)


class MemoryLedger:
    """A `UsageLedger` that forgets with the process."""

    def __init__(self) -> None:
        self._exchanges: dict[str, dict[str, Exchange]] = {}
        self._days: dict[date, int] = {}

    async def record(self, exchange: Exchange) -> bool:
        known = self._exchanges.setdefault(exchange.session_id, {})
        is_new = exchange.usage_id not in known
        known.setdefault(exchange.usage_id, exchange)
        day = exchange.at.astimezone(UTC).date()
        self._days[day] = self._days.get(day, 0) + (exchange.cost_micros if is_new else 0)
        return is_new

    async def of_day(self, day: date) -> int:
        return self._days.get(day, 0)

    async def of_query(self, session_id: str, query_id: str) -> Spent:
        return _sum([exchange for exchange in self._all(session_id) if exchange.query_id == query_id])

    async def of_session(self, session_id: str) -> Spent:
        return _sum(self._all(session_id))

    async def report(self, session_id: str) -> UsageReport:
        found = self._all(session_id)
        by_model = {name: _sum([e for e in found if e.model == name]) for name in sorted({e.model for e in found})}
        return UsageReport(_sum(found), by_model, tuple(reversed(found)))

    async def forget(self, session_id: str) -> None:
        self._exchanges.pop(session_id, None)

    def _all(self, session_id: str) -> list[Exchange]:
        return list(self._exchanges.get(session_id, {}).values())


def _sum(exchanges: list[Exchange]) -> Spent:
    usage = TokenUsage(
        *(sum(getattr(e.usage, name) for e in exchanges) for name in ("input", "output", "cache_read", "cache_write"))
    )
    return Spent(usage, sum(e.cost_micros for e in exchanges), len(exchanges))


class MemoryOutcomes:
    """An `OutcomeStore`."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str, int, int], Outcome] = {}

    async def find(self, session_id: str, query_id: str, step: int, attempt: int) -> Outcome | None:
        return self._kept.get((session_id, query_id, step, attempt))

    async def keep(self, outcome: Outcome) -> None:
        self._kept[outcome.session_id, outcome.query_id, outcome.step, outcome.attempt] = outcome


class MemoryOwed:
    """An `OwedQuestions`."""

    def __init__(self) -> None:
        self.kept: dict[str, tuple[float, LlmQuestionAsked]] = {}

    async def keep(self, question: LlmQuestionAsked, at: float) -> None:
        self.kept[question.query_id] = (at, question)

    async def kept_before(self, at: float, limit: int) -> list[LlmQuestionAsked]:
        return [question for kept, question in self.kept.values() if kept <= at][:limit]

    async def remove(self, question: LlmQuestionAsked) -> None:
        self.kept.pop(question.query_id, None)


class MemoryConversations:
    """A `ConversationStore`."""

    def __init__(self) -> None:
        self._made: dict[str, tuple[int, Conversation]] = {}
        self._messages: dict[str, dict[str, Message]] = {}
        self._titles: dict[str, str] = {}
        self._claimed: set[str] = set()
        self._asking: dict[str, Asking] = {}
        self._sequence = itertools.count(1)

    async def create(self, conversation: Conversation, most: int) -> None:
        if sum(known.session_id == conversation.session_id for _, known in self._made.values()) >= most:
            raise TooManyConversations("Too many.")
        self._made[conversation.conversation_id] = (next(self._sequence), conversation)
        self._messages[conversation.conversation_id] = {}

    async def get(self, session_id: str, conversation_id: str) -> Conversation | None:
        _, found = self._made.get(conversation_id, (0, None))
        if found is None or found.session_id != session_id:
            return None
        messages = list(self._messages[conversation_id].values())
        first = next((title_of(message.text) for message in messages if message.role == "user"), "")
        title = self._titles.get(conversation_id, first)
        updated = messages[-1].created_at if messages else found.updated_at
        return found.model_copy(update={"messages": len(messages), "title": title, "updated_at": updated})

    async def page(self, session_id: str, before: int | None, limit: int) -> ConversationPage:
        places = sorted(
            (
                (place, name)
                for name, (place, made) in self._made.items()
                if made.session_id == session_id and (before is None or place < before)
            ),
            reverse=True,
        )
        shown = [await self.get(session_id, name) for _, name in places[:limit]]
        return ConversationPage(tuple(c for c in shown if c), places[limit - 1][0] if len(places) > limit else None)

    async def append(
        self, conversation_id: str, message: Message, most: int | None = None, asking: Asking | None = None
    ) -> bool:
        messages = self._messages.get(conversation_id)
        if messages is None:
            return False
        before = self._asking.get(conversation_id)
        if before and message.role == "assistant" and before.query_id in message.query_ids[:1]:
            del self._asking[conversation_id]
        if asking and before and before.until > asking.now and message.message_id not in messages:
            raise ConversationBusy("Busy.")
        if most and len(messages) >= most:
            raise ConversationFull("Full.")
        is_new = message.message_id not in messages
        messages.setdefault(message.message_id, message)
        if asking and is_new:
            self._asking[conversation_id] = asking
        return is_new

    async def claim_title(self, conversation_id: str) -> bool:
        is_first = conversation_id in self._made and conversation_id not in self._claimed
        self._claimed.add(conversation_id)
        return is_first

    async def rename(self, conversation_id: str, title: str) -> None:
        if conversation_id in self._made:
            self._titles[conversation_id] = title

    async def messages(self, conversation_id: str) -> list[Message]:
        return list(self._messages.get(conversation_id, {}).values())

    async def message(self, conversation_id: str, message_id: str) -> Message | None:
        return self._messages.get(conversation_id, {}).get(message_id)

    async def delete(self, session_id: str, conversation_id: str) -> None:
        self._made.pop(conversation_id, None)
        self._messages.pop(conversation_id, None)

    async def forget(self, session_id: str) -> None:
        for name in [name for name, (_, made) in self._made.items() if made.session_id == session_id]:
            await self.delete(session_id, name)


@dataclass
class TickingClock:
    """Every look at it is a second later."""

    at: datetime = field(default_factory=lambda: datetime(2026, 11, 23, 12, tzinfo=UTC))

    def __call__(self) -> datetime:
        self.at += timedelta(seconds=1)
        return self.at


class GenerationBench:
    """A `CodeGeneration` over fakes, with the question's context already in the store."""

    def __init__(
        self, model: CodeModel | None, *, queue: OpenQueue | None = None, budget: Budget = BUDGET, tries: int = 4
    ) -> None:
        self.objects = MemoryObjectStore()
        self.queue = queue or OpenQueue()
        self.ledger = MemoryLedger()
        self.bus = RecordingBus()
        self.stops = Stops()
        ids = itertools.count(1)
        asking = AskingTools(
            queue=self.queue,
            ledger=self.ledger,
            bus=self.bus,
            clock=TickingClock(),
            chance=lambda: 0.5,
            new_id=lambda: f"{next(ids):016x}",
        )
        tools = GenerationTools(
            ask=AskModel(AskingPolicy(budget, PRICES, tries), asking),
            objects=self.objects,
            outcomes=MemoryOutcomes(),
            bus=self.bus,
            stops=self.stops,
            clock=asking.clock,
        )
        self.ask_model = tools.ask
        self.generation = CodeGeneration(model, 300, tools)

    async def ask(
        self, event: QueryClassified, *, steps: Sequence[dict[str, Any]] = (), left: int = 5, **changes: Any
    ) -> Any:
        """Generate, and give back what was published as the outcome. `steps` are those before, with what nlq has as objects written into them."""
        assert event.context_key
        await self.objects.put(event.context_key, context_document(**{"question": event.question, **changes}))
        if steps:
            event = event.model_copy(
                update={"step": len(steps) + 1, "steps_key": await self._put_steps(event, steps, left)}
            )
        await self.generation.generate(event)
        return self.bus.events[-1]

    async def _put_steps(self, event: QueryClassified, steps: Sequence[dict[str, Any]], left: int) -> str:
        folder = keys.result(event.session_id, event.query_id)
        stored = []
        for one in steps:
            told = {name: value for name, value in one.items() if name not in ("messages", "result")}
            for name, content in (("reply", {"messages": one.get("messages", [])}), ("result", one.get("result"))):
                if content is not None:
                    told[f"{name}_key"] = f"{folder}{name}-{one['step']}.1.json"
                    await self.objects.put(told[f"{name}_key"], json.dumps(content).encode())
            stored.append(told)
        await self.objects.put(f"{folder}steps.json", steps_document(*stored, left=left))
        return f"{folder}steps.json"

    async def document(self, key: str | None) -> Any:
        """An object that is JSON."""
        assert key
        return json.loads(await self.objects.get(key))

    def deltas(self) -> list[str]:
        """What was shown of the answer; an empty one stands where it began anew."""
        facts = [facts for _, facts in self.bus.told if facts["stage"] == "writing"]
        return ["" if told.get("restart") else told["delta"] for told in facts]


def classified(
    session_id: str, query_id: str, question: str = "How many orders are there?", attempt: int = 1
) -> QueryClassified:
    table = ChosenTable(
        table_id="t1", name="orders", version=1, data_key=f"sessions/{session_id}/tables/t1/v1/data.parquet"
    )
    return QueryClassified(
        session_id=session_id,
        query_id=query_id,
        attempt=attempt,
        engine="claude",
        question=question,
        intent="aggregate",
        tables=(table,),
        context_key=f"sessions/{session_id}/queries/{query_id}/context-{attempt}.json",
    )


def context_document(**changes: Any) -> bytes:
    """What nlq stores for a generator, by default about one table without any cell value."""
    columns = [
        {"name": "city", "type": "category", "unit": None, "nullable": True},
        {"name": "amount", "type": "decimal", "unit": "EUR", "nullable": False},
    ]
    document = {
        "question": "How many orders are there?",
        "intent": "aggregate",
        "entities": [],
        "history": [],
        "tables": [{"name": "orders", "rows": 1200, "columns": columns}],
        "privacy": "schema_only",
    }
    return json.dumps({**document, **changes}).encode()
