"""What the planner and the model may know of a table, from its profile and its values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from services.nlq.planning import ColumnFacts, TableFacts
from shared.events import ColumnFact, TableReady


def table_facts(
    table: TableReady, described: Sequence[ColumnFact], profile: Mapping[str, Any], values: Mapping[str, Sequence[str]]
) -> TableFacts:
    """`described`, `profile` and `values` are the documents that dataproc keeps beside the table's data."""
    columns: Mapping[str, Mapping[str, Any]] = profile.get("columns", {})
    facts = tuple(_column(column, columns.get(column.name, {}), values.get(column.name)) for column in described)
    return TableFacts(
        table_id=table.table_id,
        name=table.name,
        rows=table.rows,
        columns=facts,
        candidate_keys=tuple(key for key in profile.get("candidate_keys", ()) if isinstance(key, str)),
    )


def _column(column: Any, profile: Mapping[str, Any], values: Sequence[str] | None) -> ColumnFacts:
    distinct = profile.get("distinct")
    shown = tuple(values) if values is not None else tuple(str(top["value"]) for top in profile.get("top", ()))
    return ColumnFacts(
        name=column.name,
        source_name=column.source_name,
        type=column.type,
        unit=column.unit,
        nullable=column.nullable,
        distinct=distinct,
        values=shown,
        values_complete=values is not None and (distinct is None or len(shown) >= distinct),
        minimum=profile.get("min"),
        maximum=profile.get("max"),
    )


def model_context(tables: Sequence[TableFacts], *, privacy: str) -> list[dict[str, Any]]:
    """The schema as the model sees it; with `schema_only` not one cell value is in it."""
    return [{"name": t.name, "rows": t.rows, "columns": [_for_model(c, privacy) for c in t.columns]} for t in tables]


def _for_model(column: ColumnFacts, privacy: str) -> dict[str, Any]:
    known: dict[str, Any] = {
        "name": column.name,
        "type": column.type,
        "unit": column.unit,
        "nullable": column.nullable,
        "distinct": column.distinct,
    }
    if privacy == "profile":
        known |= {"examples": list(column.values[:8]), "min": column.minimum, "max": column.maximum}
    return known
