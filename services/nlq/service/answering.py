"""From the jail's result to an answer with its receipt."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import structlog

from services.nlq.answers import answer_of, checks_of, computed, grounds_of, receipt_of, rows_of, sentences, ungrounded
from services.nlq.answers.charts import MOST_ROWS
from services.nlq.domain import Question
from services.nlq.ports import Catalog
from services.nlq.service.checking import checks_in, is_model
from services.nlq.service.flow import Flow, failed, owing
from services.nlq.service.looking_up import FindAbsent
from services.nlq.views import view
from shared.events import QueryAnswered, QueryExecuted, TableReady
from shared.objects import ObjectStore, keys
from shared.plan.agreement import Difference, compare
from shared.telemetry import metrics

log = structlog.get_logger(__name__)


class AnswerQuery:
    """Handles `query.executed`."""

    def __init__(
        self, *, objects: ObjectStore, catalog: Catalog, flow: Flow, clock: Callable[[], float], absent: FindAbsent
    ) -> None:
        self._absent = absent
        self._objects = objects
        self._catalog = catalog
        self._flow = flow
        self._clock = clock

    async def __call__(self, event: QueryExecuted) -> None:
        async def decide(question: Question) -> Question:
            body, tables = await asyncio.gather(self._objects.get(event.result_key), self._tables(question))
            result: dict[str, Any] = json.loads(body)
            parted = await self._difference(question, event, result)
            if parted is not None:
                return _disagreement(question, event, parted)
            absent, rows = await self._absent(question, tables, result), await self._rows_to_draw(event, result)
            return self._answered(question, event, result, tables, absent, rows)

        await self._flow.step(event, "validated", decide, self._keep)

    async def _tables(self, question: Question) -> list[TableReady]:
        """Those that are still there."""
        found = [await self._catalog.get(question.session_id, table_id) for table_id in question.table_ids]
        return [table for table in found if table]

    async def _difference(self, question: Question, event: QueryExecuted, result: dict[str, Any]) -> Difference | None:
        """Where the code's result parts from what the plan came to by its other rendering; nothing where there is none to compare."""
        if question.expected is None or not question.by_plan:
            return None
        if is_model(question.plan):
            return compare(question.expected, checks_in(result, question.expected))
        found = await asyncio.to_thread(computed, result, await self._table(event, result))
        return compare(question.expected, found, question.sorted_by)

    async def _rows_to_draw(self, event: QueryExecuted, result: dict[str, Any]) -> list[tuple[Any, ...]] | None:
        """All of them, where the result shows only its beginning and a chart can hold the rest."""
        if result.get("total_rows", 0) > MOST_ROWS or (table := await self._table(event, result)) is None:
            return None
        return await asyncio.to_thread(rows_of, table)

    async def _table(self, event: QueryExecuted, result: dict[str, Any]) -> bytes | None:
        """The whole table, where the result shows only its beginning."""
        if event.table_key is None or len(result.get("rows") or ()) == result.get("total_rows"):
            return None
        return await self._objects.get(event.table_key)

    async def _keep(self, question: Question) -> None:
        """The answer for those who hear of it by its event. Whoever asked reads the state, and does not wait for this."""
        if question.state == "answered" and question.source != "snippet":
            await self._objects.put(answer_key(question), json.dumps(view(question)).encode())

    def _answered(
        self,
        question: Question,
        event: QueryExecuted,
        result: dict[str, Any],
        tables: Sequence[TableReady],
        absent: Sequence[str],
        rows: Sequence[Sequence[Any]] | None,
    ) -> Question:
        now = datetime.fromtimestamp(self._clock(), UTC)
        total = round((now - datetime.fromisoformat(question.created_at)).total_seconds(), 4)
        of_columns = question.plan_warnings if question.by_plan else question.code_warnings
        question = question.model_copy(update={"explanation": _in_grounded_words(question, result)})
        executed = question.moved("executed", result_key=event.result_key, table_key=event.table_key)
        answered = executed.moved(
            "answered",
            answer=answer_of(question, result, absent, rows),
            warnings=(*question.warnings, *of_columns, *result["warnings"], *checks_of(question, result, absent)),
            receipt=receipt_of(question, tables, result, now),
            timings={"total": total, "execution": round(event.seconds, 4)},
        )
        if question.source == "snippet":
            return answered.model_copy(update={"outbox": ()})
        said = QueryAnswered(
            session_id=question.session_id,
            query_id=question.query_id,
            attempt=question.attempt,
            intent=question.intent,
            engine=question.engine or "offline",
            answer_key=answer_key(question),
            conversation_id=question.conversation_id,
            question=question.question,
            seconds=total,
        )
        return answered.model_copy(update={"outbox": owing(said)})


def _in_grounded_words(question: Question, result: dict[str, Any]) -> str:
    """The explanation. A model writes its own before it sees the result: a sentence with a number that stands nowhere is left out."""
    if question.engine != "claude":
        return question.explanation
    said, grounds = sentences(question.explanation), grounds_of(question, result)
    kept = [sentence for sentence in said if not ungrounded(sentence, grounds)]
    if len(kept) == len(said):
        return question.explanation
    metrics.SENTENCES_LEFT_OUT.inc(len(said) - len(kept))
    log.info("sentences_left_out", query_id=question.query_id, count=len(said) - len(kept))
    return " ".join(kept)


def answer_key(question: Question) -> str:
    return f"{keys.result(question.session_id, question.query_id)}answer.json"


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
