"""The columns that a plan touches."""

from __future__ import annotations

from collections.abc import Iterator

from services.nlq.planning.plan import (
    AnyOf,
    ColumnRef,
    CompareColumns,
    Condition,
    Contrast,
    Correlation,
    Describe,
    InQuery,
    Neighbour,
    Plan,
    Share,
    TableQuery,
    Trend,
)


def condition_refs(condition: Condition, *, nested: bool = False) -> Iterator[ColumnRef]:
    """The columns of a condition; those of a nested query only when asked for."""
    if isinstance(condition, AnyOf):
        for inner in condition.conditions:
            yield from condition_refs(inner, nested=nested)
    elif isinstance(condition, CompareColumns):
        yield from (condition.left, condition.right)
    else:
        yield condition.column
        if nested and isinstance(condition, InQuery):
            yield from query_refs(condition.query, nested=True)


def query_refs(query: TableQuery, *, nested: bool = False) -> Iterator[ColumnRef]:
    for join in query.joins:
        yield from (join.left, join.right)
    for condition in query.where:
        yield from condition_refs(condition, nested=nested)
    yield from (group.column for group in query.groups)
    yield from (measure.column for measure in query.measures if measure.column)
    yield from query.columns
    yield from (order.by for order in query.order if isinstance(order.by, ColumnRef))
    if query.extreme and isinstance(query.extreme.by, ColumnRef):
        yield query.extreme.by


def plan_refs(plan: Plan) -> tuple[ColumnRef, ...]:
    """Every column of a plan, once, in the order of first use."""
    return tuple(dict.fromkeys(_refs(plan)))


def _refs(plan: Plan) -> Iterator[ColumnRef]:
    match plan:
        case TableQuery():
            yield from query_refs(plan, nested=True)
        case Share():
            yield from query_refs(plan.whole, nested=True)
            for condition in plan.part:
                yield from condition_refs(condition, nested=True)
            yield from (ref for ref in (plan.of, plan.by) if ref)
        case Contrast():
            yield from query_refs(plan.left, nested=True)
            yield from query_refs(plan.right, nested=True)
        case Neighbour():
            for condition in plan.where:
                yield from condition_refs(condition, nested=True)
            yield from plan.columns
        case Correlation():
            yield from (*plan.columns, *plan.controls)
            for condition in plan.where:
                yield from condition_refs(condition, nested=True)
        case Trend():
            yield from (plan.x, plan.y)
            for condition in plan.where:
                yield from condition_refs(condition, nested=True)
        case Describe():
            yield from plan.columns
