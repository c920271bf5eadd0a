"""Where the rows come from: which table is the root, and which are joined to it without counting anything twice."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from services.nlq.planner.linking.joins import joins_between
from services.nlq.planner.linking.schema import Schema
from services.nlq.planning.plan import Join, TableQuery
from services.nlq.planning.reading.draft import Unanswerable
from services.nlq.planning.refs import query_refs


def sourced(query: TableQuery, schema: Schema, *, rooted: bool = False) -> TableQuery:
    """The query with its root and joins settled by the columns that it touches; `rooted` keeps the root it has."""
    touched = list(dict.fromkeys(ref.table for ref in query_refs(query) if _known(schema, ref.table)))
    tables = list(dict.fromkeys([query.table, *touched])) if rooted or not touched else touched
    root, joins = _best(schema, tables, [query.table] if rooted else _measured(query, tables))
    if query.measures and any(join.multiplies for join in joins):
        raise Unanswerable(
            f"Joining {' and '.join(tables)} would count some rows several times, so no total over them is right.",
            "Ask about one of the tables, or about columns of the one with more rows.",
        )
    distinct = query.distinct or any(join.multiplies for join in joins)
    return query.model_copy(update={"table": root, "joins": joins, "distinct": distinct})


def _known(schema: Schema, table: str) -> bool:
    return any(t.name == table for t in schema.tables)


def _measured(query: TableQuery, tables: Sequence[str]) -> list[str]:
    """Tables by how well they serve as the root: the measured one first, the others as they were named."""
    named = [m.column.table for m in query.measures if m.column]
    return list(dict.fromkeys([*named, query.table, *tables])) if named else list(dict.fromkeys([query.table, *tables]))


def _best(schema: Schema, tables: Sequence[str], roots: Iterable[str]) -> tuple[str, tuple[Join, ...]]:
    """The first root from which no join multiplies rows; failing that, the first from which there is any way."""
    fallback: tuple[str, tuple[Join, ...]] | None = None
    for root in roots:
        if root not in tables:
            continue
        joins = joins_between(schema, root, [t for t in tables if t != root])
        if joins is not None and not any(join.multiplies for join in joins):
            return root, joins
        if joins is not None and fallback is None:
            fallback = (root, joins)
    if fallback is None:
        raise Unanswerable(
            f"The tables {', '.join(tables)} share no key that could join them.",
            "Ask about one table, or add a column that both have.",
        )
    return fallback
