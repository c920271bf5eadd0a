"""The table that a plan starts from, whose rows are counted, measured or listed, and the joins to those that it needs besides."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from services.nlq.planner.grammar.meanings import Ask, Condition, Figure, Limit, Rows, Value
from services.nlq.planner.linking.joins import joins_between
from services.nlq.planner.linking.schema import Column, Schema, Table
from services.nlq.planner.plan.impossible import Impossible
from services.nlq.planner.plan.models import tables_of_study
from services.nlq.planner.plan.things import beside_rows, is_unique, name_beside_key
from shared.plan import Field, Join


def root_of(ask: Ask, schema: Schema) -> Table:
    """Others are joined to it, and must not multiply its rows."""
    if ask.study is not None:
        return _furthest(schema, tables_of_study(ask.study))
    ranked = ask.rank.by if ask.rank is not None and isinstance(ask.rank.by, Figure) else None
    for rows in (*(f.rows for f in flat_figures(ask.figures)), ask.rows):
        if rows is not None and ranked is None:
            absence = all(says_none(limit) for limit in ask.limits)
            return rows.table if absence else _root_of_limits(schema, rows, ask.limits)
    if ranked is not None and ranked.rows is not None:
        return ranked.rows.table
    if ranked is not None:
        tables = ranked.of.tables if ranked.of else frozenset({ask.rows.table.name} if ask.rows else ())
        if len(tables) == 1:
            return schema.table(next(iter(tables)))
    for figure in flat_figures(ask.figures):
        if figure.of is not None and len(figure.of.tables) >= 1:
            return _furthest(schema, figure.of.tables)
    for value in ask.shown:
        return _furthest(schema, value.tables)
    if ask.rows is not None:
        return ask.rows.table
    raise Impossible


def says_none(limit: Limit) -> bool:
    """ "With no orders": an anti-join, and no limit on groups."""
    return limit.op == "==" and limit.value == 0 and limit.figure.rows is not None


def _root_of_limits(schema: Schema, rows: Rows, limits: tuple[Limit, ...]) -> Table:
    """Where the limited figure is counted or measured: "customers with more than 15 orders" is about orders."""
    figure = limits[0].figure
    if figure.rows is not None:
        return figure.rows.table
    return _furthest(schema, figure.of.tables) if figure.of else rows.table


def _furthest(schema: Schema, tables: frozenset[str]) -> Table:
    """Of several tables the one from which the others can be reached without multiplying rows."""
    for name in sorted(tables):
        joins = joins_between(schema, name, tables - {name})
        if joins is not None and not any(j.multiplies for j in joins):
            return schema.table(name)
    raise Impossible


def tables_needed(ask: Ask, root: Table, where: list[Condition]) -> list[str]:
    """Beside the root, in the order in which the question speaks of them."""
    needed: list[str] = []
    for tables in _tables_of(ask, where):
        needed += [t for t in sorted(tables) if t != root.name and t not in needed]
    return needed


def _tables_of(ask: Ask, where: list[Condition]) -> Iterator[frozenset[str]]:
    figures = list(flat_figures(ask.figures))
    by = ask.rank.by if ask.rank is not None else None
    yield from (c.tables for c in where)
    yield from (k.tables for k in ask.keys)
    yield from (v.tables for v in ask.shown)
    if ask.study is not None:
        yield tables_of_study(ask.study)
    yield from (f.of.tables for f in figures if f.of)
    yield from (frozenset({f.rows.table.name}) for f in figures if f.rows)
    yield from (c.tables for f in figures for c in (*f.where, *(f.rows.where if f.rows else ())))
    if isinstance(by, Value):
        yield by.tables
    if isinstance(by, Figure) and by.of is not None:
        yield by.of.tables
    if ask.rows is not None:
        yield frozenset({ask.rows.table.name})
    yield from (k.tables for k in (ask.rank.within if ask.rank is not None else ()))


def tables_of_names(ask: Ask, root: Table) -> list[str]:
    """That have the names of the things which are ranked, or more of those which are listed: to show that is no other reading."""
    ranked = bool(ask.limits) or (ask.rank is not None and isinstance(ask.rank.by, Figure))
    name = name_beside_key(ask.rows) if ask.rows is not None and ranked and not ask.count_groups else None
    shown = [*([name] if name is not None else []), *beside_rows(ask)]
    return list(dict.fromkeys(c.ref.table for c in shown if c.ref.table != root.name))


def joins_to(schema: Schema, root: Table, needed: Iterable[str]) -> list[Join]:
    joins = joins_between(schema, root.name, list(needed))
    if joins is None or any(j.multiplies for j in joins):
        raise Impossible
    return [
        Join(table=j.right.table, left=Field(name=j.left.column, table=j.left.table), right=j.right.column)
        for j in joins
    ]


def multiplies(schema: Schema, root: Table, table: str) -> bool:
    joins = joins_between(schema, root.name, [table])
    return joins is None or any(j.multiplies for j in joins)


def flat_figures(figures: Iterable[Figure]) -> Iterator[Figure]:
    """The single figures that others are made of."""
    for figure in figures:
        if figure.function == "nested" and figure.left is not None:
            yield replace(figure.left)
            yield Figure("count", of=figure.of)
        elif figure.left is not None and figure.right is not None:
            yield from flat_figures((figure.left, figure.right))
        else:
            yield figure


def conditions_of(ask: Ask) -> Iterator[Condition]:
    """All that narrows the question: the whole of it, its figures, and the rows that these count."""
    figures = list(flat_figures(ask.figures))
    yield from ask.where
    for figure in figures:
        yield from (*figure.where, *(figure.rows.where if figure.rows is not None else ()))


def thing_of(ask: Ask) -> Column | None:
    """The column whose different cells are counted or listed, where each may have several rows."""
    rows = next((r for r in (ask.rows, *(f.rows for f in flat_figures(ask.figures))) if r is not None), None)
    thing = rows.counted if rows is not None else next((v.column for v in ask.shown), None)
    if thing is None or is_unique(thing) or (thing.is_numeric and not thing.is_key_like):
        return None
    return thing
