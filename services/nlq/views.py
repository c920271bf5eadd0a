"""A question as the API, the stored answer and the event stream show it."""

from __future__ import annotations

from typing import Any

from fastapi.sse import ServerSentEvent

from services.nlq.domain import Question
from services.nlq.steps import Step
from shared.prose import Delta, Restart, TextNews


def view(question: Question) -> dict[str, Any]:
    """DESIGN §4's answer document."""
    return {
        "query_id": question.query_id,
        "state": question.state,
        "question": question.question,
        "intent": question.intent,
        "entities": question.entities,
        "code": question.code,
        "explanation": question.explanation,
        "reading": [part.model_dump(exclude_none=True) for part in question.reading if question.by_plan],
        "engine": question.engine,
        "answer": question.answer,
        "receipt": question.receipt,
        "warnings": list(question.warnings),
        "table_ids": list(question.table_ids),
        "conversation_id": question.conversation_id,
        "clarification": {
            "question": question.clarification.question,
            "options": [{"id": o.id, "label": o.label} for o in question.clarification.options],
        }
        if question.clarification
        else None,
        "error": question.error.model_dump() if question.error else None,
        "attempt": question.attempt,
        "steps": [_step(step) for step in question.steps],
        "created_at": question.created_at,
        "timings": question.timings,
    }


def _step(step: Step) -> dict[str, Any]:
    """What a model did on the way, so that it can be followed."""
    shown = {"step", "attempt", "purpose", "name", "code", "outcome", "said"}
    return step.model_dump(mode="json", include=shown)


def followed(news: Question | TextNews | None) -> ServerSentEvent:
    """What is told to whoever follows a question."""
    match news:
        case Question():
            return ServerSentEvent(event="state", id=str(news.version), data=view(news))
        case Delta(text):
            return ServerSentEvent(event="delta", data={"text": text})
        case Restart():
            return ServerSentEvent(event="restart", data={})
        case None:
            return ServerSentEvent(comment="alive")
