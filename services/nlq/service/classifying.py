"""What is asked, and of which columns: intent, entities, and whether to ask back first."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

from services.nlq.domain import Choice, Clarification, Query
from services.nlq.facts import model_context
from services.nlq.planning import Clarify, Decline, Planned, TableFacts, Turn, plan
from services.nlq.ports import Catalog, QueryStore
from services.nlq.service.flow import Flow, failed, owing
from shared.events import Engine, QueryClarificationRequested, QueryClassified, QueryEvent
from shared.objects import ObjectStore, keys

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
        privacy: str,
        today: Callable[[], date],
    ) -> None:
        self._catalog = catalog
        self._store = store
        self._objects = objects
        self._flow = flow
        self._engine = engine
        self._privacy = privacy
        self._today = today

    async def __call__(self, event: QueryEvent) -> None:
        await self._flow.step(event, "asked", self.decide)

    async def decide(self, query: Query) -> Query:
        facts = await self.facts(query)
        if not facts:
            return failed(
                query, "no_table", "There is no table to ask about. Upload a file and ask again when it is ready."
            )
        turns = await self._turns(query)
        planned = await asyncio.to_thread(
            partial(plan, query.question, facts, history=turns, choices=query.choices, today=self._today())
        )
        match planned:
            case Clarify():
                return clarifying(query, planned)
            case Decline() if self._engine == "offline":
                return failed(
                    query,
                    "cannot_answer",
                    f"{planned.reason} {planned.hint}".strip(),
                    intent=planned.intent,
                    engine="offline",
                )
            case Decline():
                return await self.classified(query, self._engine, facts, turns, intent=planned.intent)
            case Planned():
                return await self.classified(query, self._engine, facts, turns, **planned_changes(planned))

    async def facts(self, query: Query) -> list[TableFacts]:
        tables = [await self._catalog.get(query.session_id, table_id) for table_id in query.table_ids]
        return [await self._catalog.facts(table) for table in tables if table]

    async def classified(
        self, query: Query, engine: Engine, facts: list[TableFacts], turns: list[Turn], **changes: Any
    ) -> Query:
        """Hand over to a generator; Claude gets its context as an object, the offline planner needs none."""
        context_key = None
        if engine == "claude":
            context_key = f"{keys.result(query.session_id, query.query_id)}context-a{query.attempt}.json"
            await self._objects.put(context_key, json.dumps(self._context(query, facts, turns), default=str).encode())
        intent = str(changes.get("intent", query.intent))
        event = QueryClassified(
            session_id=query.session_id,
            query_id=query.query_id,
            attempt=query.attempt,
            engine=engine,
            question=query.question,
            intent=intent,
            tables=query.tables,
            context_key=context_key,
            conversation_id=query.conversation_id,
        )
        return query.moved("classified", engine=engine, outbox=owing(event), **changes)

    async def again(self, query: Query, engine: Engine, **changes: Any) -> Query:
        """Back to a generator: for a repair, or to the other one when the first has failed."""
        return await self.classified(
            query.model_copy(update=changes), engine, await self.facts(query), await self._turns(query)
        )

    async def _turns(self, query: Query) -> list[Turn]:
        if not query.conversation_id:
            return []
        earlier = await self._store.turns(query.conversation_id, TURNS)
        return [
            Turn(question=q.question, code=q.code, answer_text=(q.answer or {}).get("text"), plan=q.plan)
            for q in earlier
            if q.query_id != query.query_id
        ]

    def _context(self, query: Query, facts: list[TableFacts], turns: list[Turn]) -> dict[str, Any]:
        history = [
            {"question": t.question, "code": t.code, "answer": t.answer_text if self._privacy == "profile" else None}
            for t in turns
        ]
        repair = {"code": query.code, "reasons": list(query.repair)} if query.repair else None
        return {
            "question": query.question,
            "intent": query.intent,
            "entities": query.entities if self._privacy == "profile" else {},
            "tables": model_context(facts, privacy=self._privacy),
            "history": history,
            "repair": repair,
            "privacy": self._privacy,
            "clarified": [{"question": asked, "choice": choice} for asked, choice in query.clarified],
        }


def planned_changes(planned: Planned) -> dict[str, Any]:
    return {
        "intent": planned.intent,
        "entities": dict(planned.entities),
        "plan": dict(planned.plan),
        "draft": planned.code,
        "explanation": planned.explanation,
        "columns": planned.columns,
        "chart": dict(planned.chart) if planned.chart else None,
    }


def clarifying(query: Query, found: Clarify) -> Query:
    """Wait for the person. When code was asked for before, the next try is another attempt: its events must have ids of their own."""
    asked = Clarification(
        question=found.question, slot=found.slot, options=tuple(Choice(id=o.id, label=o.label) for o in found.options)
    )
    event = QueryClarificationRequested(
        session_id=query.session_id,
        query_id=query.query_id,
        attempt=query.attempt,
        round=query.round + 1,
        question=found.question,
        options=tuple(o.label for o in found.options),
        conversation_id=query.conversation_id,
    )
    attempt = query.attempt + (query.state == "classified")
    return query.moved(
        "needs_clarification",
        clarification=asked,
        attempt=attempt,
        intent=found.intent,
        entities=dict(found.entities),
        round=query.round + 1,
        outbox=owing(event),
    )
