"""Moving a question on, exactly once however often an event is delivered.

A change is written with the events that it owes (`outbox`), by compare-and-set; the events are published after it.
An event that comes a second time finds the question further on and publishes the outbox again, which the bus drops
as duplicates: whichever step a process dies in, the question goes on.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import structlog

from services.nlq.domain import PAUSES, Message, Query, QueryError, State
from services.nlq.errors import ChangedMeanwhile
from services.nlq.ports import QueryStore, Quotas
from shared.bus import EventBus
from shared.events import EVENTS, Event, QueryEvent, QueryFailed
from shared.telemetry import metrics

Decide = Callable[[Query], Awaitable[Query]]
log = structlog.get_logger(__name__)


class Flow:
    """The only writer of questions."""

    def __init__(self, store: QueryStore, bus: EventBus, quotas: Quotas) -> None:
        self._store = store
        self._bus = bus
        self._quotas = quotas

    async def step(self, event: QueryEvent, expected: State, decide: Decide) -> None:
        """Let `decide` move the question that `event` is about, if it still is in the state `expected` at the same attempt."""
        query = await self._store.get(event.query_id)
        if query is None or query.session_id != event.session_id:
            return
        if query.state != expected or query.attempt != event.attempt:
            await self.tell(query)
            return
        await self.commit(query, await decide(query))

    async def commit(self, before: Query, after: Query) -> None:
        """Write `after` where `before` is stored, then publish what it owes."""
        if not await self._store.replace(after, before.version):
            raise ChangedMeanwhile(f"The question {after.query_id} was changed by another worker.", hint="Try again.")
        await self.tell(after)
        if after.state in PAUSES and before.state not in PAUSES:
            _count(after)
            await self._quotas.release(after.session_id, after.query_id)

    async def tell(self, query: Query) -> None:
        for message in query.outbox:
            await self._bus.publish(EVENTS[message.subject].model_validate(message.body))
        facts = {"query_id": query.query_id, "state": query.state, "version": query.version, "attempt": query.attempt}
        if query.clarification:
            facts["clarification"] = {
                "question": query.clarification.question,
                "options": [o.model_dump() for o in query.clarification.options],
            }
        await self._bus.progress(query.session_id, "query", query.query_id, facts)


def owing(*events: Event) -> tuple[Message, ...]:
    """Events as they are kept with the state."""
    return tuple(Message(subject=event.subject, body=event.model_dump(mode="json")) for event in events)


def failed(query: Query, code: str, message: str, **changes: Any) -> Query:
    """The question's end without an answer. Snippets end silently: nobody subscribes to them."""
    event = QueryFailed(
        session_id=query.session_id,
        query_id=query.query_id,
        attempt=query.attempt,
        code=code,
        reason=message,
        question=query.question,
        conversation_id=query.conversation_id,
    )
    outbox = () if query.source == "snippet" else owing(event)
    return query.moved("failed", error=QueryError(code=code, message=message), outbox=outbox, **changes)


def _count(query: Query) -> None:
    engine, code = query.engine or "none", query.error.code if query.error else ""
    metrics.QUERIES_ENDED.labels(state=query.state, engine=engine, code=code).inc()
    if "total" in query.timings:
        metrics.QUERY_SECONDS.labels(engine=engine).observe(query.timings["total"])
    log.info(
        "query_ended",
        query_id=query.query_id,
        state=query.state,
        engine=engine,
        code=code,
        seconds=query.timings.get("total"),
    )
