"""Results become an answer: in a model's words where it wrote some, else in a sentence of ours, with its receipt."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import structlog

from services.nlq.answers import answer_of, grounds_of, receipt_of, result_of, rows_of
from services.nlq.answers.charts import MOST_ROWS, ChartRefused, Frame, chart_written
from services.nlq.domain import Question
from services.nlq.ports import Catalog
from services.nlq.service.flow import failed, owing
from services.nlq.steps import Step
from services.nlq.views import view
from shared.events import QueryAnswered, TableReady
from shared.objects import ObjectStore, keys
from shared.prose import WrittenAnswer, sentences, ungrounded
from shared.telemetry import metrics

log = structlog.get_logger(__name__)
NO_WORDS = "Claude's answer had numbers that stand in no result, so it is not shown. Ask for what should be computed."
UNWRITTEN = WrittenAnswer()


@dataclass(frozen=True)
class Computed:
    """A step whose result is shown, with the document that the jail's side wrote of it, and the question with its code and what is said of it.
    `all_rows`, where the document has only the first ones and there are few enough to be drawn."""

    step: Step
    result: dict[str, Any]
    question: Question
    all_rows: Sequence[Sequence[Any]] | None = None

    @property
    def frame(self) -> Frame | None:
        """What can be drawn of it: all of its rows, or nothing."""
        rows = self.result["rows"] if len(self.result["rows"]) == self.result["total_rows"] else self.all_rows
        return Frame(self.result["columns"], rows) if rows and self.result["columns"] else None


class Compose:
    """The way of every question to `answered`."""

    def __init__(self, *, objects: ObjectStore, catalog: Catalog, clock: Callable[[], float]) -> None:
        self._objects = objects
        self._catalog = catalog
        self._clock = clock

    async def __call__(
        self, question: Question, written: WrittenAnswer = UNWRITTEN, warning: str | None = None
    ) -> Question:
        """A question that a model works at, with what it has computed so far and wrote of it."""
        if warning:
            question = question.model_copy(update={"warnings": (*question.warnings, warning)})
        if question.state != "classified":
            question = question.moved("classified")
        documents = await asyncio.gather(*(self._objects.get(step.result_key or "") for step in question.results))
        computed = [(step, json.loads(body)) for step, body in zip(question.results, documents, strict=True)]
        if computed:
            return await self.answered(question, computed, written)
        if not written.text:
            return failed(question, "cannot_answer", NO_WORDS)
        without_code = question.model_copy(update={"code": None, "explanation": ""})  # none of it gave this
        return self.ended(without_code, {"kind": "text", "value": written.text, **_of_words(written)}, None)

    async def answered(
        self, question: Question, results: Sequence[tuple[Step, dict[str, Any]]], written: WrittenAnswer = UNWRITTEN
    ) -> Question:
        """`results` are in their order; the one that the words are about, else the last, is the answer, and the others stand beside it."""
        computed = [
            Computed(step, result, _as_of(question, step, result), await self._rows_to_draw(step, result))
            for step, result in results
        ]
        about = [one for one in computed if written.result is not None and one.step.name == written.result]
        main = about[-1] if about else computed[-1]
        tables = await self._tables(question)
        question = main.question
        answer = answer_of(question, main.result, main.step.absent, main.all_rows) | _of_words(written)
        if (chart := _drawn(written, computed)) is not None:
            answer["chart"] = chart
        if question.verification is not None:
            answer["verification"] = question.verification.model_dump(mode="json")
        if len(computed) > 1:
            answer["results"] = [
                {
                    "name": one.step.name,
                    "code": one.step.code,
                    **result_of(one.question, one.result, one.all_rows),
                }
                for one in computed
                if one is not main
            ]
        now = self._now()
        seen = question.model_copy(update={"columns": tuple(_columns(computed)), "tables_used": _used(computed)})
        return self.ended(
            question.model_copy(update={"warnings": tuple(dict.fromkeys(_warnings(question, computed)))}),
            answer,
            receipt_of(seen, tables, main.result, now),
            seconds=sum(step.seconds for step in {*question.steps, *(one.step for one in computed)}),
        )

    async def _rows_to_draw(self, step: Step, result: dict[str, Any]) -> list[tuple[Any, ...]] | None:
        """All of them, where the result shows only its beginning and a chart can hold the rest."""
        if step.table_key is None or not len(result["rows"]) < result["total_rows"] <= MOST_ROWS:
            return None
        return await asyncio.to_thread(rows_of, await self._objects.get(step.table_key))

    async def keep(self, question: Question) -> None:
        """The answer for those who hear of it by its event. Whoever asked reads the state, and does not wait for this."""
        if question.state == "answered" and question.source != "snippet":
            await self._objects.put(answer_key(question), json.dumps(view(question)).encode())

    def ended(
        self, question: Question, answer: dict[str, Any], receipt: dict[str, Any] | None, seconds: float = 0.0
    ) -> Question:
        """Answered, with what its subscribers are owed."""
        total = round((self._now() - datetime.fromisoformat(question.created_at)).total_seconds(), 4)
        answered = question.moved(
            "answered", answer=answer, receipt=receipt, timings={"total": total, "execution": round(seconds, 4)}
        )
        if question.source == "snippet":
            return answered.model_copy(update={"outbox": ()})
        said = QueryAnswered(
            session_id=question.session_id,
            query_id=question.query_id,
            attempt=question.attempt,
            step=question.step,
            intent=question.intent,
            engine=question.engine or "offline",
            answer_key=answer_key(question),
            conversation_id=question.conversation_id,
            question=question.question,
            seconds=total,
        )
        return answered.model_copy(update={"outbox": owing(said)})

    async def _tables(self, question: Question) -> list[TableReady]:
        """Those that are still there."""
        found = [await self._catalog.get(question.session_id, table_id) for table_id in question.table_ids]
        return [table for table in found if table]

    def _now(self) -> datetime:
        return datetime.fromtimestamp(self._clock(), UTC)


def unfinished(reason: str) -> str:
    """What is said beside results that a model wanted to go on from, and could not."""
    return f"Claude could not finish; this is what it had computed. {reason}"


def answer_key(question: Question) -> str:
    return f"{keys.result(question.session_id, question.query_id)}answer.json"


def _as_of(question: Question, step: Step, result: dict[str, Any]) -> Question:
    as_of = question.model_copy(
        update={"code": step.code, "result_key": step.result_key, "table_key": step.table_key, "columns": step.columns}
    )
    return as_of.model_copy(update={"explanation": _in_grounded_words(as_of, step.explanation, result)})


def _drawn(written: WrittenAnswer, computed: Sequence[Computed]) -> dict[str, Any] | None:
    """The model's own chart, where it holds; what its result's shape tells is there already."""
    if written.chart is None:
        return None
    grounds = [grounds_of(one.question, one.result) for one in computed]
    checked = chart_written(
        written.chart,
        {one.step.name or "": one.frame for one in computed},
        is_grounded=lambda text: any(not ungrounded(text, each) for each in grounds),
    )
    if isinstance(checked, ChartRefused):
        metrics.CHARTS_REFUSED.inc()
        log.info("chart_refused", query_id=computed[0].question.query_id, reasons=len(checked.reasons))
        return None
    return checked


def _of_words(written: WrittenAnswer) -> dict[str, Any]:
    told: dict[str, Any] = {"text": written.text} if written.text else {}
    return told | ({"suggestions": list(written.suggestions)} if written.suggestions else {})


def _in_grounded_words(question: Question, explanation: str, result: dict[str, Any]) -> str:
    """A model explains its code before it sees the result: a sentence with a number that stands nowhere is left out."""
    if question.engine != "claude":
        return explanation
    said, grounds = sentences(explanation), grounds_of(question, result)
    kept = [sentence for sentence in said if not ungrounded(sentence, grounds)]
    if len(kept) == len(said):
        return explanation
    metrics.SENTENCES_LEFT_OUT.inc(len(said) - len(kept))
    log.info("sentences_left_out", query_id=question.query_id, count=len(said) - len(kept))
    return " ".join(kept)


def _warnings(question: Question, computed: Sequence[Computed]) -> Iterator[str]:
    yield from question.warnings
    for one in computed:
        yield from one.step.warnings


def _columns(computed: Sequence[Computed]) -> Iterator[tuple[str, str]]:
    yield from dict.fromkeys(column for one in computed for column in one.step.columns)


def _used(computed: Sequence[Computed]) -> tuple[str, ...] | None:
    """The tables that any of them can touch; None where that is not known of one."""
    used = [one.step.tables_used for one in computed]
    return None if None in used else tuple(dict.fromkeys(name for names in used for name in names or ()))
