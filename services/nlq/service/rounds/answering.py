"""From the jail's result to an answer, or back to the model that reads it; and from a model's words to an answer."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import structlog

from services.nlq.answers import checks_of, computed
from services.nlq.domain import Question
from services.nlq.ports import Catalog
from services.nlq.service.checking import checks_in, is_model
from services.nlq.service.flow import Flow, failed
from services.nlq.service.looking_up import FindAbsent
from services.nlq.service.rounds.composing import Compose
from services.nlq.service.rounds.handing_over import HandOver, step_over
from services.nlq.service.rounds.verifying import VerifyResult
from services.nlq.steps import Step
from shared.events import QueryExecuted, QueryWritten
from shared.objects import ObjectStore
from shared.plan.agreement import Difference, compare
from shared.prose import WrittenAnswer
from shared.telemetry import metrics

log = structlog.get_logger(__name__)


class AnswerQuery:
    """Handles `query.executed` and `query.written`."""

    def __init__(
        self,
        *,
        objects: ObjectStore,
        catalog: Catalog,
        flow: Flow,
        absent: FindAbsent,
        compose: Compose,
        hand_over: HandOver,
        verify: VerifyResult,
    ) -> None:
        self._verify = verify
        self._absent = absent
        self._objects = objects
        self._catalog = catalog
        self._flow = flow
        self._compose = compose
        self._hand_over = hand_over

    async def executed(self, event: QueryExecuted) -> None:
        async def decide(question: Question) -> Question:
            if question.second is not None:
                return await self._verify.compared(question, event)
            result: dict[str, Any] = json.loads(await self._objects.get(event.result_key))
            parted = await self._difference(question, event, result)
            if parted is not None:
                return _disagreement(question, event, parted)
            over = await self._over(question, event, result)
            executed = question.moved("executed")
            if question.is_read_on:
                return await self._hand_over.on(executed, over)
            return await self._compose.answered(executed, [(over, result)])

        await self._flow.step(event, "validated", decide, self._compose.keep)

    async def written(self, event: QueryWritten) -> None:
        async def decide(question: Question) -> Question:
            written = WrittenAnswer.model_validate_json(await self._objects.get(event.written_key))
            told: dict[str, Any] = {
                "engine": event.engine,
                "model": event.model,
                "prompt_version": event.prompt_version,
            }
            if question.second is not None:
                return await self._verify.given_up(question, "the model wrote no SQL")
            question = question.model_copy(update=told)
            return await self._verify.begin(question, event) or await self._compose(question, written)

        await self._flow.step(event, "classified", decide, self._compose.keep)

    async def _over(self, question: Question, event: QueryExecuted, result: dict[str, Any]) -> Step:
        """The step whose code has run, with all that has to be said of what it gave."""
        absent = await self._absent(question, result)
        of_columns = question.plan_warnings if question.by_plan else question.code_warnings
        return step_over(
            question,
            "ok",
            result_key=event.result_key,
            table_key=event.table_key,
            absent=absent,
            warnings=(*of_columns, *result["warnings"], *checks_of(question, result, absent)),
            seconds=event.seconds,
        )

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
