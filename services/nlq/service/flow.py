"""Moving a question on, exactly once however often an event is delivered.

A change is written with the events that it owes (`outbox`), by compare-and-set; the events are published after it.
An event that comes a second time finds the question further on and publishes the outbox again, which the bus drops
as duplicates: whichever step a process dies in, the question goes on. Whoever waits is told as soon as the state is written:
what others are owed does not keep a person waiting.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import structlog

from services.nlq.domain import PAUSES, Message, QueryError, Question, State
from services.nlq.errors import ChangedMeanwhile
from services.nlq.ports import QueryStore, Quotas
from shared.bus import EventBus, current_delivery
from shared.events import (
    EVENTS,
    Event,
    QueryEvent,
    QueryFailed,
    QueryGenerated,
    QueryGenerationFailed,
    QueryWritten,
)
from shared.telemetry import metrics

Decide = Callable[[Question], Awaitable[Question]]
Keep = Callable[[Question], Awaitable[None]]


async def keep_nothing(question: Question) -> None:
    """Most states owe the object store nothing."""


log = structlog.get_logger(__name__)
OF_GENERATORS = (QueryGenerated, QueryGenerationFailed, QueryWritten)


class Flow:
    """The only writer of questions."""

    def __init__(self, store: QueryStore, bus: EventBus, quotas: Quotas) -> None:
        self._store = store
        self._bus = bus
        self._quotas = quotas

    async def step(self, event: QueryEvent, expected: State, decide: Decide, keep: Keep = keep_nothing) -> None:
        """Let `decide` move the question that `event` is about, if it still is in the state `expected` at the same attempt and step.

        `keep` writes the objects that its events will name, from nothing but the written state: it is called again where those may be owed.
        """
        question = await self._store.get(event.query_id)
        if question is None or question.session_id != event.session_id:
            return
        if not _is_awaited(question, event, expected):
            if may_owe():
                await keep(question)
                await self.tell(question)
            return
        await self.commit(question, await decide(question), keep)

    async def commit(self, before: Question, after: Question, keep: Keep = keep_nothing) -> None:
        """Write `after` where `before` is stored, tell whoever waits, then publish what it owes."""
        if not await self._store.replace(after, before.version):
            raise ChangedMeanwhile(f"The question {after.query_id} was changed by another worker.", hint="Try again.")
        await self._hint(after)
        await keep(after)
        await self._publish(after)
        if after.state in PAUSES and before.state not in PAUSES:
            _count(after)
            await self._quotas.release(after.session_id, after.query_id)

    async def tell(self, question: Question) -> None:
        await self._hint(question)
        await self._publish(question)

    async def _publish(self, question: Question) -> None:
        for message in question.outbox:
            await self._bus.publish(EVENTS[message.subject].model_validate(message.body))

    async def _hint(self, question: Question) -> None:
        facts = {
            "query_id": question.query_id,
            "state": question.state,
            "version": question.version,
            "attempt": question.attempt,
            "step": question.step,
            "deadline": question.deadline,
        }
        if question.clarification:
            facts["clarification"] = {
                "question": question.clarification.question,
                "options": [{"id": o.id, "label": o.label} for o in question.clarification.options],
            }
        await self._bus.progress(question.session_id, "query", question.query_id, facts)


def _is_awaited(question: Question, event: QueryEvent, expected: State) -> bool:
    """Whether the question is where the event left it. What a generator says has to be of the one whose turn it is: the planner takes over
    from a model at the same attempt and step."""
    said_by_another = isinstance(event, OF_GENERATORS) and question.engine not in (None, event.engine)
    at = (question.state, question.attempt, question.step) == (expected, event.attempt, event.step)
    return at and not said_by_another


def may_owe() -> bool:
    """Whether an event that finds its question further on may have been through here before. One that comes for the first time is one of
    several that a single step owed, and whoever took that step publishes them all, or is called again."""
    delivery = current_delivery()
    return delivery is None or delivery.number > 1


def owing(*events: Event) -> tuple[Message, ...]:
    """Events as they are kept with the state."""
    return tuple(Message(subject=event.subject, body=event.model_dump(mode="json")) for event in events)


def failed(
    question: Question,
    code: str,
    message: str,
    *,
    suggestions: tuple[str, ...] = (),
    cleaning: Mapping[str, str] | None = None,
    **changes: Any,
) -> Question:
    """The question's end without an answer. Snippets end silently: nobody subscribes to them."""
    event = QueryFailed(
        session_id=question.session_id,
        query_id=question.query_id,
        attempt=question.attempt,
        step=question.step,
        code=code,
        reason=message,
        question=question.question,
        conversation_id=question.conversation_id,
    )
    outbox = () if question.source == "snippet" else owing(event)
    error = QueryError(
        code=code, message=message, suggestions=suggestions, cleaning=dict(cleaning) if cleaning else None
    )
    return question.moved("failed", error=error, outbox=outbox, **changes)


def _count(question: Question) -> None:
    engine, code = question.engine or "none", question.error.code if question.error else ""
    metrics.QUERIES_ENDED.labels(state=question.state, engine=engine, code=code).inc()
    if "total" in question.timings:
        metrics.QUERY_SECONDS.labels(engine=engine).observe(question.timings["total"])
    log.info(
        "query_ended",
        query_id=question.query_id,
        state=question.state,
        engine=engine,
        code=code,
        seconds=question.timings.get("total"),
    )
