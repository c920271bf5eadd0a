"""Code for a classified question: the offline planner's, and what to do when a generator failed or its code did."""

from __future__ import annotations

from typing import Any

from services.nlq.domain import MODEL_SLOT, MOST_ROUNDS, Choice, Clarification, Question
from services.nlq.ports import QueryStore
from services.nlq.service.classifying import clarifying
from services.nlq.service.flow import Flow, failed
from services.nlq.service.rounds.composing import Compose, unfinished
from services.nlq.service.rounds.handing_over import HandOver, step_over
from services.nlq.service.rounds.verifying import VerifyResult
from services.nlq.service.validating import NO_STEPS_LEFT
from services.nlq.steps import StepOutcome
from shared.bus import EventBus
from shared.events import (
    QueryClassified,
    QueryExecutionFailed,
    QueryGenerated,
    QueryGenerationFailed,
    QueryRejected,
)

TOO_MANY_STEPS = "It looked and computed as often as it may."
CODES: dict[StepOutcome, str] = {"failed": "code_failed", "timed_out": "code_timed_out", "rejected": "code_rejected"}


class Generate:
    """Handles `query.classified` for the offline engine, and the three ways back to a generator."""

    def __init__(
        self,
        *,
        store: QueryStore,
        flow: Flow,
        hand_over: HandOver,
        compose: Compose,
        bus: EventBus,
        max_repairs: int,
        verify: VerifyResult,
    ) -> None:
        self._verify = verify
        self._store = store
        self._flow = flow
        self._hand_over = hand_over
        self._compose = compose
        self._bus = bus
        self._max_repairs = max_repairs

    async def offline(self, event: QueryClassified) -> None:
        """For a question that came back from Claude: the planner wrote its code when it was classified. Without Claude that, too, is one step."""
        question = await self._store.get(event.query_id)
        if (
            event.engine != "offline"
            or question is None
            or (question.state, question.attempt, question.step) != ("classified", event.attempt, event.step)
            or question.draft is None
        ):
            return
        await self._bus.publish(
            QueryGenerated(
                session_id=question.session_id,
                query_id=question.query_id,
                attempt=question.attempt,
                step=question.step,
                engine="offline",
                code=question.draft.code,
                explanation=question.draft.explanation,
            )
        )

    async def fall_back(self, event: QueryGenerationFailed) -> None:
        """Claude has nothing: it asks back, it is told what was wrong with its reply, what it has computed is shown, the planner takes over
        with what it was sure of or would ask, or the question ends."""

        async def decide(question: Question) -> Question:
            if question.second is not None:
                return await self._verify.given_up(question, event.reason)
            question = question.model_copy(update={"reply_key": event.reply_key})
            if event.options:
                return await self._asked_back(question, event)
            told_so = bool(question.steps) and question.steps[-1].outcome == "unreadable"
            if event.code == "invalid_reply" and not told_so and self._may_repair(question):
                return await self._hand_over.on(question, step_over(question, "unreadable"))
            if event.code == "cannot_answer":
                return failed(question, event.code, event.reason, engine=event.engine)
            if question.results:
                return await self._as_computed(question, event.reason)
            if question.draft is not None:
                return await self._taken_over(question, event.reason)
            if question.advice is not None:
                return clarifying(question, question.advice)
            return failed(question, event.code, event.reason, engine=event.engine)

        await self._flow.step(event, "classified", decide, self._compose.keep)

    async def _asked_back(self, question: Question, event: QueryGenerationFailed) -> Question:
        """The person is asked so many times, and never twice the same."""
        asked = asked_by_model(event, question.round + 1, unseeing=question.privacy == "schema_only")
        if question.round < MOST_ROUNDS and not any(map(asked.repeats, question.settled)):
            return clarifying(question, asked, reply_key=event.reply_key)
        if question.round < MOST_ROUNDS and self._may_repair(question):
            return await self._hand_over.on(question, step_over(question, "repeated"))
        return failed(
            question,
            "cannot_answer",
            f"What was asked back was answered, and this is still open: {asked.question}",
            engine=event.engine,
        )

    async def after_rejection(self, event: QueryRejected) -> None:
        async def decide(question: Question) -> Question:
            return await self._repair(question, "rejected", event.reasons)

        await self._flow.step(event, "generated", decide, self._compose.keep)

    async def after_crash(self, event: QueryExecutionFailed) -> None:
        async def decide(question: Question) -> Question:
            if question.second is not None:
                return await self._verify.given_up(question, f"it did not run ({' '.join(event.reasons).rstrip('.')})")
            return await self._repair(question, event.outcome, event.reasons, seconds=event.seconds)

        await self._flow.step(event, "validated", decide, self._compose.keep)

    def _may_repair(self, question: Question) -> bool:
        """At most so many repairs, and only by a generator that can learn from the reasons."""
        return question.is_read_on and question.attempt - question.round <= self._max_repairs

    async def _repair(
        self, question: Question, outcome: StepOutcome, reasons: tuple[str, ...], seconds: float = 0.0
    ) -> Question:
        if self._may_repair(question):
            return await self._hand_over.on(question, step_over(question, outcome, said=reasons, seconds=seconds))
        said = TOO_MANY_STEPS if NO_STEPS_LEFT in reasons else " ".join(reasons) or "The code gave no result."
        if question.results and question.is_read_on:
            return await self._as_computed(question, said)
        if question.draft is not None and question.is_read_on:
            return await self._taken_over(question, said, attempt=question.attempt + 1)
        return failed(question, CODES[outcome], said, repair=reasons)

    async def _taken_over(self, question: Question, reason: str, **changes: Any) -> Question:
        """The planner was sure of its reading, and answers in the model's place."""
        warning = f"Answered by the offline planner: {reason}"
        return await self._hand_over.to_planner(question, warnings=(*question.warnings, warning), **changes)

    async def _as_computed(self, question: Question, reason: str) -> Question:
        """What stands is shown as what it is: the model wanted to go on, and could not."""
        return await self._compose(question, warning=unfinished(reason))


def asked_by_model(event: QueryGenerationFailed, number: int, *, unseeing: bool) -> Clarification:
    """The model's options get numbers for ids. What a model says that saw no cell holds none."""
    options = tuple(
        Choice(id=str(position), label=label, schema_label=label if unseeing else None)
        for position, label in enumerate(event.options, 1)
    )
    return Clarification(question=event.reason, slot=f"{MODEL_SLOT}{number}", options=options)
