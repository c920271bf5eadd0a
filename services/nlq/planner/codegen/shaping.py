"""Which columns a table has, and in which shape: chosen, made distinct, or spread over the values of another."""

from __future__ import annotations

from collections.abc import Mapping

from services.nlq.planner.codegen.expressions import as_whole, column_of
from services.nlq.planner.codegen.scope import Column, Identity, IllTyped, Order, Scope
from services.nlq.planner.codegen.text import Value, heading, listed, quoted, renaming, unique
from shared.columns import ColumnType, Family
from shared.plan import Derive, Distinct, Field, Pivot, Show


def derive(step: Derive, scope: Scope) -> None:
    if not scope.single:
        scope.own()
    scope.add(step.name, column_of(step.of, scope))


def show(step: Show, scope: Scope) -> None:
    names = [named.name for named in step.columns]
    if len(set(names)) < len(names):
        raise IllTyped("two columns have one name")
    before, shown = scope.order, dict[Identity, Column]()
    kept = {(named.of.table, named.of.name) for named in step.columns if isinstance(named.of, Field)}
    if len(kept) < len(names) and not scope.single:
        scope.own()
    for named in step.columns:
        column = scope.column(named.of) if isinstance(named.of, Field) else None
        if column is None or (column in shown.values() and not scope.single):
            column = _made(named.name, column_of(named.of, scope), scope)
        shown[(None, named.name)] = column
    if scope.single:
        scope.become(shown)
        return
    _select(shown, scope)
    scope.order = _order_shown(before, step)


def _made(name: str, value: Value, scope: Scope) -> Column:
    if scope.single:
        scope.add(name, value)
        return scope.columns[(None, name)]
    label = unique(name, scope.labels)
    scope.write(label, value.text)
    scope.reserve(label)
    return Column(label, value.kind)


def _select(shown: Mapping[Identity, Column], scope: Scope) -> None:
    text = f"{scope.frame}[{listed([column.label for column in shown.values()])}]"
    scope.move("rows", text + renaming({column.label: name for (_, name), column in shown.items()}))
    scope.become({key: Column(key[1], column.kind) for key, column in shown.items()})


def _order_shown(before: Order, step: Show) -> Order:
    """What is known of the order, by the new names, as far as its columns are still there."""
    names = {
        (named.of.table, named.of.name): (None, named.name) for named in step.columns if isinstance(named.of, Field)
    }
    kept: list[tuple[Identity, bool]] = []
    for key, descending in before:
        if key not in names:
            break
        kept.append((names[key], descending))
    return tuple(kept)


def distinct(step: Distinct, scope: Scope) -> None:
    scope.tabulate()
    if not step.of:
        scope.move("rows", f"{scope.frame}.drop_duplicates()")
        return
    kept: dict[Identity, Column] = {(field.table, field.name): scope.column(field) for field in step.of}
    headings: list[str] = []
    for table, name in kept:
        headings.append(heading(name, table or "", headings))
    labels = [column.label for column in kept.values()]
    chosen = f"{scope.frame}[{listed(labels)}].drop_duplicates()"
    scope.move("rows", chosen + renaming(dict(zip(labels, headings, strict=True))))
    columns = {key: Column(label, kept[key].kind) for key, label in zip(kept, headings, strict=True)}
    scope.become(columns, scope.order)


def pivot(step: Pivot, scope: Scope) -> None:
    scope.tabulate()
    rows, columns, values = (scope.column(field) for field in (step.rows, step.columns, step.values))
    if (complete := scope.drop_missing([rows, columns])) != scope.frame:
        scope.move("rows", complete)
    if columns.kind.is_whole and columns.kind.nullable:
        scope.own()
        scope.write(columns.label, as_whole(Value(f"{scope.frame}[{quoted(columns.label)}]", columns.kind)).text)
    by = f"index={quoted(rows.label)}, columns={quoted(columns.label)}, values={quoted(values.label)}"
    filled = "" if step.fill is None else f".fillna({step.fill})"
    scope.move("table", f"{scope.frame}.pivot({by}){filled}.rename_axis(columns=None)")
    headings = f"{scope.frame}.columns"
    if written := _as_text(columns, headings):
        scope.program.assign(headings, written)
    names = "" if rows.label == step.rows.name else f"names={quoted(step.rows.name)}"
    scope.move("table", f"{scope.frame}.reset_index({names})")
    key: Identity = (None, step.rows.name)
    scope.become({key: Column(step.rows.name, rows.kind.with_gaps(False))}, ((key, False),))
    scope.open = True


def _as_text(columns: Column, headings: str) -> str:
    """Whole numbers without a fraction, days and moments as ISO 8601."""
    match columns.kind.type:
        case ColumnType.DATE:
            return f'{headings}.strftime("%Y-%m-%d")'
        case ColumnType.DATETIME:
            return f"[moment.isoformat() for moment in {headings}]"
        case ColumnType.DECIMAL:
            return f'[f"{{number:.0f}}" if number % 1 == 0 else str(number) for number in {headings}]'
        case _:
            return "" if columns.kind.family is Family.TEXT else f"{headings}.astype(str)"
