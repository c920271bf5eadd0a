"""From the jail's result to an answer with its receipt."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import structlog

from services.nlq.answers import answer_of, checks_of, computed
from services.nlq.domain import Question
from services.nlq.ports import Catalog
from services.nlq.receipts import receipt_of
from services.nlq.service.checking import checks_in, is_model
from services.nlq.service.flow import Flow, failed, owing
from services.nlq.views import view
from shared.events import QueryAnswered, QueryExecuted
from shared.objects import ObjectStore, keys
from shared.plan.agreement import Difference, compare
from shared.telemetry import metrics

log = structlog.get_logger(__name__)


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
            parted = await self._difference(question, event, result)
            if parted is not None:
                return _disagreement(question, event, parted)
            return await self._answered(question, event, result)

        await self._flow.step(event, "validated", decide)

    async def _difference(self, question: Question, event: QueryExecuted, result: dict[str, Any]) -> Difference | None:
        """Where the code's result parts from what the plan came to by its other rendering; nothing where there is none to compare."""
        if question.expected is None or not question.by_plan:
            return None
        if is_model(question.plan):
            return compare(question.expected, checks_in(result, question.expected))
        found = await asyncio.to_thread(computed, result, await self._table(event, result))
        return compare(question.expected, found, question.sorted_by)

    async def _table(self, event: QueryExecuted, result: dict[str, Any]) -> bytes | None:
        """The whole table, where the result shows only its beginning."""
        if event.table_key is None or len(result.get("rows") or ()) == result.get("total_rows"):
            return None
        return await self._objects.get(event.table_key)

    async def _answered(self, question: Question, event: QueryExecuted, result: dict[str, Any]) -> Question:
        now = datetime.fromtimestamp(self._clock(), UTC)
        tables = [await self._catalog.get(question.session_id, table_id) for table_id in question.table_ids]
        total = round((now - datetime.fromisoformat(question.created_at)).total_seconds(), 4)
        said_by_plan = question.plan_warnings if question.by_plan else ()
        executed = question.moved("executed", result_key=event.result_key, table_key=event.table_key)
        answered = executed.moved(
            "answered",
            answer=answer_of(question, result),
            warnings=(*question.warnings, *said_by_plan, *result["warnings"], *checks_of(question, result)),
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


def _disagreement(question: Question, event: QueryExecuted, parted: Difference) -> Question:
    """The two computations of one plan differ: a fault of ours, and no number is shown for it."""
    metrics.ANSWERS_DISAGREED.labels(kind=parted.kind).inc()
    log.error(
        "answers_disagree", query_id=question.query_id, kind=parted.kind, detail=parted.detail, plan=question.plan
    )
    return failed(
        question.moved("executed", result_key=event.result_key, table_key=event.table_key),
        "cannot_answer",
        "The answer was computed in two ways that do not agree, so it is not shown. Please report this question.",
        engine="offline",
    )
