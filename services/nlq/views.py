"""A question as the API, the stored answer and the event stream show it."""

from __future__ import annotations

from typing import Any

from services.nlq.domain import Query


def view(query: Query) -> dict[str, Any]:
    """DESIGN §4's answer document."""
    return {
        "query_id": query.query_id,
        "state": query.state,
        "question": query.question,
        "intent": query.intent,
        "entities": query.entities,
        "code": query.code,
        "explanation": query.explanation,
        "engine": query.engine,
        "answer": query.answer,
        "receipt": query.receipt,
        "warnings": list(query.warnings),
        "table_ids": list(query.table_ids),
        "conversation_id": query.conversation_id,
        "clarification": {
            "question": query.clarification.question,
            "options": [o.model_dump() for o in query.clarification.options],
        }
        if query.clarification
        else None,
        "error": query.error.model_dump() if query.error else None,
        "attempt": query.attempt,
        "created_at": query.created_at,
        "timings": query.timings,
    }
