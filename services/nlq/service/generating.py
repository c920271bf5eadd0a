"""Code for a classified question: the offline planner's, and what to do when a generator failed or its code did."""

from __future__ import annotations

from services.nlq.domain import Query
from services.nlq.planning import Clarify, Option
from services.nlq.ports import QueryStore
from services.nlq.service.classifying import Classify, clarifying
from services.nlq.service.flow import Flow, failed
from shared.bus import EventBus
from shared.events import (
    QueryClassified,
    QueryExecutionFailed,
    QueryGenerated,
    QueryGenerationFailed,
    QueryRejected,
)

OUTCOME_CODES = {"failed": "code_failed", "timed_out": "code_timed_out", "rejected": "code_rejected"}


class Generate:
    """Handles `query.classified` for the offline engine, and the three ways back to a generator."""

    def __init__(self, *, store: QueryStore, flow: Flow, classify: Classify, bus: EventBus, max_repairs: int) -> None:
        self._store = store
        self._flow = flow
        self._classify = classify
        self._bus = bus
        self._max_repairs = max_repairs

    async def offline(self, event: QueryClassified) -> None:
        """The planner wrote the code when it classified the question; a plan has no second try."""
        query = await self._store.get(event.query_id)
        if event.engine != "offline" or query is None or query.state != "classified" or query.attempt != event.attempt:
            return
        if query.draft is None:
            await self._flow.step(event, "classified", _declined)
            return
        await self._bus.publish(
            QueryGenerated(
                session_id=query.session_id,
                query_id=query.query_id,
                attempt=query.attempt,
                engine="offline",
                code=query.draft,
                explanation=query.explanation,
            )
        )

    async def fall_back(self, event: QueryGenerationFailed) -> None:
        """Claude has nothing: it asks back, the planner answers if it was sure, or the question ends with Claude's reason."""

        async def decide(query: Query) -> Query:
            if event.options:
                options = tuple(Option(id=str(number), label=label) for number, label in enumerate(event.options, 1))
                return clarifying(
                    query,
                    Clarify(
                        question=event.reason,
                        options=options,
                        intent=query.intent,
                        entities=query.entities,
                        slot=f"model:{query.round + 1}",
                    ),
                )
            if query.draft is not None and event.code != "cannot_answer":
                warning = f"Answered by the offline planner: {event.reason}"
                return await self._classify.again(query, "offline", warnings=(*query.warnings, warning))
            return failed(query, event.code, event.reason, engine=event.engine)

        await self._flow.step(event, "classified", decide)

    async def after_rejection(self, event: QueryRejected) -> None:
        async def decide(query: Query) -> Query:
            return await self._repair(query, "code_rejected", event.reasons)

        await self._flow.step(event, "generated", decide)

    async def after_crash(self, event: QueryExecutionFailed) -> None:
        async def decide(query: Query) -> Query:
            return await self._repair(query, OUTCOME_CODES[event.outcome], event.reasons)

        await self._flow.step(event, "validated", decide)

    async def _repair(self, query: Query, code: str, reasons: tuple[str, ...]) -> Query:
        """At most so many repairs, and only by a generator that can learn from the reasons."""
        if query.engine == "claude" and query.source == "question" and query.attempt - query.round <= self._max_repairs:
            return await self._classify.again(query, "claude", attempt=query.attempt + 1, repair=reasons)
        said = " ".join(reasons) or "The code gave no result."
        return failed(query, code, said, repair=reasons)


async def _declined(query: Query) -> Query:
    return failed(
        query,
        "cannot_answer",
        "The offline planner is not sure how to answer this. Try naming the columns, or set a Claude key.",
    )
