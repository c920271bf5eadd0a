"""Walking through a plan: the fields that its pieces name, and the queries inside."""

from __future__ import annotations

from collections.abc import Iterator

from shared.plan import AmongRows, Field, Join, Model, Plan, Query, Statistic
from shared.plan.expressions import Piece


def fields_of(piece: Piece) -> Iterator[Field]:
    """The fields that a piece names, but for those of queries inside it, which are of other tables."""
    if isinstance(piece, Field):
        yield piece
    elif not isinstance(piece, Query):
        for part in _parts_of(piece):
            yield from fields_of(part)


def queries_of(piece: Piece) -> Iterator[Query]:
    """Every query in a piece, the piece itself first."""
    if isinstance(piece, Query):
        yield piece
    for part in _parts_of(piece):
        yield from queries_of(part)


def columns_used(plan: Plan) -> tuple[tuple[str, str], ...]:
    """The stored columns that a plan names, as table and column, in the order in which it does."""
    found: dict[tuple[str, str], None] = {}
    for query in queries_of(plan):
        found |= dict.fromkeys(_stored_columns(query))
    if isinstance(plan, Model):
        found |= dict.fromkeys(_unmade(plan.rows, [name for _, names in plan.columns for name in names]))
    return tuple(found)


def tables_used(plan: Plan) -> tuple[str, ...]:
    """The tables that a plan reads, those it starts from first."""
    found: dict[str, None] = {}
    for query in queries_of(plan):
        found |= dict.fromkeys([query.table, *(step.table for step in query.steps if isinstance(step, Join))])
    return tuple(found)


def _stored_columns(query: Query) -> Iterator[tuple[str, str]]:
    tables = {query.table: query.table}
    for step in query.steps:
        if isinstance(step, Join):
            tables[step.alias or step.table] = step.table
        yield from ((tables[f.table], f.name) for f in fields_of(step) if f.table in tables)
        if isinstance(step, Join):
            yield step.table, step.right
        for piece in _pieces_of(step):
            if isinstance(piece, AmongRows):
                yield from _unmade(piece.query, [piece.column])


def _unmade(query: Query, names: list[str]) -> Iterator[tuple[str, str]]:
    """Those of the columns of a query's result that its table has, and no step made."""
    made = {
        getattr(piece, "name", None)
        for step in query.steps
        for piece in _pieces_of(step)
        if not isinstance(piece, Field)
    }
    yield from ((query.table, name) for name in names if name not in made)


def _pieces_of(piece: Piece) -> Iterator[Piece]:
    """A piece and all in it, but for what is inside queries."""
    yield piece
    if not isinstance(piece, AmongRows | Statistic):
        for part in _parts_of(piece):
            yield from _pieces_of(part)


def _parts_of(piece: Piece) -> Iterator[Piece]:
    for name in type(piece).model_fields:
        yield from _pieces_in(getattr(piece, name))


def _pieces_in(value: object) -> Iterator[Piece]:
    if isinstance(value, Piece):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from _pieces_in(item)
