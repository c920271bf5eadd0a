"""A question that a model works at, with everybody else of its rounds: the model's side, the jail's, and the person."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

from services.nlq.domain import Question
from shared.events import (
    QueryAsked,
    QueryClarified,
    QueryClassified,
    QueryEvent,
    QueryExecuted,
    QueryExecutionFailed,
    QueryGenerated,
    QueryGenerationFailed,
    QueryRejected,
    QueryWritten,
)
from shared.events.queries import Purpose
from shared.objects import keys
from shared.privacy import Privacy
from tests.fakes.nlq import House

UNPLANNED = "How would a stranger see it?"  # nothing that the planner reads
PLANNED = "What is the total amount per city?"
SUM = "result = df['amount'].sum()"
REFUSED = "result = df['amuont'].sum()"
Kind = TypeVar("Kind", bound=QueryEvent)


@dataclass
class Rounds:
    """Every method is one turn of one of them, at the step and the attempt at which the question is."""

    house: House
    query_id: str

    @classmethod
    async def begin(
        cls, house: House, text: str = UNPLANNED, privacy: Privacy | None = None, *, verify: bool | None = None
    ) -> Rounds:
        question = await house.ask(text, privacy=privacy, verify=verify)
        await house.use.classify(house.bus.of(QueryAsked)[-1])
        return cls(house, question.query_id)

    @property
    def now(self) -> Question:
        return self.house.question(self.query_id)

    def event(self, kind: type[Kind], **facts: Any) -> Kind:
        now = self.now
        at = {"session_id": now.session_id, "query_id": self.query_id, "attempt": now.attempt, "step": now.step}
        return kind.model_validate(at | facts)

    async def generates(
        self,
        code: str = SUM,
        *,
        purpose: Purpose = "compute",
        name: str | None = None,
        explanation: str = "",
        reply_key: str | None = None,
    ) -> Question:
        told = {"engine": "claude", "code": code, "explanation": explanation, "purpose": purpose, "name": name}
        await self.house.use.validate(self.event(QueryGenerated, **told, model="m", reply_key=reply_key))
        return self.now

    async def selects(self, sql: str) -> Question:
        """The model's second computation."""
        told = {"engine": "claude", "code": sql, "language": "sql"}
        await self.house.use.validate(self.event(QueryGenerated, **told, model="m"))
        return self.now

    async def ran(self, *, seconds: float = 0.01, is_table: bool = False, **result: Any) -> QueryExecuted:
        """What the jail's side says when it has kept the result; of a table it is there as Parquet, too."""
        now = self.now
        key = f"{keys.result(now.session_id, now.query_id)}s{now.step}a{now.attempt}.json"
        table = {"table_key": key.replace(".json", ".parquet")} if is_table else {}
        return self.event(
            QueryExecuted, result_key=await self.house.keep_result(key, **result), seconds=seconds, **table
        )

    async def runs(self, *, seconds: float = 0.01, is_table: bool = False, **result: Any) -> Question:
        await self.house.use.answer.executed(await self.ran(seconds=seconds, is_table=is_table, **result))
        return self.now

    async def crashes(self, *reasons: str, outcome: Literal["failed", "timed_out", "rejected"] = "failed") -> Question:
        await self.house.use.generate.after_crash(self.event(QueryExecutionFailed, outcome=outcome, reasons=reasons))
        return self.now

    async def is_refused(self) -> Question:
        """The validator's reasons come back."""
        await self.house.use.generate.after_rejection(self.house.bus.of(QueryRejected)[-1])
        return self.now

    async def looks(self, code: str = SUM, **result: Any) -> Question:
        await self.generates(code, purpose="look")
        return await self.runs(**result)

    async def computes(self, name: str | None = None, code: str = SUM, **result: Any) -> Question:
        await self.generates(code, name=name)
        return await self.runs(**result)

    async def wrote(self, text: str = "", **written: Any) -> QueryWritten:
        """What the model's side says when it has kept the model's words; without text it had none that could be shown."""
        now = self.now
        key = f"{keys.result(now.session_id, now.query_id)}written-{now.step}.{now.attempt}.json"
        await self.house.objects.put(key, json.dumps({"text": text, **written}).encode())
        return self.event(QueryWritten, engine="claude", written_key=key, model="m")

    async def writes(self, text: str = "", **written: Any) -> Question:
        await self.house.use.answer.written(await self.wrote(text, **written))
        return self.now

    def failure(self, code: str, reason: str, *options: str, reply_key: str | None = None) -> QueryGenerationFailed:
        told = {"engine": "claude", "code": code, "reason": reason, "options": options}
        return self.event(QueryGenerationFailed, **told, reply_key=reply_key)

    async def fails(self, code: str, reason: str, *options: str, reply_key: str | None = None) -> Question:
        await self.house.use.generate.fall_back(self.failure(code, reason, *options, reply_key=reply_key))
        return self.now

    async def asks_back(self, reason: str, *options: str, reply_key: str | None = None) -> Question:
        return await self.fails("needs_clarification", reason, *options, reply_key=reply_key)

    async def is_told(self, choice: str, privacy: Privacy | None = None) -> Question:
        """The person answers."""
        await self.house.use.ask.clarified(self.house.session_id, self.query_id, choice, privacy)
        await self.house.use.classify(self.house.bus.of(QueryClarified)[-1])
        return self.now

    async def context(self) -> dict[str, Any]:
        """What the model is told that holds for all of its steps."""
        return await self._behind(self.house.bus.of(QueryClassified)[-1].context_key)

    async def told(self) -> dict[str, Any] | None:
        """What the model is told of its earlier steps; None before the first."""
        key = self.house.bus.of(QueryClassified)[-1].steps_key
        return None if key is None else await self._behind(key)

    async def last_told(self) -> dict[str, Any]:
        """The step before this one, as the model is told of it."""
        told = await self.told()
        assert told is not None
        last: dict[str, Any] = told["steps"][-1]
        return last

    async def _behind(self, key: str | None) -> dict[str, Any]:
        document: dict[str, Any] = json.loads(await self.house.objects.get(str(key)))
        return document
