"""Conditions as boolean columns.

A condition holds, does not hold, or cannot be said of a row because a value is missing; pandas knows only the first two, and counts
a missing value as different from everything. So a negation is not put before a condition but taken into it, down to the comparisons,
and each says itself what becomes of gaps: `Mode` is what is asked of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from services.nlq.planner.codegen.expressions import value_of
from services.nlq.planner.codegen.nested import column_values
from services.nlq.planner.codegen.scope import IllTyped, Scope
from services.nlq.planner.codegen.text import Binding, Kind, Value, quoted, scalar_text
from shared.columns import ColumnType, Family
from shared.plan import (
    All,
    Among,
    AmongRows,
    Anything,
    Comparison,
    Expression,
    Literal,
    Matches,
    Missing,
    Not,
    Predicate,
    Within,
)

_OPPOSITE = {"==": "!=", "!=": "==", ">": "<=", "<=": ">", "<": ">=", ">=": "<"}
_METHODS = {
    "contains": "contains({}, regex=False, na=False)",
    "starts": "startswith({}, na=False)",
    "ends": "endswith({}, na=False)",
}


@dataclass(frozen=True)
class Mode:
    """The rows wanted of a condition: those for which it holds, or, negated, does not; `unknown`: and those of which it cannot be said."""

    negated: bool = False
    unknown: bool = False

    def opposite(self) -> Mode:
        return Mode(not self.negated, self.unknown)


@dataclass(frozen=True)
class Mask:
    """Code for a boolean column; `always` instead where every row, or none, is meant. `operator` is the outermost one, "" where nothing
    needs brackets."""

    text: str = ""
    operator: str = ""
    always: bool | None = None

    def beside(self, operator: str) -> str:
        """As an operand: `&` and `|` bind more tightly than comparisons."""
        return self.text if self.operator in ("", operator) else f"({self.text})"


HOLDS = Mode()
EVERY_ROW, NO_ROW = Mask(always=True), Mask(always=False)


def mask_of(predicate: Predicate, scope: Scope, mode: Mode = HOLDS) -> Mask:
    match predicate:
        case Not(missing_too=False):
            return mask_of(predicate.of, scope, mode.opposite())
        case Not():
            return mask_of(predicate.of, scope, Mode(negated=not mode.negated, unknown=not mode.negated))
        case All():
            parts = [mask_of(part, scope, mode) for part in predicate.of]
            return _either(parts) if mode.negated else _both(parts)
        case Anything():
            parts = [mask_of(part, scope, mode) for part in predicate.of]
            return _both(parts) if mode.negated else _either(parts)
        case Missing():
            return Mask(f"{_series(predicate.of, scope).bound()}.{'notna' if mode.negated else 'isna'}()")
        case Comparison():
            return _comparison(predicate, scope, mode)
        case Among():
            return _among(predicate, scope, mode)
        case AmongRows():
            return _among_rows(predicate, scope, mode)
        case Matches():
            return _matches(predicate, scope, mode)
        case Within():
            return _within(predicate, scope, mode)


def condition_of(predicate: Predicate, scope: Scope) -> Value:
    """The condition as a boolean column, whatever it is."""
    mask, truth = mask_of(predicate, scope), Kind(ColumnType.BOOLEAN)
    if mask.always is not None:
        return Value(f"pd.Series({mask.always}, index={scope.frame}.index)", truth)
    loose = bool(mask.operator) or mask.text.startswith("~")
    return Value(mask.text, truth, binding=Binding.COMPARISON if loose else Binding.ATOM)


def _both(masks: Sequence[Mask]) -> Mask:
    return _joined(masks, "&", neutral=True)


def _either(masks: Sequence[Mask]) -> Mask:
    return _joined(masks, "|", neutral=False)


def _joined(masks: Sequence[Mask], operator: str, *, neutral: bool) -> Mask:
    if any(mask.always is (not neutral) for mask in masks):
        return Mask(always=not neutral)
    told = [mask for mask in masks if mask.always is None]
    if len(told) <= 1:
        return told[0] if told else Mask(always=neutral)
    return Mask(f" {operator} ".join(mask.beside(operator) for mask in told), operator)


def _series(expression: Expression, scope: Scope) -> Value:
    value = value_of(expression, scope)
    return Value(f"pd.Series({value.text}, index={scope.frame}.index)", value.kind) if value.scalar else value


def _for_gaps(mask: Mask, mode: Mode, values: Sequence[Value], *, kept: bool) -> Mask:
    """`mask` with its answer for gaps put right; `kept`: left alone, pandas would take rows with gaps."""
    gaps = [value for value in values if value.kind.nullable]
    if mode.unknown:
        return _either([mask, *(Mask(_is_missing(value)) for value in gaps)])
    return _both([mask, *(Mask(_is_missing(value, negated=True)) for value in gaps)]) if kept else mask


def _is_missing(value: Value, *, negated: bool = False) -> str:
    method = "notna" if negated else "isna"
    return f"pd.{method}({value.text})" if value.scalar else f"{value.bound()}.{method}()"


def _comparison(comparison: Comparison, scope: Scope, mode: Mode) -> Mask:
    left, right = value_of(comparison.left, scope), value_of(comparison.right, scope)
    op = _OPPOSITE[comparison.op] if mode.negated else comparison.op
    if left.kind.family is not right.kind.family:
        raise IllTyped(f"{left.text} and {right.text} are of different kinds")
    if left.scalar and right.scalar:
        left = _series(comparison.left, scope)
    if isinstance(comparison.right, Literal) and isinstance(comparison.right.value, bool) and op in ("==", "!="):
        truth = Mask(_truth(left, comparison.right.value is (op == "==")))
        return _for_gaps(truth, mode, [left], kept=False)
    sides = [_side(comparison, e, v) for e, v in ((comparison.left, left), (comparison.right, right))]
    return _for_gaps(Mask(f"{sides[0]} {op} {sides[1]}", op), mode, [left, right], kept=op == "!=")


def _truth(value: Value, wanted: bool) -> str:
    """A column of truth values is a condition by itself, but for one that a join left with gaps."""
    if value.kind.joined:
        return f"{value.bound()}.eq({wanted})"
    return value.bound() if wanted else f"~{value.bound()}"


def _side(comparison: Comparison, expression: Expression, value: Value) -> str:
    if isinstance(expression, Literal) and value.scalar:
        if comparison.fold_case and isinstance(expression.value, str):
            return quoted(expression.value.strip().lower())
        # A date beside a column of dates is read in the column's own time zone.
        return scalar_text(expression.value)
    if comparison.fold_case:
        return f"{value.bound()}.strip().lower()" if value.scalar else f"{value.bound()}.str.strip().str.lower()"
    return value.text


def _among(among: Among, scope: Scope, mode: Mode) -> Mask:
    of = _series(among.of, scope)
    if any(of.kind.family not in _families(value) for value in among.values):
        raise IllTyped(f"{of.text} has no such values")
    values = f"[{', '.join(map(scalar_text, among.values))}]"
    if of.kind.family is not Family.DATE:
        return _membership(of, values, mode)
    # A date without a zone is none of those with one: both by the column's own clock.
    by_clock = Value(f"{of.bound()}.dt.tz_localize(None)", of.kind) if of.kind.zoned else of
    return _membership(by_clock, f"pd.to_datetime({values})", mode)


def _families(value: bool | int | float | str) -> tuple[Family, ...]:
    """The kinds of column that can hold a value."""
    if isinstance(value, str):
        return (Family.TEXT, Family.DATE)
    return (Family.BOOLEAN,) if isinstance(value, bool) else (Family.NUMBER,)


def _among_rows(among: AmongRows, scope: Scope, mode: Mode) -> Mask:
    """Gaps among the values found would match gaps in the column."""
    of = _series(among.of, scope)
    found = column_values(among.query, among.column, scope.program)
    both = of.kind.nullable and found.kind.nullable
    return _membership(of, f"{found.text}.dropna()" if both else found.text, mode)


def _membership(of: Value, values: str, mode: Mode) -> Mask:
    return _for_gaps(Mask(f"{'~' if mode.negated else ''}{of.bound()}.isin({values})"), mode, [of], kept=mode.negated)


def _matches(matches: Matches, scope: Scope, mode: Mode) -> Mask:
    of = _series(matches.of, scope)
    if of.kind.family is not Family.TEXT:
        raise IllTyped(f"{of.text} is no column of texts")
    call = _METHODS[matches.how].format(quoted(matches.text.lower()))
    mask = Mask(f"{'~' if mode.negated else ''}{of.bound()}.str.lower().str.{call}")
    return _for_gaps(mask, mode, [of], kept=mode.negated)


def _within(within: Within, scope: Scope, mode: Mode) -> Mask:
    of = _series(within.of, scope)
    if of.kind.family is not Family.DATE:
        raise IllTyped(f"{of.text} is no date")
    ends = [(">=", within.start), ("<", within.end)]
    bounds = [
        Mask(f"{of.bound()} {_OPPOSITE[op] if mode.negated else op} {quoted(end)}", op)
        for op, end in ends
        if end is not None
    ]
    if not bounds:
        bounds = [NO_ROW if mode.negated else EVERY_ROW]
    return _for_gaps(
        _either(bounds) if mode.negated else _both(bounds), mode, [of], kept=not mode.negated and bounds == [EVERY_ROW]
    )
