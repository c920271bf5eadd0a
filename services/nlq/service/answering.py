"""From the jail's result to an answer with its receipt."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from services.nlq.answers import answer_of, checks_of
from services.nlq.domain import Question
from services.nlq.ports import Catalog
from services.nlq.receipts import receipt_of
from services.nlq.service.flow import Flow, owing
from services.nlq.views import view
from shared.events import QueryAnswered, QueryExecuted
from shared.objects import ObjectStore, keys


class AnswerQuery:
    """Handles `query.executed`."""

    def __init__(self, *, objects: ObjectStore, catalog: Catalog, flow: Flow, clock: Callable[[], float]) -> None:
        self._objects = objects
        self._catalog = catalog
        self._flow = flow
        self._clock = clock

    async def __call__(self, event: QueryExecuted) -> None:
        async def decide(question: Question) -> Question:
            result: dict[str, Any] = json.loads(await self._objects.get(event.result_key))
            return await self._answered(question, event, result)

        await self._flow.step(event, "validated", decide)

    async def _answered(self, question: Question, event: QueryExecuted, result: dict[str, Any]) -> Question:
        now = datetime.fromtimestamp(self._clock(), UTC)
        tables = [await self._catalog.get(question.session_id, table_id) for table_id in question.table_ids]
        total = round((now - datetime.fromisoformat(question.created_at)).total_seconds(), 4)
        executed = question.moved("executed", result_key=event.result_key, table_key=event.table_key)
        answered = executed.moved(
            "answered",
            answer=answer_of(question, result),
            warnings=(*question.warnings, *result["warnings"], *checks_of(question, result)),
            receipt=receipt_of(question, [t for t in tables if t], result, now),
            timings={"total": total, "execution": round(event.seconds, 4)},
        )
        answer_key = f"{keys.result(question.session_id, question.query_id)}answer.json"
        if question.source == "snippet":
            return answered.model_copy(update={"outbox": ()})
        await self._objects.put(answer_key, json.dumps(view(answered)).encode())
        said = QueryAnswered(
            session_id=question.session_id,
            query_id=question.query_id,
            attempt=question.attempt,
            intent=question.intent,
            engine=question.engine or "offline",
            answer_key=answer_key,
            conversation_id=question.conversation_id,
            question=question.question,
            seconds=total,
        )
        return answered.model_copy(update={"outbox": owing(said)})
