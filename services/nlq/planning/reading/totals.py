"""Rows that sum up the others ("Total"): they must not be counted, added or compared along with them."""

from __future__ import annotations

from services.nlq.planner.lexicon.tokens import words
from services.nlq.planner.linking.schema import Column
from services.nlq.planning.plan import Compare, Condition, TableQuery
from services.nlq.planning.reading.draft import Draft
from services.nlq.planning.refs import condition_refs

_TOTALS = frozenset({("grand", "total"), ("overall",), ("sum",), ("overall", "total"), ("all", "total")})


def without_total_rows(query: TableQuery, draft: Draft) -> TableQuery:
    """The query with its table's total rows left out, when it measures or compares rows and does not ask for them."""
    if not (query.measures or query.extreme or query.order):
        return query
    fixed = {ref for condition in query.where for ref in condition_refs(condition)}
    excluded = tuple(
        _exclusion(column, cell)
        for column in draft.schema.table(query.table).columns[:3]
        if column.family == "text" and column.ref not in fixed
        for cell in column.facts.values
        if is_total(cell)
    )
    return query.model_copy(update={"where": query.where + excluded[:2]})


def is_total(cell: str) -> bool:
    spelled = words(cell)
    return spelled in _TOTALS or spelled[:1] in (("total",), ("totals",), ("subtotal",))


def _exclusion(column: Column, cell: str) -> Condition:
    return Compare(column=column.ref, op="!=", value=cell)
