"""Code for a classified question: the offline planner's, and what to do when a generator failed or its code did."""

from __future__ import annotations

from services.nlq.domain import MODEL_SLOT, MOST_ROUNDS, Choice, Clarification, Question, ReplyFault
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
                return await self._asked_back(question, event)
            if event.code == "invalid_reply" and question.reply_fault != "unreadable" and self._may_repair(question):
                return await self._told_again(question, "unreadable")
            if event.code == "cannot_answer":
                return failed(question, event.code, event.reason, engine=event.engine)
            if question.draft is not None:
                warning = f"Answered by the offline planner: {event.reason}"
                return await self._classify.again(question, "offline", warnings=(*question.warnings, warning))
            if question.advice is not None:
                return clarifying(question, question.advice)
            return failed(question, event.code, event.reason, engine=event.engine)

        await self._flow.step(event, "classified", decide)

    async def _asked_back(self, question: Question, event: QueryGenerationFailed) -> Question:
        """The person is asked so many times, and never twice the same."""
        asked = asked_by_model(event, question.round + 1, unseeing=question.privacy == "schema_only")
        if question.round < MOST_ROUNDS and not any(map(asked.repeats, question.settled)):
            return clarifying(question.model_copy(update={"reply_fault": None}), asked)
        if question.round < MOST_ROUNDS and self._may_repair(question):
            return await self._told_again(question, "repeated")
        return failed(
            question,
            "cannot_answer",
            f"What was asked back was answered, and this is still open: {asked.question}",
            engine=event.engine,
        )

    async def _told_again(self, question: Question, fault: ReplyFault) -> Question:
        """What was wrong with the reply is told as what was wrong with code is, and counts as much."""
        told = {"reply_fault": fault, "repair": (), "code": None}
        return await self._classify.again(question, "claude", attempt=question.attempt + 1, **told)

    async def after_rejection(self, event: QueryRejected) -> None:
        async def decide(question: Question) -> Question:
            return await self._repair(question, "code_rejected", event.reasons)

        await self._flow.step(event, "generated", decide)

    async def after_crash(self, event: QueryExecutionFailed) -> None:
        async def decide(question: Question) -> Question:
            return await self._repair(question, OUTCOME_CODES[event.outcome], event.reasons)

        await self._flow.step(event, "validated", decide)

    def _may_repair(self, question: Question) -> bool:
        """At most so many repairs, and only by a generator that can learn from the reasons."""
        return (
            question.engine == "claude"
            and question.source == "question"
            and question.attempt - question.round <= self._max_repairs
        )

    async def _repair(self, question: Question, code: str, reasons: tuple[str, ...]) -> Question:
        if self._may_repair(question):
            return await self._classify.again(
                question, "claude", attempt=question.attempt + 1, repair=reasons, reply_fault=None
            )
        said = " ".join(reasons) or "The code gave no result."
        return failed(question, code, said, repair=reasons)


def asked_by_model(event: QueryGenerationFailed, number: int, *, unseeing: bool) -> Clarification:
    """The model's options get numbers for ids. What a model says that saw no cell holds none."""
    options = tuple(
        Choice(id=str(position), label=label, schema_label=label if unseeing else None)
        for position, label in enumerate(event.options, 1)
    )
    return Clarification(question=event.reason, slot=f"{MODEL_SLOT}{number}", options=options)
