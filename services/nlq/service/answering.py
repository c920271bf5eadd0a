"""From the jail's result to an answer with its receipt."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from services.nlq.answers import answer_of, checks_of
from services.nlq.domain import Query
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
        async def decide(query: Query) -> Query:
            result: dict[str, Any] = json.loads(await self._objects.get(event.result_key))
            return await self._answered(query, event, result)

        await self._flow.step(event, "validated", decide)

    async def _answered(self, query: Query, event: QueryExecuted, result: dict[str, Any]) -> Query:
        now = datetime.fromtimestamp(self._clock(), UTC)
        tables = [await self._catalog.get(query.session_id, table_id) for table_id in query.table_ids]
        total = round((now - datetime.fromisoformat(query.created_at)).total_seconds(), 4)
        executed = query.moved("executed", result_key=event.result_key, table_key=event.table_key)
        answered = executed.moved(
            "answered",
            answer=answer_of(query, result),
            warnings=(*query.warnings, *result["warnings"], *checks_of(query, result)),
            receipt=receipt_of(query, [t for t in tables if t], result, now),
            timings={"total": total, "execution": round(event.seconds, 4)},
        )
        answer_key = f"{keys.result(query.session_id, query.query_id)}answer.json"
        if query.source == "snippet":
            return answered.model_copy(update={"outbox": ()})
        await self._objects.put(answer_key, json.dumps(view(answered)).encode())
        said = QueryAnswered(
            session_id=query.session_id,
            query_id=query.query_id,
            attempt=query.attempt,
            intent=query.intent,
            engine=query.engine or "offline",
            answer_key=answer_key,
            conversation_id=query.conversation_id,
            question=query.question,
            seconds=total,
        )
        return answered.model_copy(update={"outbox": owing(said)})
