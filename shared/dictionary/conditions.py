"""Conditions of a measure as a person writes them, and as predicates of a plan.

`!=` and its like take in rows whose cell is missing: "without refunds" leaves out what is known to be a refund, and nothing else
(docs/decisions/0024).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from shared.columns import ColumnType, Family
from shared.dictionary.document import Comparing, ConditionDocument, Value
from shared.plan import Anything, Comparison, Field, Literal, Matches, Missing, Not, Predicate
from shared.plan.expressions import Operator

ORDERING: dict[Comparing, Operator] = {">": ">", ">=": ">=", "<": "<", "<=": "<="}
MATCHING: dict[Comparing, Any] = {"contains": "contains", "starts with": "starts", "ends with": "ends"}
LISTS: frozenset[Comparing] = frozenset({"in", "not in"})
WITHOUT_VALUE: frozenset[Comparing] = frozenset({"missing", "not missing"})
OF_TEXT: frozenset[Comparing] = frozenset({*MATCHING, "not contains"})
# A day stands for 00:00 of it: with these two that is what is meant, with the others it would cut a day in two.
WITH_A_DAY: frozenset[Comparing] = frozenset({">=", "<"})


class NotACondition(ValueError):
    """The condition cannot be asked of the column. `field` is the part of it that is wrong."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


def parse_condition(condition: ConditionDocument, kind: ColumnType, table: str) -> Predicate:
    """The condition on a column of this type. Raises `NotACondition`."""
    of, op = Field(name=condition.column, table=table), condition.op
    _check_operator(op, kind)
    literals = [_literal(value, kind, op) for value in _values(condition)]
    if op in ORDERING:
        return Comparison(left=of, op=ORDERING[op], right=literals[0])
    if op in MATCHING:
        return Matches(of=of, how=MATCHING[op], text=str(literals[0].value))
    return _OTHERS[op](of, literals)


def _values(condition: ConditionDocument) -> tuple[Value, ...]:
    """As many as the operator takes."""
    op, value = condition.op, condition.value
    if op in WITHOUT_VALUE:
        if value is not None:
            raise NotACondition("value", f"{op!r} takes no value")
        return ()
    if value is None:
        raise NotACondition("value", f"{op!r} needs a value")
    if isinstance(value, tuple) != (op in LISTS):
        raise NotACondition("value", f"{op!r} takes {'a list of values' if op in LISTS else 'one value'}")
    return value if isinstance(value, tuple) else (value,)


def _check_operator(op: Comparing, kind: ColumnType) -> None:
    if op in OF_TEXT and not kind.is_text:
        raise NotACondition("op", f"{op!r} is asked of texts, and the column holds {kind.label}")
    if op in ORDERING and not kind.is_ordered:
        raise NotACondition("op", f"{op!r} is asked of numbers and dates, and the column holds {kind.label}")


def _equals(of: Field, literals: Sequence[Literal]) -> Comparison:
    (literal,) = literals
    return Comparison(left=of, op="==", right=literal, fold_case=literal.type == "text")


def _any_of(of: Field, literals: Sequence[Literal]) -> Anything:
    return Anything(of=tuple(_equals(of, [literal]) for literal in literals))


_OTHERS: dict[Comparing, Callable[[Field, Sequence[Literal]], Predicate]] = {
    "=": _equals,
    "!=": lambda of, literals: Not(of=_equals(of, literals), missing_too=True),
    "in": _any_of,
    "not in": lambda of, literals: Not(of=_any_of(of, literals), missing_too=True),
    "not contains": lambda of, literals: Not(
        of=Matches(of=of, how="contains", text=str(literals[0].value)), missing_too=True
    ),
    "missing": lambda of, _: Missing(of=of),
    "not missing": lambda of, _: Not(of=Missing(of=of)),
}


def _literal(value: Value, kind: ColumnType, op: Comparing) -> Literal:
    match kind.family:
        case Family.NUMBER if isinstance(value, int | float) and not isinstance(value, bool):
            return Literal(value=value, type="number")
        case Family.BOOLEAN if isinstance(value, bool):
            return Literal(value=value, type="boolean")
        case Family.TEXT if isinstance(value, str) and kind.is_plain_text:
            return Literal(value=value, type="text")
        case Family.DATE if isinstance(value, str):
            return _moment(value, kind, op)
    if kind.family is Family.TIME or (kind.family is Family.TEXT and not kind.is_plain_text):
        raise NotACondition("column", f"its cells are {kind.label}, which are not compared with a value")
    raise NotACondition("value", f"the column holds {kind.label}, and {value!r} is none of these{_way_out(kind)}")


def _way_out(kind: ColumnType) -> str:
    return {Family.TEXT: "; write it in quotes", Family.DATE: "; write it as 2024-12-31"}.get(kind.family, "")


def _moment(value: str, kind: ColumnType, op: Comparing) -> Literal:
    try:
        day = date.fromisoformat(value)
    except ValueError:
        day = None
    if day and (kind is ColumnType.DATE or op in WITH_A_DAY):
        return Literal(value=day.isoformat(), type="date")
    if day:
        raise NotACondition("value", "the column has times of day: give one, or use >= and < with days")
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        raise NotACondition("value", f"{value!r} is no date; write it as 2024-12-31") from None
    if kind is ColumnType.DATE:
        raise NotACondition("value", "the column has days only: leave the time of day out")
    return Literal(value=moment.isoformat(), type="datetime")


@dataclass(frozen=True)
class _Parts:
    of: Field
    op: Comparing
    value: Any = None

    def document(self) -> ConditionDocument:
        return ConditionDocument(column=self.of.name, op=self.op, value=self.value)


def write_condition(predicate: Predicate) -> ConditionDocument:
    """The condition that is read as this predicate."""
    return _parts(predicate).document()


def _parts(predicate: Predicate) -> _Parts:
    match predicate:
        case Comparison(left=Field() as of, op="==", right=Literal(value=value)):
            return _Parts(of, "=", value)
        case Comparison(left=Field() as of, op=op, right=Literal(value=value)) if op in ORDERING.values():
            return _Parts(of, next(name for name, sign in ORDERING.items() if sign == op), value)
        case Matches(of=Field() as of, how=how, text=text):
            return _Parts(of, next(name for name, way in MATCHING.items() if way == how), text)
        case Missing(of=Field() as of):
            return _Parts(of, "missing")
        case Anything(of=several):
            found = [_parts(one) for one in several]
            return _Parts(found[0].of, "in", tuple(part.value for part in found))
        case Not(of=inner):
            part = _parts(inner)
            return _Parts(part.of, _NEGATED[part.op], part.value)
    raise TypeError(f"no condition of a dictionary's measure: {predicate.kind}")


_NEGATED: dict[Comparing, Comparing] = {
    "=": "!=",
    "in": "not in",
    "contains": "not contains",
    "missing": "not missing",
}
