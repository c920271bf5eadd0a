"""Queries as pandas statements, one step a line."""

from __future__ import annotations

from services.nlq.planning.codegen.conditions import as_number, columns_of, mask
from services.nlq.planning.codegen.measures import NAMED_AGGREGATIONS, measure_label, scalar
from services.nlq.planning.codegen.names import Scope, join_labels, table_expression
from services.nlq.planning.plan import AnyOf, ColumnRef, Condition, Extreme, InQuery, Join, Measure, TableQuery
from services.nlq.planning.refs import query_refs

_BUCKETS = {"day": "D", "week": "W", "month": "M", "quarter": "Q", "year": "Y"}


def rows(query: TableQuery, scope: Scope, lines: list[str]) -> None:
    """Join and filter; afterwards `scope.frame` holds the rows that the query is about."""
    _join(query, scope, lines)
    filtered = [_resolved(c, scope, lines) for c in query.where]
    if filtered:
        name = scope.fresh("rows")
        lines.append(f"{name} = {scope.frame}[{_conjunction(filtered)}]")
        scope.frame = name


def _conjunction(masks: list[str]) -> str:
    return masks[0] if len(masks) == 1 else " & ".join(f"({m})" for m in masks)


def _resolved(condition: Condition, scope: Scope, lines: list[str]) -> str:
    """The mask of a condition; a nested query is computed first and its values are named."""
    if isinstance(condition, InQuery):
        inner = scope.nested(condition.query.table)
        found = values(condition.query, inner, lines)
        return f"{'~' if condition.negate else ''}{scope.series(condition.column)}.isin({found})"
    if isinstance(condition, AnyOf):
        return " | ".join(f"({_resolved(c, scope, lines)})" for c in condition.conditions)
    return mask(condition, scope)


def values(query: TableQuery, scope: Scope, lines: list[str]) -> str:
    """An expression for the values of a query's single column."""
    rows(query, scope, lines)
    if query.groups:
        name = scope.fresh("groups")
        lines += grouped(query, scope, name)
        return f"{name}[{scope.label(query.groups[0].column)!r}]"
    if query.extreme:
        lines.append(_extreme_rows(query.extreme, scope, name := scope.fresh("top")))
        scope.frame = name
    return scope.series(query.columns[0])


def _join(query: TableQuery, scope: Scope, lines: list[str]) -> None:
    if not query.joins:
        return
    scope.renamed |= join_labels(scope.schema, query.table, query.joins)
    used = set(query_refs(query)) | {j.left for j in query.joins}
    for join in query.joins:
        name = scope.fresh("joined")
        lines.append(f"{name} = {scope.frame}.merge({_right_side(join, scope, used)}, {_keys(join, scope)})")
        scope.frame = name


def _right_side(join: Join, scope: Scope, used: set[ColumnRef]) -> str:
    table = scope.schema.table(join.right.table)
    kept = [c.ref for c in table.columns if c.ref in used or c.ref == join.right]
    renames = {r.column: scope.renamed[r] for r in kept if r in scope.renamed}
    expression = f"{table_expression(scope.schema, table.name)}[{[r.column for r in kept]!r}]"
    return f"{expression}.rename(columns={renames!r})" if renames else expression


def _keys(join: Join, scope: Scope) -> str:
    left, right = scope.label(join.left), scope.label(join.right)
    return f"on={left!r}" if left == right else f"left_on={left!r}, right_on={right!r}"


def final(query: TableQuery, scope: Scope) -> list[str]:
    """From the rows in hand to `result`."""
    if query.groups:
        return grouped(query, scope, "result")
    if query.measures:
        return _measured(query, scope)
    return _listed(query, scope)


def _measured(query: TableQuery, scope: Scope) -> list[str]:
    if len(query.measures) == 1:
        measure = query.measures[0]
        if measure.function == "mode":
            return [f"result = {scalar(measure, scope)}.to_frame({measure_label(measure, scope)!r})"]
        return [f"result = {scalar(measure, scope)}"]
    cells = ", ".join(f"{measure_label(m, scope)!r}: [{scalar(m, scope)}]" for m in query.measures)
    return [f"result = pd.DataFrame({{{cells}}})"]


def grouped(query: TableQuery, scope: Scope, name: str) -> list[str]:
    lines = _bucket_columns(query, scope)
    keys = [scope.label(g.column) if g.bucket is None else g.bucket for g in query.groups]
    lines.append(f"{name} = {_aggregated(query, scope, keys)}")
    labels = [measure_label(m, scope) for m in query.measures]
    lines += [f"{name} = {name}[{name}[{labels[h.measure]!r}] {h.op} {h.value!r}]" for h in query.having]
    if query.extreme and isinstance(query.extreme.by, int):
        label, function = labels[query.extreme.by], "max" if query.extreme.largest else "min"
        lines.append(f"{name} = {name}[{name}[{label!r}] == {name}[{label!r}].{function}()]")
    if query.order:
        lines.append(f"{name} = {name}{_sorted(query, scope, labels)}")
    elif query.limit:
        lines.append(f"{name} = {name}.head({query.limit})")
    if query.count_groups:
        lines.append(f"{name} = len({name})")
    return lines


def _bucket_columns(query: TableQuery, scope: Scope) -> list[str]:
    buckets = [g for g in query.groups if g.bucket]
    if not buckets:
        return []
    made = ", ".join(f"{g.bucket}={_bucket(scope.series(g.column), str(g.bucket))}" for g in buckets)
    lines = [f"rows = {scope.frame}.assign({made})"]
    scope.frame = "rows"
    return lines


def _bucket(series: str, unit: str) -> str:
    return f"{series}.dt.year" if unit == "year" else f'{series}.dt.to_period("{_BUCKETS[unit]}").astype(str)'


def _aggregated(query: TableQuery, scope: Scope, keys: list[str]) -> str:
    by = repr(keys[0] if len(keys) == 1 else keys)
    measures = query.measures
    if all(m.column is None for m in measures):
        return f'{scope.frame}.groupby({by}).size().reset_index(name="count")'
    parts = ", ".join(f"{measure_label(m, scope)!r}: {_named(m, scope, keys)}" for m in measures)
    return f"{scope.frame}.groupby({by}).agg(**{{{parts}}}).reset_index()"


def _named(measure: Measure, scope: Scope, keys: list[str]) -> str:
    if measure.column is None:
        return f'({keys[0]!r}, "size")'
    column = scope.label(measure.column)
    if measure.function in NAMED_AGGREGATIONS and not measure.as_number:
        return f'({column!r}, "{measure.function}")'
    single = Scope(scope.schema, "g", {measure.column: column})
    return f"({column!r}, lambda g: {scalar(measure, single).replace(f'g[{column!r}]', 'g')})"


def _listed(query: TableQuery, scope: Scope) -> list[str]:
    lines: list[str] = []
    if query.extreme:
        lines.append(_extreme_rows(query.extreme, scope, "rows"))
        scope.frame = "rows"
    chosen = columns_of(query.columns, scope)
    expression = scope.frame
    if query.order:
        expression += _sorted(query, scope, [], cut=not query.distinct)
    elif query.limit or query.position:
        expression += f".{'tail' if query.position == 'last' else 'head'}({query.limit or 1})"
    if chosen:
        expression += f"[{chosen!r}]"
    if query.distinct:
        expression += ".drop_duplicates()"
    lines.append(f"result = {expression}")
    return lines


def _extreme_rows(extreme: Extreme, scope: Scope, name: str) -> str:
    assert isinstance(extreme.by, ColumnRef)
    function = "max" if extreme.largest else "min"
    series = scope.series(extreme.by)
    if extreme.as_number:
        series = as_number(series)
    return f"{name} = {scope.frame}[{series} == {series}.{function}()]"


def _sorted(query: TableQuery, scope: Scope, labels: list[str], *, cut: bool = True) -> str:
    names = [labels[o.by] if isinstance(o.by, int) else scope.label(o.by) for o in query.order]
    rising = [not o.descending for o in query.order]
    by, ascending = (names[0], rising[0]) if len(names) == 1 else (names, rising)
    text = f".sort_values({by!r}{'' if ascending is True else f', ascending={ascending!r}'})"
    if not (query.limit and cut):
        return text
    return text + (f".iloc[{query.skip}:{query.skip + query.limit}]" if query.skip else f".head({query.limit})")
