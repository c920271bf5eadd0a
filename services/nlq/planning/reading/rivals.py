"""The same fact kept in two tables: which of them is meant cannot be known, so it is asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from services.nlq.planner.linking.schema import Column, Schema, Table
from services.nlq.planning.plan import ColumnRef, Plan, TableQuery
from services.nlq.planning.reading.draft import Unclear, option_id

_FEW_COLUMNS = 3


def slot_of(column: Column) -> str:
    return f"table:{' '.join(column.words)}"


def check(plan: Plan, schema: Schema, choices: Mapping[str, str]) -> None:
    """Raises `Unclear` for a column of the answer that a kindred table has too, unless that was already chosen."""
    for ref in _shown(plan):
        column = schema.column(ref)
        rivals = [
            c
            for table in schema.tables
            if table.index != column.table and _kindred(schema.at(column.table), table)
            for c in _named_alike(table, column)
        ]
        if rivals and slot_of(column) not in choices and not column.is_key_like:
            raise Unclear(slot_of(column), column.ref.column, [column, *rivals[:5]])


def chosen(plan: Plan, schema: Schema, choices: Mapping[str, str]) -> bool:
    """Whether the plan keeps to the tables that were chosen."""
    for ref in _shown(plan):
        column = schema.column(ref)
        option = choices.get(slot_of(column))
        if option is not None and option != option_id(column):
            return False
    return True


def _shown(plan: Plan) -> Iterable[ColumnRef]:
    """The columns whose values make up the answer."""
    if isinstance(plan, TableQuery):
        yield from plan.columns
        yield from (m.column for m in plan.measures if m.column)
        if plan.extreme and isinstance(plan.extreme.by, ColumnRef):
            yield plan.extreme.by


def _named_alike(table: Table, column: Column) -> list[Column]:
    return [c for c in table.columns if c.words == column.words]


def _kindred(a: Table, b: Table) -> bool:
    """Whether one table looks like a part or a summary of the other: by its name, or because it is little more than shared columns."""
    shared = len({c.words for c in a.columns} & {c.words for c in b.columns})
    named = set(a.stems) < set(b.stems) or set(b.stems) < set(a.stems)
    return named or (shared >= 2 and min(len(a.columns), len(b.columns)) <= _FEW_COLUMNS)
