"""Short ways to write a plan down in a test."""

from __future__ import annotations

from typing import Any

from shared.plan import (
    Comparison,
    Expression,
    Field,
    Group,
    Keep,
    Literal,
    Measure,
    Named,
    Predicate,
    Query,
    Show,
    SortKey,
    Step,
)


def query(table: str, *steps: Step) -> Query:
    return Query(table=table, steps=steps)


def of(table: str, name: str) -> Field:
    """A column of a source."""
    return Field(name=name, table=table)


def made(name: str) -> Field:
    """A column that a step made."""
    return Field(name=name)


def literal(value: Any, kind: str | None = None) -> Literal:
    guessed = "boolean" if isinstance(value, bool) else "text" if isinstance(value, str) else "number"
    return Literal(value=value, type=kind or guessed)


def compare(left: Expression, op: Any, right: Any, **options: Any) -> Comparison:
    other = right if hasattr(right, "kind") else literal(right)
    return Comparison(left=left, op=op, right=other, **options)


def keep(where: Predicate) -> Keep:
    return Keep(where=where)


def show(**columns: Expression) -> Show:
    return Show(columns=tuple(Named(name=name, of=value) for name, value in columns.items()))


def by(field: Field, *, descending: bool = False) -> SortKey:
    return SortKey(of=field, descending=descending)


def count(name: str = "rows", **options: Any) -> Measure:
    return Measure(name=name, function="count", **options)


def group(*measures: Measure, **keys: Expression) -> Group:
    return Group(by=tuple(Named(name=name, of=value) for name, value in keys.items()), measures=measures)
