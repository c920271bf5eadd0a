"""Code for a classified question: the offline planner's, and what to do when a generator failed or its code did."""

from __future__ import annotations

from services.nlq.domain import MODEL_SLOT, Choice, Clarification, Question
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
        """For a question that came back from Claude: the planner wrote its code when it was classified. Without Claude that, too, is one step."""
        question = await self._store.get(event.query_id)
        if (
            event.engine != "offline"
            or question is None
            or question.state != "classified"
            or question.attempt != event.attempt
            or question.draft is None
        ):
            return
        await self._bus.publish(
            QueryGenerated(
                session_id=question.session_id,
                query_id=question.query_id,
                attempt=question.attempt,
                engine="offline",
                code=question.draft,
                explanation=question.explanation,
            )
        )

    async def fall_back(self, event: QueryGenerationFailed) -> None:
        """Claude has nothing: it asks back, the planner takes over with what it was sure of or would ask, or the question ends."""

        async def decide(question: Question) -> Question:
            if event.options:
                return clarifying(question, asked_by_model(event, question.round + 1))
            if event.code == "cannot_answer":
                return failed(question, event.code, event.reason, engine=event.engine)
            if question.draft is not None:
                warning = f"Answered by the offline planner: {event.reason}"
                return await self._classify.again(question, "offline", warnings=(*question.warnings, warning))
            if question.advice is not None:
                return clarifying(question, question.advice)
            return failed(question, event.code, event.reason, engine=event.engine)

        await self._flow.step(event, "classified", decide)

    async def after_rejection(self, event: QueryRejected) -> None:
        async def decide(question: Question) -> Question:
            return await self._repair(question, "code_rejected", event.reasons)

        await self._flow.step(event, "generated", decide)

    async def after_crash(self, event: QueryExecutionFailed) -> None:
        async def decide(question: Question) -> Question:
            return await self._repair(question, OUTCOME_CODES[event.outcome], event.reasons)

        await self._flow.step(event, "validated", decide)

    async def _repair(self, question: Question, code: str, reasons: tuple[str, ...]) -> Question:
        """At most so many repairs, and only by a generator that can learn from the reasons."""
        if (
            question.engine == "claude"
            and question.source == "question"
            and question.attempt - question.round <= self._max_repairs
        ):
            return await self._classify.again(question, "claude", attempt=question.attempt + 1, repair=reasons)
        said = " ".join(reasons) or "The code gave no result."
        return failed(question, code, said, repair=reasons)


def asked_by_model(event: QueryGenerationFailed, number: int) -> Clarification:
    """The model's options get numbers for ids."""
    options = tuple(Choice(id=str(position), label=label) for position, label in enumerate(event.options, 1))
    return Clarification(question=event.reason, slot=f"{MODEL_SLOT}{number}", options=options)
