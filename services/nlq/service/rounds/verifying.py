"""A model's result is computed a second time, in SQL that the model writes without seeing the first: asked for, checked, run, compared.

That is a step like any other, of the same events; what the model wrote of its result waits in `Question.second`. However the second
computation ends, the question is answered: with what came of it, or with the reason why nothing did.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

from services.nlq.answers import computed
from services.nlq.answers.verifying import not_verified, verify
from services.nlq.domain import Question, Second, Verification
from services.nlq.ports import Catalog
from services.nlq.service.flow import owing
from services.nlq.service.rounds.composing import Compose
from services.nlq.service.validating import schemas_of
from services.nlq.steps import Step, steps_document
from services.nlq.validation.sql import validate_sql
from shared.events import QueryClassified, QueryExecuted, QueryGenerated, QueryValidated, QueryWritten
from shared.objects import ObjectStore, keys
from shared.plan.result import Result
from shared.prose import WrittenAnswer

# Less is left at the end of a slow question: its answer is worth more than its verification, which would fail with it at the deadline.
FEWEST_SECONDS = 40.0


class VerifyResult:
    """The way of a question from the model's words to its answer, by way of a second computation."""

    def __init__(self, *, objects: ObjectStore, catalog: Catalog, compose: Compose, clock: Callable[[], float]) -> None:
        self._objects = objects
        self._catalog = catalog
        self._compose = compose
        self._clock = clock

    async def begin(self, question: Question, event: QueryWritten) -> Question | None:
        """Ask for the SQL; None where there is nothing to verify, or it was done."""
        if not question.verify or question.verification is not None or not question.results:
            return None
        written = await self._written(event.written_key)
        named = [step for step in question.results if written.result is not None and step.name == written.result]
        of_step = named[-1] if named else question.results[-1]
        second = Second(of_step=of_step, written_key=event.written_key)
        question = question.model_copy(update={"second": second})
        if question.deadline - self._clock() < FEWEST_SECONDS:
            return await self._settled(question, not_verified("no time was left for it"))
        moved = question.moved("classified", step=question.step + 1)
        return moved.model_copy(update={"outbox": owing(await self._request(moved, of_step))})

    async def judged(self, question: Question, event: QueryGenerated) -> Question:
        """The SQL on its way to the jail, or the answer without it."""
        assert question.second is not None
        tables = [await self._catalog.get(question.session_id, table_id) for table_id in question.table_ids]
        schemas = await schemas_of(self._catalog, [table for table in tables if table])
        verdict = validate_sql(event.code, {name: [c.name for c in columns] for name, columns in schemas.items()})
        if not verdict.ok:
            reasons = " ".join(finding.message for finding in verdict.findings)
            return await self._settled(question, not_verified(f"its SQL was refused ({reasons.rstrip('.')})"))
        second = question.second.model_copy(update={"sql": verdict.sql})
        run = QueryValidated(
            session_id=question.session_id,
            query_id=question.query_id,
            attempt=question.attempt,
            step=question.step,
            code=verdict.sql,
            language="sql",
            tables=tuple(table for table in question.tables if table.name in verdict.columns_used),
            columns_used={name: tuple(sorted(columns)) for name, columns in verdict.columns_used.items()},
            deadline=question.deadline,
        )
        return question.moved("generated").moved("validated", second=second, outbox=owing(run))

    async def compared(self, question: Question, event: QueryExecuted) -> Question:
        """Both results side by side."""
        assert question.second is not None
        of_step = question.second.of_step
        first, second = await asyncio.gather(
            self._result(of_step.result_key, of_step.table_key), self._result(event.result_key, event.table_key)
        )
        return await self._settled(question.moved("executed"), await asyncio.to_thread(verify, first, second))

    async def given_up(self, question: Question, reason: str) -> Question:
        """There is no SQL, or it did not run."""
        return await self._settled(question, not_verified(reason.strip().rstrip(".")))

    async def keep(self, question: Question) -> None:
        """The answer, where there is one already."""
        await self._compose.keep(question)

    async def _settled(self, question: Question, verification: Verification) -> Question:
        second = question.second
        told = verification.model_copy(update={"sql": second.sql if second else None})
        warnings = (*question.warnings, told.sentence) if told.outcome == "differs" else question.warnings
        written = await self._written(second.written_key) if second else WrittenAnswer()
        return await self._compose(
            question.model_copy(update={"verification": told, "second": None, "warnings": warnings}), written
        )

    async def _request(self, question: Question, of_step: Step) -> QueryClassified:
        """The model's side is told of the result by its key, to say what columns it has; the code of it does not go along."""
        prefix = keys.result(question.session_id, question.query_id)
        steps_key = f"{prefix}second-{question.step}.json"
        bare = of_step.model_copy(update={"code": None, "reply_key": None, "warnings": ()})
        await self._objects.put(steps_key, json.dumps(steps_document([bare], left=1)).encode())
        return QueryClassified(
            session_id=question.session_id,
            query_id=question.query_id,
            attempt=question.attempt,
            step=question.step,
            engine="claude",
            question=question.question,
            intent=question.intent,
            tables=question.tables,
            context_key=question.context_key,
            steps_key=steps_key,
            language="sql",
            conversation_id=question.conversation_id,
            deadline=question.deadline,
        )

    async def _written(self, key: str) -> WrittenAnswer:
        return WrittenAnswer.model_validate_json(await self._objects.get(key))

    async def _result(self, result_key: str | None, table_key: str | None) -> Result:
        result: dict[str, Any] = json.loads(await self._objects.get(result_key or ""))
        whole = table_key is None or len(result.get("rows") or ()) == result.get("total_rows")
        table = None if whole else await self._objects.get(table_key or "")
        return await asyncio.to_thread(computed, result, table)
