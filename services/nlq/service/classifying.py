"""What is asked, and of which columns: intent, entities, and whether to ask back first."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

from services.nlq.domain import MODEL_SLOT, MOST_ROUNDS, Choice, Clarification, Question
from services.nlq.facts import model_context
from services.nlq.planner.facts import Clarify, Decline, Planned, TableFacts, Turn
from services.nlq.ports import Catalog, QueryStore
from services.nlq.pseudonyms import pseudonyms_for
from services.nlq.service.flow import Flow, failed, owing
from services.nlq.service.planning import PlanOffline
from services.nlq.service.relating import RelateTables
from services.nlq.service.settling import UNSETTLED, SettleReading
from services.nlq.service.validating import check, generated_offline, judged, schemas_of
from shared.errors import NotFound
from shared.events import Engine, QueryClarificationRequested, QueryClassified, QueryEvent, ReadingPart
from shared.objects import ObjectMissing, ObjectStore, keys

TURNS = 6


class Classify:
    """Handles `query.asked` and `query.clarified`."""

    def __init__(
        self,
        *,
        catalog: Catalog,
        store: QueryStore,
        objects: ObjectStore,
        flow: Flow,
        engine: Engine,
        plan: PlanOffline,
        settle: SettleReading,
        relate: RelateTables,
    ) -> None:
        self._catalog = catalog
        self._store = store
        self._objects = objects
        self._flow = flow
        self._engine = engine
        self._plan = plan
        self._settle = settle
        self._relate = relate

    async def __call__(self, event: QueryEvent) -> None:
        await self._flow.step(event, "asked", self.decide)

    async def decide(self, question: Question) -> Question:
        """What the person chose of a column holds before the question is read."""
        try:
            settled = await self._settle(question)
        except UNSETTLED as refusal:
            return failed(question, "cannot_answer", " ".join(filter(None, (refusal.detail, refusal.hint))))
        return await self._decide(settled)

    async def _decide(self, question: Question) -> Question:
        facts = await self.facts(question)
        if not facts:
            return failed(
                question, "no_table", "There is no table to ask about. Upload a file and ask again when it is ready."
            )
        turns = await self._turns(question)
        if question.settled_with_model:
            return await self._settled_with_model(question, facts, turns)
        try:
            planned = await self._plan(
                question.question,
                question.session_id,
                question.tables,
                facts,
                turns,
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
                return await self.classified(question, self._engine, facts, turns, **{**NOT_PLANNED, **advice})
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
                return await self.classified(question, self._engine, facts, turns, **{**NOT_PLANNED, **hints})
            case Planned():
                classified = await self.classified(question, self._engine, facts, turns, **planned_changes(planned))
                return await self._in_one_step(classified) if self._engine == "offline" else classified

    async def _settled_with_model(self, question: Question, facts: list[TableFacts], turns: list[Turn]) -> Question:
        """The planner cannot honour what was chosen: neither its plan nor its hints go along, and it answers nothing in the model's place."""
        if self._engine == "offline":
            reason = "What you chose was asked by Claude, which this server no longer has. Ask the question again."
            return failed(question, "cannot_answer", reason, **NOT_PLANNED)
        return await self.classified(question, self._engine, facts, turns, **NOT_PLANNED)

    async def _in_one_step(self, classified: Question) -> Question:
        """The plan's code is there already: generated, checked and on its way to the jail with one write. Every event is published all
        the same, for whoever follows questions."""
        tables = [await self._catalog.get(classified.session_id, table_id) for table_id in classified.table_ids]
        generated = generated_offline(classified)
        schemas = await schemas_of(self._catalog, [table for table in tables if table])
        checked = judged(generated, check(generated.code or "", schemas), schemas)
        return checked.model_copy(update={"outbox": (*classified.outbox, *generated.outbox, *checked.outbox)})

    async def facts(self, question: Question) -> list[TableFacts]:
        """Of those tables that are still there: any of them may be deleted at any moment."""
        found: list[TableFacts] = []
        for table_id in question.table_ids:
            table = await self._catalog.get(question.session_id, table_id)
            with suppress(ObjectMissing):
                found += [await self._catalog.facts(table)] if table else []
        facts = [replace(table, counts_totals=question.include_totals) for table in found]
        return facts if self._engine == "offline" else await self._relate(question.session_id, question.tables, facts)

    async def classified(
        self, question: Question, engine: Engine, facts: list[TableFacts], turns: list[Turn], **changes: Any
    ) -> Question:
        """Hand over to a generator; Claude gets its context as an object, the offline planner needs none."""
        moved = question.moved("classified", engine=engine, **changes)
        context_key = None
        if engine == "claude":
            context_key = f"{keys.result(question.session_id, question.query_id)}context-a{question.attempt}.json"
            await self._objects.put(context_key, json.dumps(self._context(moved, facts, turns), default=str).encode())
        event = QueryClassified(
            session_id=question.session_id,
            query_id=question.query_id,
            attempt=question.attempt,
            engine=engine,
            question=question.question,
            intent=moved.intent,
            tables=question.tables,
            context_key=context_key,
            conversation_id=question.conversation_id,
            reading=moved.reading if engine == "offline" else (),
            deadline=question.deadline,
        )
        return moved.model_copy(update={"outbox": owing(event)})

    async def again(self, question: Question, engine: Engine, **changes: Any) -> Question:
        """Back to a generator: for a repair, or to the other one when the first has failed."""
        return await self.classified(
            question.model_copy(update=changes), engine, await self.facts(question), await self._turns(question)
        )

    async def _turns(self, question: Question) -> list[Turn]:
        if not question.conversation_id:
            return []
        earlier = await self._store.turns(question.conversation_id, TURNS)
        return [
            Turn(
                question=q.question,
                code=q.code,
                answer_text=(q.answer or {}).get("text"),
                plan=q.plan if q.by_plan else None,
            )
            for q in earlier
            if q.query_id != question.query_id
        ]

    def _context(self, question: Question, facts: list[TableFacts], turns: list[Turn]) -> dict[str, Any]:
        history = [
            {"question": t.question, "code": t.code, "answer": t.answer_text if question.privacy == "profile" else None}
            for t in turns
        ]
        clarified = question.clarified if question.privacy == "profile" else question.clarified_by_schema
        said = " ".join((question.question, *(choice for _, choice in question.clarified)))
        repair = {"code": question.code, "reasons": list(question.repair)} if question.repair else None
        return {
            "question": question.question,
            "intent": question.intent,
            "entities": question.entities if question.privacy == "profile" else {},
            "tables": model_context(facts, privacy=question.privacy, question=said),
            "history": history,
            "repair": repair,
            "reply_fault": question.reply_fault,
            "privacy": question.privacy,
            "pseudonyms": pseudonyms_for(facts, question.question) if question.privacy == "schema_only" else {},
            "advice": advice_for_model(question.advice, question.privacy),
            "unmatched": list(question.unmatched),
            "own_words": list(question.own_words),
            "asked": list(asked_unseeing(question)) if question.privacy == "schema_only" else [],
            "may_ask": question.round < MOST_ROUNDS,
            "clarified": [{"question": asked, "choice": choice} for asked, choice in clarified],
        }


def asked_unseeing(question: Question) -> Iterator[str]:
    """The words of a model that saw no cell: it may have them back."""
    for asked in question.settled:
        if asked.slot.startswith(MODEL_SLOT) and all(option.schema_label == option.label for option in asked.options):
            yield from (asked.question, *(option.label for option in asked.options))


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
        "draft": planned.code,
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


def advice_for_model(advice: Clarification | None, privacy: str) -> dict[str, Any] | None:
    """What the planner would ask. Its options say what each comes to: for a model that sees the schema only, they are named without."""
    if advice is None:
        return None
    labels = [option.label if privacy == "profile" else option.schema_label for option in advice.options]
    return None if None in labels else {"question": advice.question, "options": labels}


def clarification_of(found: Clarify) -> Clarification:
    options = tuple(
        Choice(id=option.id, label=option.label, schema_label=option.schema_label, settles=option.settles)
        for option in found.options
    )
    return Clarification(question=found.question, slot=found.slot, options=options)


def clarifying(
    question: Question, asked: Clarification, intent: str | None = None, entities: Mapping[str, Any] | None = None
) -> Question:
    """Wait for the person. When code was asked for before, the next try is another attempt: its events must have ids of their own."""
    event = QueryClarificationRequested(
        session_id=question.session_id,
        query_id=question.query_id,
        attempt=question.attempt,
        round=question.round + 1,
        question=asked.question,
        options=tuple(option.label for option in asked.options),
        conversation_id=question.conversation_id,
    )
    return question.moved(
        "needs_clarification",
        clarification=asked,
        attempt=question.attempt + (question.state == "classified"),
        intent=question.intent if intent is None else intent,
        entities=question.entities if entities is None else dict(entities),
        round=question.round + 1,
        outbox=owing(event),
    )
