"""A person's own code: the same validator, the same jail, the same road as generated code."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from services.nlq.domain import Question
from services.nlq.ports import QueryStore, Quotas
from services.nlq.service.asking import Ask
from services.nlq.service.conversing import following, turns_before
from services.nlq.service.flow import Flow, failed
from services.nlq.service.reading import Read
from services.nlq.service.validating import check, reasons_of, validated_event

Outcome = Literal["ok", "rejected", "failed", "timed_out"]
YOURS = "Your code gives"  # what is said of a result whose code a person wrote, whatever the question was
OUTCOMES: dict[str, Outcome] = {"code_rejected": "rejected", "code_timed_out": "timed_out"}


@dataclass(frozen=True)
class SnippetOutcome:
    """How a snippet ended; `answer` is that of a question."""

    outcome: Outcome
    reasons: tuple[str, ...]
    answer: dict[str, Any] | None
    warnings: tuple[str, ...]
    timings: dict[str, float]


class RunSnippet:
    """Behind `POST /v1/code` and `POST /v1/queries/{id}/code`."""

    def __init__(
        self,
        *,
        ask: Ask,
        read: Read,
        store: QueryStore,
        flow: Flow,
        quotas: Quotas,
        new_id: Callable[[], str],
        seconds: float,
    ) -> None:
        self._ask = ask
        self._read = read
        self._store = store
        self._flow = flow
        self._quotas = quotas
        self._new_id = new_id
        self._seconds = seconds

    async def run(self, session_id: str, code: str, table_ids: Sequence[str]) -> SnippetOutcome:
        tables = await self._ask.tables(session_id, table_ids)
        schemas = await self._ask.schemas(tables)
        verdict = check(code, schemas)
        if not verdict.ok:
            return SnippetOutcome("rejected", reasons_of(verdict), None, (), {"total": 0.0})
        generated = self._ask.new(self._new_id(), session_id, "", tables, None).model_copy(
            update={"source": "snippet", "state": "generated", "engine": "person", "code": code}
        )
        await self._admit(generated, listed=False)
        await self._flow.commit(generated, validated_event(generated, schemas, verdict))
        return outcome_of(await self._read.wait(session_id, generated.query_id, self._seconds))

    async def edit(self, session_id: str, query_id: str, code: str) -> Question:
        """The person's own version of a question's code, as a question of its own. Code that is refused ends it at once."""
        first = await self._ask.owned(session_id, query_id)
        tables = await self._ask.tables(session_id, first.table_ids)
        edited = self._ask.new(self._new_id(), session_id, first.question, tables, first.conversation_id)
        # What the first one's code could use, and not what was computed since: a name means the same in both.
        numbered = following(edited, await turns_before(self._store, edited)).model_copy(
            update={"earlier": first.earlier}
        )
        generated = numbered.model_copy(
            update={
                "source": "edit",
                "state": "generated",
                "engine": "person",
                "code": code,
                "intent": first.intent,
                "explanation": YOURS,
            }
        )
        await self._admit(generated, listed=True)
        schemas = {**await self._ask.schemas(tables), **{result.name: result.facts for result in first.earlier}}
        verdict = check(code, schemas)
        ended = (
            validated_event(generated, schemas, verdict)
            if verdict.ok
            else failed(generated, "code_rejected", " ".join(reasons_of(verdict)), repair=reasons_of(verdict))
        )
        await self._flow.commit(generated, ended)
        return ended

    async def _admit(self, generated: Question, *, listed: bool) -> None:
        """Code counts as a question does; its place is given back when it ends."""
        await self._quotas.reserve(generated.session_id, generated.query_id)
        await self._store.create(generated, listed=listed)


def outcome_of(question: Question) -> SnippetOutcome:
    if question.state == "answered":
        return SnippetOutcome("ok", (), question.answer, question.warnings, question.timings)
    if question.state == "failed" and question.error:
        reasons = question.repair or (question.error.message,)
        return SnippetOutcome(
            OUTCOMES.get(question.error.code, "failed"), reasons, None, question.warnings, question.timings
        )
    return SnippetOutcome("timed_out", ("The code did not end in time.",), None, question.warnings, question.timings)
