"""Rows that sum up others are left out of every question that does not name one of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from services.nlq.planner.grammar.meanings import field_of
from services.nlq.planner.linking.schema import Column, Table
from services.nlq.planner.plan.things import all_of
from shared.plan import All, Among, Anything, Comparison, Literal, Missing, Not, Predicate

Value = str | int | float | None
Cells = Sequence[tuple[Column, Value]]


def without_totals(table: Table) -> list[Predicate]:
    """True of all other rows: of those, too, whose cells are missing."""
    labels: dict[Column, list[str]] = {}
    others: list[Cells] = []
    for cells in table.totals:
        (column, value), *more = cells
        if more or not isinstance(value, str):
            others.append(cells)
        else:
            labels.setdefault(column, []).append(value)
    told = [
        Not(of=Among(of=field_of(column), values=tuple(found)), missing_too=True) for column, found in labels.items()
    ]
    return [*told, *map(_other_than, others)]


def asks_for_totals(table: Table, where: Iterable[Predicate]) -> bool:
    """Whether a condition names such a row by its label, rather than to do without it."""
    labels = [cells[0] for cells in table.totals]
    return any(_names(condition, column, value) for condition in where for column, value in labels)


def totals_told(table: Table) -> list[str]:
    """What such rows are called."""
    labels = [cells[0] for cells in table.totals]
    return list(dict.fromkeys(f"a blank {c.facts.name}" if value is None else str(value) for c, value in labels))


def _other_than(cells: Cells) -> Predicate:
    if len(cells) == 1 and cells[0][1] is None:
        return Not(of=Missing(of=field_of(cells[0][0])))
    stand = all_of([_stands(column, value) for column, value in cells])
    assert stand is not None
    return Not(of=stand, missing_too=True)


def _stands(column: Column, value: Value) -> Predicate:
    return Missing(of=field_of(column)) if value is None else Among(of=field_of(column), values=(value,))


def _names(where: Predicate, column: Column, value: Value) -> bool:
    if isinstance(where, All | Anything):
        return any(_names(part, column, value) for part in where.of)
    if isinstance(where, Among):
        return where.of == field_of(column) and value in where.values
    if isinstance(where, Missing):
        return value is None and where.of == field_of(column)
    if isinstance(where, Comparison) and where.op == "==" and isinstance(where.right, Literal):
        return where.left == field_of(column) and value is not None and str(where.right.value) == str(value)
    return False
