"""Predicates of a plan as Ibis conditions: true, false, or missing where it cannot be said."""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable, Iterable
from typing import Any

import ibis
import ibis.expr.types as ir

from services.dataproc.evaluation.relation import IllTyped, Kind, Relation, kind_of
from services.dataproc.evaluation.values import Queries, as_moment, expect, moment, number, value_of
from shared.plan import (
    All,
    Among,
    AmongRows,
    Anything,
    Comparison,
    Expression,
    Matches,
    Missing,
    Not,
    Predicate,
    Within,
)

OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "==": operator.eq,
    "!=": operator.ne,
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
}
MATCHES: dict[str, Callable[[Any, Any], Any]] = {
    "contains": lambda text, part: text.contains(part),
    "starts": lambda text, part: text.startswith(part),
    "ends": lambda text, part: text.endswith(part),
}


def condition_of(predicate: Predicate, relation: Relation, queries: Queries) -> ir.BooleanValue:
    def value(part: Expression, *kinds: Kind) -> ir.Value:
        found = value_of(part, relation, queries)
        return expect(found, *kinds) if kinds else found

    def several(parts: Iterable[Predicate]) -> list[ir.BooleanValue]:
        return [condition_of(part, relation, queries) for part in parts]

    match predicate:
        case Comparison():
            return _comparison(predicate, value(predicate.left), value(predicate.right))
        case Among():
            return _among(value(predicate.of), predicate.values)
        case AmongRows():
            return _among_rows(value(predicate.of), predicate, queries)
        case Matches():
            return MATCHES[predicate.how](value(predicate.of, Kind.TEXT).lower(), ibis.literal(predicate.text).lower())
        case Missing():
            return value(predicate.of).isnull()
        case Within():
            return _within(as_moment(value(predicate.of, Kind.DATE)), predicate)
        case Not():
            (inner,) = several((predicate.of,))
            return ~(inner.fill_null(False) if predicate.missing_too else inner)
        case All():
            return functools.reduce(operator.and_, several(predicate.of), ibis.literal(True))
        case Anything():
            return functools.reduce(operator.or_, several(predicate.of))


def _comparison(comparison: Comparison, left: ir.Value, right: ir.Value) -> ir.BooleanValue:
    _expect_comparable(left, right)
    if comparison.fold_case:
        left, right = (expect(side, Kind.TEXT).strip().lower() for side in (left, right))
    return OPERATORS[comparison.op](as_moment(left), as_moment(right))


def _expect_comparable(left: ir.Value, right: ir.Value) -> None:
    if kind_of(left) is not kind_of(right) or kind_of(left) is Kind.OTHER:
        raise IllTyped(f"A {kind_of(left)} cannot be compared with a {kind_of(right)}.")


def _among(value: ir.Value, values: tuple[Any, ...]) -> ir.BooleanValue:
    if kind_of(value) is Kind.DATE:
        return _unless_missing(value, as_moment(value).isin([moment(str(one)) for one in values]))
    literals = [number(one) for one in values]
    for literal in literals:
        _expect_comparable(value, literal)
    return _unless_missing(value, value.isin(literals))


def _among_rows(value: ir.Value, among: AmongRows, queries: Queries) -> ir.BooleanValue:
    found = queries.relation_of(among.query, frozenset({among.column}))
    places = [column.place for column in found.columns if column.name == among.column]
    if len(places) != 1:
        raise IllTyped(f"The query finds no column {among.column!r}.")
    others = found.table[places[0]]
    _expect_comparable(value, others)
    table = found.table.select(other=as_moment(others)).filter(lambda rows: rows.other.notnull())
    return _unless_missing(value, as_moment(value).isin(table.other))


def _unless_missing(value: ir.Value, condition: ir.Value) -> ir.BooleanValue:
    """In SQL nothing is among no values, not even a missing one; here that cannot be said."""
    return ibis.ifelse(value.isnull(), ibis.null("boolean"), condition)


def _within(day: ir.Value, period: Within) -> ir.BooleanValue:
    bounds = [day >= moment(period.start)] if period.start is not None else []
    bounds += [day < moment(period.end)] if period.end is not None else []
    return functools.reduce(operator.and_, bounds, day.notnull() | ibis.null("boolean"))
