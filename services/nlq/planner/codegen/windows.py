"""Columns that look at the rows around: running totals, moving averages, differences, ranks, shares."""

from __future__ import annotations

from services.nlq.planner.codegen.ordering import order_of, sorted_text
from services.nlq.planner.codegen.scope import Column, IllTyped, Scope
from services.nlq.planner.codegen.text import Binding, Kind, Value, one_or_list, quoted
from shared.columns import ColumnType, Family
from shared.plan import Window

# The functions that reckon; the others take any values.
_OF_NUMBERS = frozenset({"moving", "difference", "growth", "share"})
# What is repeated in an expression gets a name from here on.
_LONG = 40


def window(step: Window, scope: Scope) -> None:
    """Each is aligned with the rows by their labels, so that it may be computed over them in another order."""
    scope.tabulate()
    of = scope.column(step.of)
    if step.function in _OF_NUMBERS and of.kind.family is not Family.NUMBER:
        raise IllTyped(f"there is no {step.function} of {of.label!r}")
    scope.own()
    scope.add(step.name, _computed(step, of, scope))


def _computed(step: Window, of: Column, scope: Scope) -> Value:
    gaps = of.kind.nullable or any(scope.column(field).kind.nullable for field in step.within)
    decimal = Kind(ColumnType.DECIMAL, nullable=True)
    match step.function:
        case "running" if of.kind.family is Family.NUMBER:
            return Value(f"{_values(step, of, scope)}.cumsum()", Kind(of.kind.type, gaps))
        case "running":
            return _running_count(step, of, scope, gaps)
        case "moving":
            return Value(_of_each_group(step, _values(step, of, scope), f"rolling({step.size}).mean()"), decimal)
        case "previous":
            return Value(f"{_values(step, of, scope)}.shift({_size(step)})", of.kind.with_gaps())
        case "difference":
            return Value(f"{_values(step, of, scope)}.diff({_size(step)})", Kind(of.kind.type, nullable=True))
        case "growth":
            return Value(_growth(step, of, scope), decimal, binding=Binding.PRODUCT)
        case "rank":
            return _rank(step, of, scope, gaps)
        case "share":
            return Value(_share(step, of, scope), decimal, binding=Binding.PRODUCT)


def _values(step: Window, of: Column, scope: Scope) -> str:
    """The column in the order of the window, and by its groups."""
    frame = sorted_text(step.order, scope) if order_of(step.order) != scope.order[: len(step.order)] else scope.frame
    return f"{frame}{_groups(step, scope)}[{quoted(of.label)}]"


def _groups(step: Window, scope: Scope) -> str:
    return f".groupby({one_or_list([scope.column(f).label for f in step.within])})" if step.within else ""


def _of_each_group(step: Window, values: str, call: str) -> str:
    return f"{values}.transform(lambda values: values.{call})" if step.within else f"{values}.{call}"


def _size(step: Window) -> str:
    return "" if step.size == 1 else str(step.size)


def _running_count(step: Window, of: Column, scope: Scope, gaps: bool) -> Value:
    counted = _of_each_group(step, _values(step, of, scope), "notna().cumsum()")
    return Value(counted, Kind(ColumnType.INTEGER, gaps and bool(step.within)))


def _growth(step: Window, of: Column, scope: Scope) -> str:
    values = _values(step, of, scope)
    if len(values) > _LONG:
        name = scope.program.fresh("values")
        scope.program.assign(name, values)
        values = name
    return f"100 * {values}.diff({_size(step)}) / {values}.shift({_size(step)}).replace(0, np.nan)"


def _rank(step: Window, of: Column, scope: Scope, gaps: bool) -> Value:
    """The greatest first, unless the order is the column itself ascending. Ranks are whole; beside gaps they would be floats."""
    if any(key.of != step.of for key in step.order) or len(step.order) > 1:
        raise IllTyped("a rank takes no other order than that of its own column")
    ascending = bool(step.order) and not step.order[0].descending
    values = f"{scope.frame}{_groups(step, scope)}[{quoted(of.label)}]"
    ranks = f'{values}.rank(method="min"{"" if ascending else ", ascending=False"})'
    if (
        step.within and of.kind.family is Family.DATE and of.kind.nullable
    ):  # as in `ordering`: no rank for a missing date
        ranks += f".where({scope.frame}[{quoted(of.label)}].notna())"
    whole = '.astype("Int64")' if gaps else ".astype(int)"
    return Value(ranks + whole, Kind(ColumnType.INTEGER, gaps))


def _share(step: Window, of: Column, scope: Scope) -> str:
    values = f"{scope.frame}[{quoted(of.label)}]"
    if not step.within:
        return f"100 * {values} / ({values}.sum() or np.nan)"
    totals = f'{scope.frame}{_groups(step, scope)}[{quoted(of.label)}].transform("sum")'
    return f"100 * {values} / {totals}.replace(0, np.nan)"
