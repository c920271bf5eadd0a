"""Generated code against the validator: a filter and a teacher, never the boundary (that is dataproc's jail)."""

from __future__ import annotations

from services.nlq.domain import Query
from services.nlq.ports import Catalog
from services.nlq.service.flow import Flow, owing
from services.nlq.validation import Validated, validate
from shared.events import QueryGenerated, QueryRejected, QueryValidated, TableReady


class ValidateCode:
    """Handles `query.generated`."""

    def __init__(self, catalog: Catalog, flow: Flow) -> None:
        self._catalog = catalog
        self._flow = flow

    async def __call__(self, event: QueryGenerated) -> None:
        async def decide(query: Query) -> Query:
            tables = [await self._catalog.get(query.session_id, table_id) for table_id in query.table_ids]
            generated = query.moved(
                "generated",
                code=event.code,
                engine=event.engine,
                model=event.model,
                prompt_version=event.prompt_version,
                explanation=event.explanation or query.explanation,
            )
            return judged(generated, check(event.code, [table for table in tables if table]))

        await self._flow.step(event, "classified", decide)


def check(code: str, tables: list[TableReady]) -> Validated:
    """Validate against the real schemas, in the order in which the tables were chosen."""
    return validate(code, {t.name: [c.name for c in t.columns] for t in tables}, tables[0].name if tables else None)


def judged(query: Query, verdict: Validated) -> Query:
    """On to the jail, or back with the reasons."""
    if verdict.ok:
        return validated_event(query, verdict)
    reasons = reasons_of(verdict)
    rejected = QueryRejected(
        session_id=query.session_id, query_id=query.query_id, attempt=query.attempt, reasons=reasons
    )
    return query.model_copy(update={"repair": reasons, "outbox": owing(rejected)})


def validated_event(query: Query, verdict: Validated | None = None) -> Query:
    """The question with its code on the way to the jail. Without a verdict all columns are offered."""
    used = (
        None
        if verdict is None or verdict.columns_used is None
        else {name: tuple(sorted(c)) for name, c in verdict.columns_used.items()}
    )
    event = QueryValidated(
        session_id=query.session_id,
        query_id=query.query_id,
        attempt=query.attempt,
        code=query.code or "",
        tables=query.tables,
        columns_used=used,
    )
    return query.moved("validated", outbox=owing(event))


def reasons_of(verdict: Validated) -> tuple[str, ...]:
    """Findings as sentences, with the line they are about."""
    return tuple(
        f"{f'Line {f.line}: ' if f.line else ''}{f.message}{f' {f.hint}' if f.hint else ''}" for f in verdict.findings
    )
