"""Sorting, and taking the first rows or the greatest."""

from __future__ import annotations

from collections.abc import Sequence

from services.nlq.planner.codegen.scope import Column, Order, Scope
from services.nlq.planner.codegen.text import listed, one_or_list, quoted
from shared.columns import Family
from shared.plan import Field, Sort, SortKey, Step, Take

# pandas finds the greatest of these without sorting everything.
_HAS_LARGEST = frozenset({Family.NUMBER, Family.DATE})


def sort(step: Sort, scope: Scope, later: Sequence[Step]) -> None:
    """Not where the rows are in that order, or the next step takes the greatest of the same column, which come out in order."""
    scope.tabulate()
    order = order_of(step.by)
    following = later[0] if later else None
    largest = isinstance(following, Take) and _is_largest(following, scope)
    if scope.order[: len(order)] == order or (
        largest and isinstance(following, Take) and _order_taken(following) == order
    ):
        return
    scope.move("rows", sorted_text(step.by, scope))
    scope.order = order


def order_of(keys: Sequence[SortKey]) -> Order:
    return tuple(((key.of.table, key.of.name), key.descending) for key in keys)


def sorted_text(keys: Sequence[SortKey], scope: Scope) -> str:
    """Rows that tie keep their order: pandas sorts several columns so, one only when told to."""
    labels = [scope.column(key.of).label for key in keys]
    rising = [not key.descending for key in keys]
    if len(keys) == 1:
        direction = "" if rising[0] else ", ascending=False"
        return f'{scope.frame}.sort_values({quoted(labels[0])}{direction}, kind="stable")'
    direction = "" if all(rising) else f", ascending={rising if any(rising) else False}"
    return f"{scope.frame}.sort_values({listed(labels)}{direction})"


def take(step: Take, scope: Scope) -> None:
    scope.tabulate()
    if step.by is None:
        _first_rows(step, scope)
    elif _is_largest(step, scope):
        by = scope.column(step.by)
        call = f'n{"largest" if step.descending else "smallest"}({step.count}, {quoted(by.label)}, keep="all")'
        scope.move("rows", f"{scope.drop_missing([by])}.{call}")
        scope.order = _order_taken(step)
    else:
        _ranked_rows(step, step.by, scope)


def _is_largest(step: Take, scope: Scope) -> bool:
    if step.by is None or step.skip or step.within:
        return False
    return scope.column(step.by).kind.family in _HAS_LARGEST


def _order_taken(step: Take) -> Order:
    within: Order = tuple(((field.table, field.name), False) for field in step.within)
    return within if step.by is None else (*within, ((step.by.table, step.by.name), step.descending))


def _first_rows(step: Take, scope: Scope) -> None:
    within = [scope.column(field) for field in step.within]
    if not within:
        scope.move("rows", f"{scope.frame}{_slice(step)}")
    elif not step.skip:
        groups = f"{scope.drop_missing(within)}.groupby({_labels(within)})"
        scope.move("rows", f"{groups}.{'tail' if step.descending else 'head'}({step.count})")
    else:
        if (complete := scope.drop_missing(within)) != scope.frame:
            scope.move("rows", complete)
        places = scope.program.fresh("place")
        direction = "ascending=False" if step.descending else ""
        scope.program.assign(places, f"{scope.frame}.groupby({_labels(within)}).cumcount({direction})")
        scope.move("rows", f"{scope.frame}[{places}.between({step.skip}, {step.skip + step.count - 1})]")


def _slice(step: Take) -> str:
    if not step.skip:
        return f".{'tail' if step.descending else 'head'}({step.count})"
    if step.descending:
        return f".iloc[-{step.skip + step.count}:-{step.skip}]"
    return f".iloc[{step.skip}:{step.skip + step.count}]"


def _ranked_rows(step: Take, by: Field, scope: Scope) -> None:
    """Of each group; or of other values than numbers and dates; or those after the first ranks."""
    column, within = scope.column(by), [scope.column(field) for field in step.within]
    groups = f".groupby({_labels(within)})" if within else ""
    # pandas 3.1 gives a missing date a rank in its group where a row's group is missing.
    if within and column.kind.family is Family.DATE and (complete := scope.drop_missing([column])) != scope.frame:
        scope.move("rows", complete)
    ranks = scope.program.fresh("rank")
    method = "dense" if step.skip else "min"
    direction = ", ascending=False" if step.descending else ""
    scope.program.assign(ranks, f'{scope.frame}{groups}[{quoted(column.label)}].rank(method="{method}"{direction})')
    scope.move("rows", f"{scope.frame}[{_wanted(step, ranks)}]")
    keys = [*(SortKey(of=field) for field in step.within), SortKey(of=by, descending=step.descending)]
    if scope.order[: len(keys)] != order_of(keys):
        scope.move("rows", sorted_text(keys, scope))
        scope.order = order_of(keys)


def _wanted(step: Take, ranks: str) -> str:
    if not step.skip:
        return f"{ranks} <= {step.count}"
    if step.count == 1:
        return f"{ranks} == {step.skip + 1}"
    return f"{ranks}.between({step.skip + 1}, {step.skip + step.count})"


def _labels(columns: Sequence[Column]) -> str:
    return one_or_list([column.label for column in columns])
