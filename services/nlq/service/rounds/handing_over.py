"""A generator's turn: what it has to know goes along as objects, and what came of its earlier steps."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from services.nlq.domain import Question
from services.nlq.service.flow import owing
from services.nlq.steps import Step, StepOutcome, steps_document
from shared.events import Engine, QueryClassified
from shared.objects import ObjectStore, keys

MOST_STEPS = 8  # rounds in which a model may look or compute: who needs more is lost, and pays for all that was said before in each of them


class HandOver:
    """Moves questions to `classified`."""

    def __init__(self, objects: ObjectStore, most_steps: int = MOST_STEPS) -> None:
        self._objects = objects
        self._most_steps = most_steps

    async def to_planner(self, question: Question, **changes: Any) -> Question:
        """It wrote its code when it read the question, and needs nothing."""
        return _handed(question.moved("classified", engine="offline", **changes), steps_key=None)

    async def to_model(self, question: Question, context: Mapping[str, Any], **changes: Any) -> Question:
        """`context` holds for all of its steps."""
        context_key = f"{keys.result(question.session_id, question.query_id)}context-a{question.attempt}.json"
        await self._objects.put(context_key, json.dumps(context, default=str).encode())
        return await self._with_steps(question.moved("classified", engine="claude", context_key=context_key, **changes))

    async def on(self, question: Question, over: Step, **changes: Any) -> Question:
        """Back to the model, with what came of its step: the next one where its code has run, else another attempt at this one."""
        has_run = over.outcome == "ok"
        return await self._with_steps(
            question.moved(
                "classified",
                steps=(*question.steps, over),
                step=question.step + has_run,
                attempt=question.attempt + (not has_run),
                **changes,
            )
        )

    def left(self, question: Question) -> int:
        """How often the model may still look or compute."""
        return max(0, self._most_steps + 1 - question.step)

    async def _with_steps(self, question: Question) -> Question:
        if not question.steps:
            return _handed(question, steps_key=None)
        prefix = keys.result(question.session_id, question.query_id)
        steps_key = f"{prefix}steps-{question.step}.{question.attempt}.json"
        document = steps_document(question.steps, self.left(question))
        await self._objects.put(steps_key, json.dumps(document).encode())
        return _handed(question, steps_key=steps_key)


def step_over(question: Question, outcome: StepOutcome, **told: Any) -> Step:
    """The step that the question is in, at its end."""
    of_code: dict[str, Any] = {}
    if outcome in ("ok", "rejected", "failed", "timed_out"):
        of_code = {
            "purpose": question.purpose,
            "name": question.result_name,
            "code": question.code,
            "explanation": question.explanation,
            "columns": question.columns,
            "tables_used": question.tables_used,
        }
    return Step(
        step=question.step,
        attempt=question.attempt,
        outcome=outcome,
        **{"reply_key": question.reply_key, **of_code, **told},
    )


def _handed(question: Question, steps_key: str | None) -> Question:
    engine: Engine = question.engine or "offline"
    event = QueryClassified(
        session_id=question.session_id,
        query_id=question.query_id,
        attempt=question.attempt,
        step=question.step,
        engine=engine,
        question=question.question,
        intent=question.intent,
        tables=question.tables,
        context_key=question.context_key if engine == "claude" else None,
        steps_key=steps_key,
        conversation_id=question.conversation_id,
        reading=question.reading if engine == "offline" else (),
        deadline=question.deadline,
    )
    return question.model_copy(update={"outbox": owing(event)})
