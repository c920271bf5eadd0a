"""Conditions as boolean pandas expressions."""

from __future__ import annotations

from services.nlq.planning.codegen.names import Scope
from services.nlq.planning.plan import (
    AnyOf,
    ColumnRef,
    Compare,
    CompareColumns,
    CompareStatistic,
    Condition,
    InPeriod,
    IsIn,
    IsNull,
    TextMatch,
)

_NUMBER_IN_TEXT = r'r"(-?\d[\d,]*\.?\d*)"'
_PARTS = {"weekday": "dayofweek"}


def mask(condition: Condition, scope: Scope) -> str:
    """A boolean expression; parenthesised when it must be to stand in a conjunction."""
    match condition:
        case Compare():
            return _compare(condition, scope)
        case CompareColumns():
            return f"{scope.series(condition.left)} {condition.op} {scope.series(condition.right)}"
        case CompareStatistic():
            series = scope.series(condition.column)
            return f"{series} {condition.op} {series}.{condition.function}()"
        case IsIn():
            return f"{'~' if condition.negate else ''}{scope.series(condition.column)}.isin({list(condition.values)!r})"
        case TextMatch():
            return _text_match(condition, scope)
        case IsNull():
            return f"{scope.series(condition.column)}.{'notna' if condition.negate else 'isna'}()"
        case InPeriod():
            return _period(condition, scope)
        case AnyOf():
            return " | ".join(f"({mask(c, scope)})" for c in condition.conditions)
        case _:
            raise TypeError(f"{type(condition).__name__} has no mask of its own")


def as_number(series: str) -> str:
    """The number in each text of a series: "1,200 km" is 1200."""
    return f'pd.to_numeric({series}.str.extract({_NUMBER_IN_TEXT}, expand=False).str.replace(",", ""), errors="coerce")'


def _compare(condition: Compare, scope: Scope) -> str:
    series = scope.series(condition.column)
    if condition.part:
        return f"{series}.dt.{_PARTS.get(condition.part, condition.part)} {condition.op} {condition.value!r}"
    if condition.fold_case:
        return f"{series}.str.strip().str.casefold() {condition.op} {str(condition.value).strip().casefold()!r}"
    if condition.as_number:
        return f"{as_number(series)} {condition.op} {condition.value!r}"
    if isinstance(condition.value, bool):
        return series if condition.value == (condition.op == "==") else f"~{series}"
    return f"{series} {condition.op} {condition.value!r}"


def _text_match(condition: TextMatch, scope: Scope) -> str:
    folded = f"{scope.series(condition.column)}.str.casefold()"
    text = condition.text.casefold()
    calls = {
        "contains": f".str.contains({text!r}, regex=False, na=False)",
        "starts": f".str.startswith({text!r}, na=False)",
        "ends": f".str.endswith({text!r}, na=False)",
    }
    return f"{'~' if condition.negate else ''}{folded}{calls[condition.how]}"


def _period(condition: InPeriod, scope: Scope) -> str:
    series = scope.series(condition.column)
    bounds = [f"({series} >= {condition.start!r})"] if condition.start else []
    bounds += [f"({series} < {condition.end!r})"] if condition.end else []
    return " & ".join(bounds) if len(bounds) > 1 else bounds[0][1:-1]


def columns_of(refs: tuple[ColumnRef, ...], scope: Scope) -> list[str]:
    return list(dict.fromkeys(scope.label(ref) for ref in refs))
