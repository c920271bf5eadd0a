"""Queries, step by step."""

from __future__ import annotations

from collections.abc import Sequence

from services.nlq.planner.codegen.grouping import group
from services.nlq.planner.codegen.joining import join
from services.nlq.planner.codegen.ordering import sort, take
from services.nlq.planner.codegen.predicates import mask_of
from services.nlq.planner.codegen.scope import Program, Scope
from services.nlq.planner.codegen.shaping import derive, distinct, pivot, show
from services.nlq.planner.codegen.windows import window
from shared.plan import (
    All,
    Derive,
    Distinct,
    Group,
    Join,
    Keep,
    Pivot,
    Predicate,
    Query,
    Show,
    Sort,
    Step,
    Take,
    Window,
)


def write_nested(query: Query, program: Program) -> Scope:
    """Add the lines of a query that another one holds: its frames are called after its table."""
    return write_query(query, program, nested=True)


def write_query(query: Query, program: Program, *, nested: bool = False) -> Scope:
    """Add the query's lines; the frame or the values that it ends with."""
    scope = Scope.of_table(program, query.table, nested=nested)
    steps = _with_conditions_together(query.steps)
    for place, step in enumerate(steps):
        _write_step(step, scope, steps[place + 1 :])
    return scope


def _with_conditions_together(steps: Sequence[Step]) -> list[Step]:
    """Conditions that follow one another are one condition."""
    merged: list[Step] = []
    for step in steps:
        before = merged[-1] if merged else None
        if isinstance(step, Keep) and isinstance(before, Keep):
            merged[-1] = Keep(where=All(of=(*_parts(before.where), *_parts(step.where))))
        else:
            merged.append(step)
    return merged


def _parts(where: Predicate) -> tuple[Predicate, ...]:
    return where.of if isinstance(where, All) else (where,)


def _write_step(step: Step, scope: Scope, later: Sequence[Step]) -> None:
    match step:
        case Join():
            scope.tabulate()
            join(step, scope, later)
        case Keep():
            _keep(step, scope)
        case Group():
            group(step, scope)
        case Derive():
            derive(step, scope)
        case Window():
            window(step, scope)
        case Sort():
            sort(step, scope, later)
        case Take():
            take(step, scope)
        case Distinct():
            distinct(step, scope)
        case Show():
            show(step, scope)
        case Pivot():
            pivot(step, scope)


def _keep(step: Keep, scope: Scope) -> None:
    scope.tabulate()
    mask = mask_of(step.where, scope)
    if mask.always is None:
        scope.move("rows", f"{scope.frame}[{mask.text}]")
    elif mask.always is False:
        scope.move("rows", f"{scope.frame}.head(0)")
