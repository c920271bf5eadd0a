"""What is asked, and of which columns: intent, entities, and whether to ask back first."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

from services.nlq.domain import Choice, Clarification, Draft, Question
from services.nlq.planner.facts import Clarify, Decline, Planned, TableFacts, Turn
from services.nlq.ports import Catalog, QueryStore
from services.nlq.service.conversing import following, turns_before
from services.nlq.service.flow import Flow, Keep, failed, owing
from services.nlq.service.planning import PlanOffline
from services.nlq.service.relating import RelateTables
from services.nlq.service.replying import ReplyToTalk
from services.nlq.service.rounds.handing_over import HandOver
from services.nlq.service.settling import UNSETTLED, SettleReading
from services.nlq.service.validating import check, generated_offline, judged, schemas_of
from services.nlq.telling import told_to_model
from shared.errors import NotFound
from shared.events import Engine, QueryClarificationRequested, QueryEvent, ReadingPart
from shared.objects import ObjectMissing


class Classify:
    """Handles `query.asked` and `query.clarified`."""

    def __init__(
        self,
        *,
        catalog: Catalog,
        store: QueryStore,
        hand_over: HandOver,
        flow: Flow,
        engine: Engine,
        plan: PlanOffline,
        settle: SettleReading,
        relate: RelateTables,
        reply: ReplyToTalk,
        keep: Keep,
    ) -> None:
        """`keep` writes the answers of questions that end here."""
        self._reply = reply
        self._keep = keep
        self._catalog = catalog
        self._store = store
        self._hand_over = hand_over
        self._flow = flow
        self._engine = engine
        self._plan = plan
        self._settle = settle
        self._relate = relate

    async def __call__(self, event: QueryEvent) -> None:
        await self._flow.step(event, "asked", self.decide, self._keep)

    async def decide(self, question: Question) -> Question:
        """What the person chose of a column holds before the question is read."""
        try:
            settled = await self._settle(question)
        except UNSETTLED as refusal:
            return failed(question, "cannot_answer", " ".join(filter(None, (refusal.detail, refusal.hint))))
        return await self._decide(settled)

    async def _decide(self, question: Question) -> Question:
        facts = await self._facts(question)
        if not facts:
            return failed(
                question, "no_table", "There is no table to ask about. Upload a file and ask again when it is ready."
            )
        earlier = await self._earlier(question)
        question = following(question, earlier)
        if self._engine == "offline" and (reply := self._reply(question, facts, earlier)):
            return reply
        if question.settled_with_model:
            return await self._settled_with_model(question, facts, earlier)
        try:
            planned = await self._plan(
                question.question,
                question.session_id,
                question.tables,
                facts,
                _turns(earlier),
                question.choices,
                question.max_wrong,
            )
        except NotFound:
            return failed(
                question,
                "no_table",
                "A table of this question was deleted or replaced while it was read. Ask it again about the tables there are.",
            )
        match planned:
            case Clarify() if self._engine == "offline" or planned.settles_reading:
                return clarifying(question, clarification_of(planned), planned.intent, planned.entities)
            case Clarify():
                advice = {"intent": planned.intent, "advice": clarification_of(planned)}
                return await self._handed(question, facts, earlier, **{**NOT_PLANNED, **advice})
            case Decline() if self._engine == "offline":
                return failed(
                    question,
                    "cannot_answer",
                    " ".join([planned.reason, planned.hint, *_offered(planned.suggestions)]).strip(),
                    suggestions=planned.suggestions,
                    cleaning=planned.cleaning,
                    intent=planned.intent,
                    engine="offline",
                )
            case Decline():
                hints = {"intent": planned.intent, "unmatched": planned.unmatched}
                return await self._handed(question, facts, earlier, **{**NOT_PLANNED, **hints})
            case Planned():
                classified = await self._handed(question, facts, earlier, **planned_changes(planned))
                return await self._in_one_step(classified) if self._engine == "offline" else classified

    async def _settled_with_model(
        self, question: Question, facts: list[TableFacts], earlier: list[Question]
    ) -> Question:
        """The planner cannot honour what was chosen: neither its plan nor its hints go along, and it answers nothing in the model's place."""
        if self._engine == "offline":
            reason = "What you chose was asked by Claude, which this server no longer has. Ask the question again."
            return failed(question, "cannot_answer", reason, **NOT_PLANNED)
        return await self._handed(question, facts, earlier, **NOT_PLANNED)

    async def _in_one_step(self, classified: Question) -> Question:
        """The plan's code is there already: generated, checked and on its way to the jail with one write. Every event is published all
        the same, for whoever follows questions."""
        tables = [await self._catalog.get(classified.session_id, table_id) for table_id in classified.table_ids]
        generated = generated_offline(classified)
        schemas = await schemas_of(self._catalog, [table for table in tables if table])
        checked = judged(generated, check(generated.code or "", schemas), schemas)
        return checked.model_copy(update={"outbox": (*classified.outbox, *generated.outbox, *checked.outbox)})

    async def _facts(self, question: Question) -> list[TableFacts]:
        """Of those tables that are still there: any of them may be deleted at any moment."""
        found: list[TableFacts] = []
        for table_id in question.table_ids:
            table = await self._catalog.get(question.session_id, table_id)
            with suppress(ObjectMissing):
                found += [await self._catalog.facts(table)] if table else []
        facts = [replace(table, counts_totals=question.include_totals) for table in found]
        return facts if self._engine == "offline" else await self._relate(question.session_id, question.tables, facts)

    async def _handed(
        self, question: Question, facts: list[TableFacts], earlier: list[Question], **changes: Any
    ) -> Question:
        """A generator's turn."""
        if self._engine == "offline":
            return await self._hand_over.to_planner(question, **changes)
        told = told_to_model(question.model_copy(update=changes), facts, earlier)
        return await self._hand_over.to_model(question, told, **changes)

    async def _earlier(self, question: Question) -> list[Question]:
        """The questions before it in its conversation, oldest first."""
        return await turns_before(self._store, question)


TURNS_OF_PLANNER = 6  # a follow-up edits the plan of one of the last answers


def _turns(earlier: list[Question]) -> list[Turn]:
    """As the planner reads follow-ups."""
    return [
        Turn(
            question=turn.question,
            code=turn.code,
            answer_text=(turn.answer or {}).get("text"),
            plan=turn.plan if turn.by_plan else None,
        )
        for turn in [turn for turn in earlier if turn.state == "answered" and not turn.is_talk][-TURNS_OF_PLANNER:]
    ]


def _offered(suggestions: tuple[str, ...]) -> list[str]:
    return ["Did you mean: " + " · ".join(f"“{question}”" for question in suggestions)] if suggestions else []


NOT_PLANNED: Mapping[str, Any] = {
    "entities": {},
    "plan": None,
    "draft": None,
    "explanation": "",
    "columns": (),
    "tables_used": None,
    "advice": None,
    "unmatched": (),
    "chart": None,
    "reading": (),
    "expected": None,
    "sorted_by": (),
    "plan_warnings": (),
    "plan_notes": (),
}
"""A question of which the planner has no plan, or one that may be none of what the person chose since."""


def planned_changes(planned: Planned) -> dict[str, Any]:
    return {
        "intent": planned.intent,
        "entities": dict(planned.entities),
        "plan": dict(planned.plan),
        "draft": Draft(
            code=planned.code,
            explanation=planned.explanation,
            columns=planned.columns,
            tables_used=planned.tables,
        ),
        "explanation": planned.explanation,
        "columns": planned.columns,
        "tables_used": planned.tables,
        "advice": None,
        "unmatched": (),
        "chart": dict(planned.chart) if planned.chart else None,
        "reading": tuple(ReadingPart.model_validate(part) for part in planned.reading),
        "expected": planned.expected,
        "sorted_by": planned.sorted_by,
        "plan_warnings": planned.warnings,
        "plan_notes": planned.notes,
    }


def clarification_of(found: Clarify) -> Clarification:
    options = tuple(
        Choice(id=option.id, label=option.label, schema_label=option.schema_label, settles=option.settles)
        for option in found.options
    )
    return Clarification(question=found.question, slot=found.slot, options=options)


def clarifying(
    question: Question,
    asked: Clarification,
    intent: str | None = None,
    entities: Mapping[str, Any] | None = None,
    reply_key: str | None = None,
) -> Question:
    """Wait for the person. When code was asked for before, the next try is another attempt: its events must have ids of their own.
    `reply_key`: of the model's reply that asks."""
    event = QueryClarificationRequested(
        session_id=question.session_id,
        query_id=question.query_id,
        attempt=question.attempt,
        step=question.step,
        round=question.round + 1,
        question=asked.question,
        options=tuple(option.label for option in asked.options),
        conversation_id=question.conversation_id,
    )
    return question.moved(
        "needs_clarification",
        clarification=asked,
        attempt=question.attempt + (question.state == "classified"),
        reply_key=reply_key,
        intent=question.intent if intent is None else intent,
        entities=question.entities if entities is None else dict(entities),
        round=question.round + 1,
        outbox=owing(event),
    )
