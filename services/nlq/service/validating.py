"""Generated code against the validator: a filter and a teacher, never the boundary (that is dataproc's jail)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from itertools import islice
from typing import Any, Protocol

from services.nlq.domain import Question
from services.nlq.earlier import named_in
from services.nlq.planner.choosing.unsettled import reading_told
from services.nlq.planner.plan.mixing import units_told
from services.nlq.ports import Catalog
from services.nlq.service.flow import Flow, failed, owing
from services.nlq.service.rounds.handing_over import HandOver
from services.nlq.validation import Validated, tables_touched, validate
from shared.events import ChosenTable, ColumnFact, QueryGenerated, QueryRejected, QueryValidated, TableReady
from shared.events.queries import MOST_TABLES
from shared.objects import ObjectMissing

MOST_LISTED = 1_000  # columns of a receipt: code that takes whole wide tables names none of them anyway
MOST_SAID = 5  # columns whose reading is open: beside an answer nobody reads more
NO_STEPS_LEFT = "You have looked and computed as often as you may. Reply with what you have, or decline."
Schemas = Mapping[str, Sequence[ColumnFact]]


class SecondComputation(Protocol):
    """Whose code it is while a result is computed a second time."""

    async def judged(self, question: Question, event: QueryGenerated) -> Question: ...

    async def keep(self, question: Question) -> None: ...


class ValidateCode:
    """Handles `query.generated`. While a second computation is due, whatever comes is `second`'s to judge."""

    def __init__(self, catalog: Catalog, flow: Flow, hand_over: HandOver, second: SecondComputation) -> None:
        self._catalog = catalog
        self._flow = flow
        self._hand_over = hand_over
        self._second = second

    async def __call__(self, event: QueryGenerated) -> None:
        async def decide(question: Question) -> Question:
            if question.second is not None:
                return await self._second.judged(question, event)
            tables = [await self._catalog.get(question.session_id, table_id) for table_id in question.table_ids]
            drafted = _as_drafted(question) if event.engine == "offline" else {"explanation": event.explanation}
            generated = question.moved(
                "generated",
                code=event.code,
                engine=event.engine,
                model=event.model,
                prompt_version=event.prompt_version,
                purpose=event.purpose,
                result_name=event.name or f"result_{len(question.steps) + 1}",
                reply_key=event.reply_key,
                **drafted,
            )
            if generated.is_read_on and not self._hand_over.left(question):
                return rejected(generated, (NO_STEPS_LEFT,))
            schemas = await schemas_of(self._catalog, [t for t in tables if t])
            schemas = {**schemas, **{result.name: result.facts for result in generated.earlier}}
            return judged(generated, check(event.code, schemas), schemas)

        await self._flow.step(event, "classified", decide, self._second.keep)


def generated_offline(question: Question) -> Question:
    """The code that the planner wrote when it classified the question."""
    drafted = _as_drafted(question)
    code = question.draft.code if question.draft else ""
    event = QueryGenerated(
        session_id=question.session_id,
        query_id=question.query_id,
        attempt=question.attempt,
        step=question.step,
        engine="offline",
        code=code,
        explanation=drafted.get("explanation", ""),
    )
    return question.moved("generated", code=code, engine="offline", outbox=owing(event), **drafted)


def _as_drafted(question: Question) -> dict[str, Any]:
    """What the planner says of its code, whatever a model wrote since. The version before kept it with the question."""
    draft = question.draft
    if draft is None or not draft.explanation:
        return {"explanation": question.explanation}
    return {"explanation": draft.explanation, "columns": draft.columns, "tables_used": draft.tables_used}


async def schemas_of(catalog: Catalog, tables: Sequence[TableReady]) -> Schemas:
    """The columns by table, in the order in which the tables were chosen; a table that has gone meanwhile has none."""
    found: dict[str, tuple[ColumnFact, ...]] = {}
    for table in tables:
        with suppress(ObjectMissing):
            found[table.name] = await catalog.columns(table)
    return found


def check(code: str, schemas: Schemas) -> Validated:
    """Validate against the real schemas; the first table is also `df`."""
    columns = {name: [c.name for c in schema] for name, schema in schemas.items()}
    texts = {name: [c.name for c in schema if c.type.is_text] for name, schema in schemas.items()}
    return validate(code, columns, next(iter(schemas), None), texts)


def judged(question: Question, verdict: Validated, schemas: Schemas) -> Question:
    """On to the jail, or back with the reasons."""
    if verdict.ok:
        return validated_event(question, schemas, verdict)
    return rejected(question, reasons_of(verdict))


def rejected(question: Question, reasons: tuple[str, ...]) -> Question:
    event = QueryRejected(
        session_id=question.session_id,
        query_id=question.query_id,
        attempt=question.attempt,
        step=question.step,
        reasons=reasons,
    )
    return question.model_copy(update={"repair": reasons, "outbox": owing(event)})


def validated_event(question: Question, schemas: Schemas, verdict: Validated | None = None) -> Question:
    """The question with its code on the way to the jail, or at its end where that cannot hold its tables. Without a verdict all columns are offered."""
    tables = _offered(question)
    if len(tables) > MOST_TABLES:
        reason = f"Code can use at most {MOST_TABLES} tables at once, and {len(tables):,} are chosen; choose fewer."
        return failed(question, "too_many_tables", reason)
    used = None if verdict is None else columns_used_of(verdict)
    event = QueryValidated(
        session_id=question.session_id,
        query_id=question.query_id,
        attempt=question.attempt,
        step=question.step,
        code=question.code or "",
        tables=tables,
        columns_used=used,
        deadline=question.deadline,
    )
    return question.moved("validated", outbox=owing(event), **_touched(question, schemas, used))


def _offered(question: Question) -> tuple[ChosenTable, ...]:
    """The tables that its code finds: the chosen ones, and earlier results that it names."""
    return (*question.tables, *(result.chosen for result in named_in(question.code or "", question.earlier)))


def columns_used_of(verdict: Validated) -> dict[str, tuple[str, ...]] | None:
    if verdict.columns_used is None:
        return None
    return {name: tuple(sorted(columns)) for name, columns in verdict.columns_used.items()}


def _touched(question: Question, schemas: Schemas, used: Mapping[str, Sequence[str]] | None) -> dict[str, Any]:
    """What the receipt lists, and what is said of it. A plan says it by itself; of other code the validator can tell what it touches, or all
    is listed."""
    if question.by_plan:
        return {}
    columns = [(table, column) for table, columns in (used or {}).items() for column in columns]
    return {
        "columns": tuple(columns[:MOST_LISTED]),
        "tables_used": tables_touched(question.code or "", [table.name for table in _offered(question)], used),
        "code_warnings": _as_read(schemas, used),
    }


def _as_read(schemas: Schemas, used: Mapping[str, Sequence[str]] | None) -> tuple[str, ...]:
    """How columns were read that leave it open, of those that the code may touch. What it makes of them nobody knows: it is said, not asked."""
    touched = (
        column
        for table, columns in schemas.items()
        for column in columns
        if used is None or column.name in used.get(table, ())
    )
    said = (told(column.name, column.open_choice) for column in touched for told in (reading_told, units_told))
    return tuple(islice((sentence for sentence in said if sentence is not None), MOST_SAID))


def reasons_of(verdict: Validated) -> tuple[str, ...]:
    """Findings as sentences, with the line they are about."""
    return tuple(
        f"{f'Line {f.line}: ' if f.line else ''}{f.message}{f' {f.hint}' if f.hint else ''}" for f in verdict.findings
    )
