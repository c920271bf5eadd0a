"""One plan, one program that assigns `result`."""

from __future__ import annotations

from services.nlq.planner.linking.schema import Schema
from services.nlq.planning.codegen.conditions import columns_of
from services.nlq.planning.codegen.measures import scalar
from services.nlq.planning.codegen.names import Scope, table_expression
from services.nlq.planning.codegen.queries import final, rows
from services.nlq.planning.plan import (
    Condition,
    Contrast,
    Correlation,
    Describe,
    Neighbour,
    Plan,
    Share,
    TableQuery,
    Trend,
)


def write(plan: Plan, schema: Schema) -> str:
    """Python that computes the plan, over `df` and `tables`."""
    match plan:
        case TableQuery():
            lines = _query(plan, schema)
        case Share():
            lines = _share(plan, schema)
        case Contrast():
            lines = _contrast(plan, schema)
        case Neighbour():
            lines = _neighbour(plan, schema)
        case Correlation():
            lines = _correlation(plan, schema)
        case Trend():
            lines = _trend(plan, schema)
        case Describe():
            lines = _describe(plan, schema)
    return "\n".join(lines)


def _scope(schema: Schema, table: str) -> Scope:
    return Scope(schema, table_expression(schema, table))


def _query(query: TableQuery, schema: Schema) -> list[str]:
    scope, lines = _scope(schema, query.table), list[str]()
    rows(query, scope, lines)
    return lines + final(query, scope)


def _share(share: Share, schema: Schema) -> list[str]:
    scope, lines = _scope(schema, share.whole.table), list[str]()
    rows(share.whole, scope, lines)
    if share.by is not None:
        return lines + _shares(share, scope)
    whole = scope.frame
    part = share.whole.model_copy(update={"where": share.part, "joins": ()})
    rows(part, scope, lines)
    sides = [
        f"{frame}[{scope.label(share.of)!r}].sum()" if share.of else f"len({frame})" for frame in (scope.frame, whole)
    ]
    lines.append(f"result = {'100 * ' if share.scale == 100 else ''}{sides[0]} / {sides[1]}")
    return lines


def _shares(share: Share, scope: Scope) -> list[str]:
    """The share of every group."""
    by = scope.label(share.by) if share.by else ""
    grouped = f"{scope.frame}.groupby({by!r})"
    parts = f"{grouped}[{scope.label(share.of)!r}].sum()" if share.of else f"{grouped}.size()"
    return [
        f"parts = {parts}",
        f'result = ({share.scale} * parts / parts.sum()).reset_index(name="{"percentage" if share.scale == 100 else "share"}")',
    ]


def _contrast(contrast: Contrast, schema: Schema) -> list[str]:
    lines: list[str] = []
    counter = [0]
    names = []
    for query, name in ((contrast.left, "first"), (contrast.right, "second")):
        scope = Scope(schema, table_expression(schema, query.table), counter=counter)
        rows(query, scope, lines)
        lines.append(f"{name} = {_single(query, scope)}")
        names.append(name)
    match contrast.how:
        case "difference":
            lines.append("result = abs(first - second)")
        case "ratio":
            lines.append("result = first / second")
        case how:
            sign = ">" if how == "larger" else "<"
            left, right = contrast.labels
            lines.append(f"result = {left!r} if first {sign} second else {right!r}")
    return lines


def _single(query: TableQuery, scope: Scope) -> str:
    if query.measures:
        return scalar(query.measures[0], scope)
    return f"{scope.series(query.columns[0])}.iloc[0]"


def _neighbour(plan: Neighbour, schema: Schema) -> list[str]:
    scope, lines = _scope(schema, plan.table), list[str]()
    frame = scope.frame
    rows(TableQuery(table=plan.table, where=plan.where), scope, lines)
    edge = f"{scope.frame}.index.{'max' if plan.offset > 0 else 'min'}()"
    chosen = columns_of(plan.columns, scope)
    selected = f"[{chosen!r}]" if chosen else ""
    lines.append(f"result = {frame}.loc[{frame}.index == {edge} {'+' if plan.offset > 0 else '-'} 1]{selected}")
    return lines


def _filtered(schema: Schema, table: str, where: tuple[Condition, ...]) -> tuple[Scope, list[str]]:
    scope, lines = _scope(schema, table), list[str]()
    rows(TableQuery(table=table, where=where), scope, lines)
    return scope, lines


def _correlation(plan: Correlation, schema: Schema) -> list[str]:
    scope, lines = _filtered(schema, plan.table, plan.where)
    if plan.strongest_with is not None:
        goal = plan.strongest_with.column
        lines.append(
            f'strength = {scope.frame}.corr(method="{plan.method}", numeric_only=True)[{goal!r}].drop({goal!r})'
        )
        lines.append(
            'result = strength.sort_values(key=abs, ascending=False).rename_axis("column").reset_index(name="correlation")'
        )
        return lines
    names = columns_of(plan.columns, scope)
    if plan.controls:
        everything = names + columns_of(plan.controls, scope)
        lines.append(f"complete = {scope.frame}[{everything!r}].dropna()")
        lines.append(f'precision = np.linalg.inv(complete.corr(method="{plan.method}").to_numpy())')
        lines.append("result = -precision[0, 1] / np.sqrt(precision[0, 0] * precision[1, 1])")
        return lines
    corr = f'{scope.frame}[{names!r}].corr(method="{plan.method}")'
    lines.append(
        f"result = {corr}.loc[{names[0]!r}, {names[1]!r}]"
        if len(names) == 2
        else f'result = {corr}.rename_axis("column").reset_index()'
    )
    return lines


def _trend(plan: Trend, schema: Schema) -> list[str]:
    scope, lines = _filtered(schema, plan.table, plan.where)
    x, y = plan.x.column, plan.y.column
    lines.append(f"points = {scope.frame}[[{x!r}, {y!r}]].dropna()")
    lines.append(f"slope, intercept = np.polyfit(points[{x!r}], points[{y!r}], 1)")
    lines.append('result = pd.DataFrame({"slope": [slope], "intercept": [intercept]})')
    return lines


def _describe(plan: Describe, schema: Schema) -> list[str]:
    frame = table_expression(schema, plan.table)
    some = f"{frame}[{[c.column for c in plan.columns]!r}]" if plan.columns else frame
    expressions = {
        "summary": f'{some}.describe().rename_axis("statistic").reset_index()',
        "columns": f'pd.DataFrame({{"column": {frame}.columns}})',
        "types": f'{some}.dtypes.astype(str).rename_axis("column").reset_index(name="type")',
        "row_count": f"len({frame})",
        "column_count": f"len({frame}.columns)",
        "shape": f'pd.DataFrame({{"rows": [len({frame})], "columns": [len({frame}.columns)]}})',
        "missing": f'{some}.isna().sum().rename_axis("column").reset_index(name="missing")',
        "distinct": f'{some}.nunique().rename_axis("column").reset_index(name="distinct")',
        "missing_total": f"int({some}.isna().sum().sum())",
        "duplicates": f"int({frame}.duplicated().sum())",
    }
    return [f"result = {expressions[plan.what]}"]
