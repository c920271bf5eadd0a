"""Conditions that compare: with numbers, with bounds, and one value of a row with another."""

from __future__ import annotations

from dataclasses import replace

from services.nlq.planner.grammar.additivity import measures_its_rows
from services.nlq.planner.grammar.conditions.connectives import joined
from services.nlq.planner.grammar.conditions.holding import condition, of_column
from services.nlq.planner.grammar.english import ENGLISH
from services.nlq.planner.grammar.meanings import Condition, Number, Value, field_of
from services.nlq.planner.grammar.measures import times
from services.nlq.planner.grammar.rules import Costly, the
from services.nlq.planner.grammar.values import OF_ONE_KIND, are_of_one_kind
from services.nlq.planner.lexicon.tokens import stem
from services.nlq.planner.linking.schema import Column
from shared.columns import Family
from shared.plan import (
    All,
    Comparison,
    Elapsed,
    Literal,
)
from shared.plan.expressions import Scalar

_TIME_UNITS = {"second": "seconds", "minute": "minutes", "hour": "hours", "day": "days", "week": "days"}
ANOTHER_UNIT = 0.6
"""A unit beside the number that neither the column's name nor its facts speak of: the cells may be in another one."""


def compared(value: Value, op: str, number: Number) -> Condition | Costly | None:
    column = value.column
    if column is not None and not column.is_numeric:
        return None
    left, doubt = value.of, 0.0
    if isinstance(left, Elapsed):
        unit = _TIME_UNITS.get(number.unit or "day")
        if unit is None:
            return None
        left = left.model_copy(update={"unit": unit})
        number = Number(number.value * 7, "day") if number.unit == "week" else number
    elif number.unit is not None and column is not None and not _is_in(column, number.unit):
        factor = times(number.unit, column)
        doubt = ANOTHER_UNIT if factor is None else 0.0
        number = replace(number, value=number.value * (factor or 1))
    operand = Literal(value=_scaled(column, number), type="number")
    found = condition(Comparison(left=left, op=op, right=operand), column, value.tables)  # type: ignore[arg-type]
    if column is not None and column.is_key_like and not column.is_place and op not in ("==", "!="):
        doubt += 0.9
    if op == "==" and column is not None and not may_hold(column, operand.value):
        doubt += NO_SUCH_NUMBER
    return Costly(found, doubt) if doubt else found


NO_SUCH_NUMBER = 0.5
"""Equal to a number beyond all that the column holds: the number rather belongs to another ("the wins for 2004")."""


def may_hold(column: Column, number: Scalar) -> bool:
    low, high = column.facts.minimum, column.facts.maximum
    if not all(isinstance(n, int | float) for n in (low, high, number)):
        return True
    return bool(low <= number <= high)


_SAID_OF = {"year": {"age", "years"}, "USD": set(), "EUR": set(), "GBP": set()}


def _is_in(column: Column, unit: str) -> bool:
    """Whether the column may well be in that unit: money whatever its sign, a length where the name says so."""
    if unit.isupper():
        return column.facts.unit in (None, unit)
    words = {unit, stem(unit), *_SAID_OF.get(unit, ())}
    return bool(words & ({*column.words, *column.stems} | {(column.facts.unit or "").casefold()}))


def _scaled(column: Column | None, number: Number) -> float | int:
    """A percentage against a column of fractions (0 to 1) is a fraction."""
    if not number.percent or column is None:
        return number.value
    high = column.facts.maximum
    is_fraction = isinstance(high, int | float) and 0 < high <= 1
    return number.value / 100 if is_fraction else number.value


@ENGLISH.rule("PRED", "EXPR be? CMP QTY", "have? EXPR of? CMP QTY", "@have EXPR of? CMP QTY", "EXPR @be CMP QTY")
def compare(value: Value, op: str, number: Number) -> Condition | Costly | None:
    return compared(value, op, number)


@ENGLISH.rule("PRED", "CMP QTY in? EXPR", "@have CMP QTY EXPR", cost=0.02)
def compare_before(op: str, number: Number, value: Value) -> Condition | Costly | None:
    return _rather_of_rows(compared(value, op, number), value, number)


@ENGLISH.rule("PRED", "EXPR @be? of? QTY AFTERWARDS", "@have? EXPR of QTY AFTERWARDS")
def compare_afterwards(value: Value, number: Number, op: str) -> Condition | Costly | None:
    return compared(value, op, number)


@ENGLISH.rule("PRED", "QTY AFTERWARDS EXPR", "QTY EXPR AFTERWARDS", cost=0.02)
def compare_afterwards_first(number: Number, first: object, second: object) -> Condition | Costly | None:
    value, op = (first, second) if isinstance(first, Value) else (second, first)
    if not isinstance(value, Value) or not isinstance(op, str):
        return None
    return _rather_of_rows(compared(value, op, number), value, number)


MOST_ROWS = 20
SO_MANY_ROWS = 0.15
""" "4 or more claims" are so many rows of claims rather than an `amount_claimed`; a number beyond that is hardly said of one thing's rows."""


def _rather_of_rows(made: Condition | Costly | None, value: Value, number: Number) -> Condition | Costly | None:
    if made is None or number.unit is not None or value.column is None or number.value > MOST_ROWS:
        return made
    found, cost = (made.meaning, made.cost) if isinstance(made, Costly) else (made, 0.0)
    return Costly(found, cost + SO_MANY_ROWS * measures_its_rows(value.column))


@ENGLISH.rule("PRED", "EXPR @be? of? QTY", "@have EXPR QTY", cost=0.1)
def equals_number(value: Value, number: Number) -> Condition | Costly | None:
    return compared(value, "==", number)


@ENGLISH.rule("PRED", "QTY EXPR", cost=0.3)
def number_of_them(number: Number, value: Value) -> Condition | Costly | None:
    """ "5 rooms"."""
    return compared(value, "==", number)


@ENGLISH.rule(
    "PRED",
    "EXPR @be? between QTY and|to QTY",
    "@have EXPR between QTY and QTY",
    "EXPR @be? from QTY to QTY",
    "EXPR @be? QTY to QTY",
)
def between(value: Value, low: Number, high: Number) -> Condition | None:
    if (value.column is not None and not value.column.is_numeric) or low.value > high.value:
        return None
    bounds = (
        Comparison(left=value.of, op=">=", right=Literal(value=_scaled(value.column, low), type="number")),
        Comparison(left=value.of, op="<=", right=Literal(value=_scaled(value.column, high), type="number")),
    )
    return condition(All(of=bounds), value.column, value.tables)


@ENGLISH.rule("PRED", "between QTY and QTY EXPR")
def between_first(low: Number, high: Number, value: Value) -> Condition | None:
    return between(value, low, high)


@ENGLISH.rule("PRED", "EXPR CMP QTY and|but CMP QTY", "CMP QTY and|but CMP QTY EXPR")
def two_bounds(*parts: object) -> Condition | Costly | None:
    value = the(Value, parts)
    ops = [p for p in parts if isinstance(p, str)]
    numbers = [p for p in parts if isinstance(p, Number)]
    found = [compared(value, op, number) for op, number in zip(ops, numbers, strict=True)]
    if not all(isinstance(f, Condition) for f in found):
        return None
    return joined([f for f in found if isinstance(f, Condition)], All)


@ENGLISH.rule(
    "PRED",
    "EXPR @be? CMP EXPR",
    "@have? EXPR CMP EXPR",
    "EXPR CMP the? EXPR ones|one?",
    "EXPR @be? CMP the? EXPR ones|one?",
)
def compare_values(left: Value, op: str, right: Value) -> Condition | Costly | None:
    if left.of == right.of or _family(left) != _family(right) or _family(left) not in (Family.NUMBER, Family.DATE):
        return None
    if any(v.column is not None and v.column.is_key_like for v in (left, right)):
        return None
    found = condition(Comparison(left=left.of, op=op, right=right.of), None, left.tables | right.tables)  # type: ignore[arg-type]
    return Costly(found, OF_ONE_KIND) if are_of_one_kind(left, right) else found


ENGLISH.phrases(
    "EXCEEDS",
    {
        ">": "more|higher|a higher|greater|a greater|larger|a larger|bigger|a bigger|longer",
        "<": "less|lower|a lower|smaller|a smaller|fewer|shorter",
    },
)


@ENGLISH.rule("PRED", "@be|@have? EXCEEDS EXPR than EXPR", cost=0.05)
def more_than_the_other(op: str, left: Value, right: Value) -> Condition | Costly | None:
    """ "For which campaigns was more approved than planned?"."""
    return compare_values(left, op, right)


@ENGLISH.rule("PRED", "EXPR @be? after|later EXPR")
def later_than(left: Value, right: Value) -> Condition | Costly | None:
    return compare_values(left, ">", right) if _family(left) is Family.DATE else None


@ENGLISH.rule("PRED", "EXPR @be? before EXPR")
def earlier_than(left: Value, right: Value) -> Condition | Costly | None:
    return compare_values(left, "<", right) if _family(left) is Family.DATE else None


@ENGLISH.rule(
    "PRED",
    "EXPR and EXPR @be the? same",
    "EXPR and EXPR @be the? same person|people|one|value|day|date",
    "same person|people|value EXPR and EXPR",
    "same EXPR and|as EXPR",
    "@have the? same EXPR and|as their|its|his|her? EXPR",
    "@have the? same EXPR and EXPR",
    "EXPR equals|equal EXPR",
    "EXPR @be the? same as EXPR",
)
def same_values(left: Value, right: Value) -> Condition | None:
    if left.of == right.of or _family(left) != _family(right):
        return None
    return condition(Comparison(left=left.of, op="==", right=right.of), None, left.tables | right.tables)


def _family(value: Value) -> Family:
    return value.column.family if value.column is not None else Family.NUMBER


@ENGLISH.rule("PRED", "negative EXPR", "EXPR @be? negative", "EXPR below zero", "EXPR less than zero")
def negative(value: Value) -> Condition | Costly | None:
    found = compared(value, "<", Number(0))
    low = value.column.facts.minimum if value.column is not None else None
    if isinstance(found, Condition) and isinstance(low, int | float) and low >= 0:
        return Costly(found, NO_SUCH_NUMBER)
    return found


@ENGLISH.rule("PRED", "positive EXPR", "EXPR @be? positive", "EXPR above zero")
def positive(value: Value) -> Condition | Costly | None:
    return compared(value, ">", Number(0))


@ENGLISH.rule("PRED", "CMP QTY", "of? QTY AFTERWARDS", cost=0.1)
def amount_compared(first: object, second: object) -> list[Costly]:
    """ "donations of $500 or more": the columns that are in that currency."""
    number, op = (first, second) if isinstance(first, Number) else (second, first)
    if not isinstance(number, Number) or not isinstance(op, str):
        return []
    found = []
    for column in number.columns:
        made = compared(Value(field_of(column), column.facts.name, column, frozenset({column.ref.table})), op, number)
        if isinstance(made, Condition):
            found.append(Costly(made, 0.0))
    return found


@ENGLISH.rule("PRED", "COL number|no|id ~NUM", "COL ~NUM", "COL = NUM", cost=0.05)
def key_is(column: Column, number: Number) -> Condition | Costly | None:
    if column.family is not Family.NUMBER or not isinstance(number.value, int):
        return None
    where = Comparison(left=field_of(column), op="==", right=Literal(value=number.value, type="number"))
    found = of_column(column, where)
    return found if may_hold(column, number.value) else Costly(found, NO_SUCH_NUMBER)
