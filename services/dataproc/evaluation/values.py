"""Expressions of a plan as Ibis values, one case each."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Protocol

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir

from services.dataproc.evaluation.relation import IllTyped, Kind, Relation, kind_of
from shared.plan import (
    Arithmetic,
    Bin,
    Bucket,
    DayName,
    Elapsed,
    Expression,
    Field,
    Literal,
    NumberOf,
    Part,
    Query,
    Statistic,
)
from shared.plan.expressions import NOT_OF_NUMBERS, NUMBER_TEXT

MICROSECONDS = {"seconds": 10**6, "minutes": 60 * 10**6, "hours": 3600 * 10**6, "days": 24 * 3600 * 10**6}
TRUNCATION = {"day": "D", "week": "W", "month": "M", "quarter": "Q", "year": "Y"}
PARTS: dict[str, Callable[[ir.Value], ir.Value]] = {
    "year": lambda day: day.year(),
    "quarter": lambda day: day.quarter(),
    "month": lambda day: day.month(),
    "day": lambda day: day.day(),
    "weekday": lambda day: day.day_of_week.index() + 1,
    "hour": lambda day: as_moment(day).hour(),
}


class Queries(Protocol):
    """Renders the queries that stand inside expressions and conditions."""

    def relation_of(self, query: Query, wanted: frozenset[str] | None) -> Relation:
        """`wanted`: names of columns that are looked at, beside those that the query itself names; None: all."""
        ...


def value_of(expression: Expression, relation: Relation, queries: Queries) -> ir.Value:
    def inner(part: Expression, *kinds: Kind) -> ir.Value:
        return expect(value_of(part, relation, queries), *kinds)

    match expression:
        case Field():
            return relation.value(expression)
        case Literal():
            return _literal(expression)
        case Arithmetic():
            return _arithmetic(expression.op, inner(expression.left, Kind.NUMBER), inner(expression.right, Kind.NUMBER))
        case Part():
            return _part(expression.part, inner(expression.of, Kind.DATE, Kind.TIME))
        case DayName():
            return inner(expression.of, Kind.DATE).day_of_week.full_name()
        case Bucket():
            return as_moment(inner(expression.of, Kind.DATE)).truncate(TRUNCATION[expression.unit]).cast("date")
        case Bin():
            width = number(expression.width)
            return (inner(expression.of, Kind.NUMBER) / width).floor() * width
        case Elapsed():
            return _elapsed(expression.unit, inner(expression.start, Kind.DATE), inner(expression.end, Kind.DATE))
        case NumberOf():
            return _number_in(inner(expression.of, Kind.TEXT))
        case Statistic():
            return _single_value(queries.relation_of(expression.query, None))


def expect(value: ir.Value, *kinds: Kind) -> ir.Value:
    if kind_of(value) not in kinds:
        raise IllTyped(f"A {kind_of(value)} stands where a {' or '.join(kinds)} is needed.")
    return value


def as_moment(value: ir.Value) -> ir.Value:
    """A day as the moment with which it begins."""
    return value.cast("timestamp") if isinstance(value.type(), dt.Date) else value


def moment(text: str) -> datetime:
    """Of ISO 8601 text, a day or a moment; the clock on the wall where a zone is told."""
    try:
        return datetime.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        raise IllTyped(f"{text!r} is no date.") from None


def _literal(literal: Literal) -> ir.Value:
    value, kind = literal.value, literal.type
    if kind.startswith("date") and isinstance(value, str):
        day = moment(value)
        return ibis.literal(day.date() if kind == "date" else day)
    fits = {"number": (int, float), "text": (str,), "boolean": (bool,)}.get(kind, ())
    if not isinstance(value, fits) or (kind == "number" and isinstance(value, bool)):
        raise IllTyped(f"{value!r} is no {kind}.")
    return number(value) if kind == "number" else ibis.literal(value)


def number(value: Any) -> ir.Value:
    """A fraction as a double: written as it stands, DuckDB would take 2.5 for an exact decimal and compute with so many digits."""
    return ibis.literal(repr(value)).cast("float64") if isinstance(value, float) else ibis.literal(value)


def _arithmetic(op: str, left: ir.Value, right: ir.Value) -> ir.Value:
    match op:
        case "+":
            return left + right
        case "-":
            return left - right
        case "*":
            return left * right
        case _:
            return left / right.nullif(0)


def _part(part: str, value: ir.Value) -> ir.Value:
    if kind_of(value) is Kind.TIME and part != "hour":
        raise IllTyped(f"A time of day has no {part}.")
    return PARTS[part](value)


def _elapsed(unit: str, start: ir.Value, end: ir.Value) -> ir.Value:
    return as_moment(end).delta(as_moment(start), unit="microsecond") / MICROSECONDS[unit]


def _number_in(text: ir.Value) -> ir.Value:
    """A text of another shape gives the empty one, which is no number."""
    return text.re_extract(NUMBER_TEXT, 1).re_replace(NOT_OF_NUMBERS, "").try_cast("float64")


def _single_value(found: Relation) -> ir.Value:
    if len(found.columns) != 1:
        raise IllTyped("A statistic is a single value.")
    return found.table.select(found.columns[0].place).as_scalar()
