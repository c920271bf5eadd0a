"""Steps that look at a row beside its neighbours: `Window`, `Take` and `Distinct`."""

from __future__ import annotations

import functools
import operator
from typing import Any

import ibis
import ibis.expr.types as ir

from services.dataproc.evaluation.relation import IllTyped, Kind, OrderKey, Relation, in_order, kind_of
from services.dataproc.evaluation.values import expect
from shared.plan import Distinct, Field, Take, Window


def window_value(step: Window, relation: Relation) -> ir.Value:
    within = [relation.value(field) for field in step.within]
    value = relation.value(step.of)
    if step.function not in ("running", "previous", "rank"):
        expect(value, Kind.NUMBER)
    found = _FUNCTIONS[step.function](step, value, relation, within)
    return ibis.ifelse(all_present(within), found, ibis.null(found.type())) if within else found


def all_present(values: list[ir.Value]) -> ir.BooleanValue:
    return functools.reduce(operator.and_, (value.notnull() for value in values))


def _order_of(step: Window, relation: Relation) -> list[Any]:
    keys = tuple(OrderKey(relation.column(key.of).place, key.descending) for key in step.order)
    return relation.sorting(keys + relation.order)


def _running(step: Window, value: ir.Value, relation: Relation, within: list[ir.Value]) -> ir.Value:
    rows = ibis.cumulative_window(group_by=within, order_by=_order_of(step, relation))
    if kind_of(value) is not Kind.NUMBER:
        return value.count().over(rows)
    return ibis.ifelse(value.isnull(), ibis.null(value.type()), value.sum().over(rows))


def _moving(step: Window, value: ir.Value, relation: Relation, within: list[ir.Value]) -> ir.Value:
    rows = ibis.trailing_window(step.size - 1, group_by=within, order_by=_order_of(step, relation))
    return ibis.ifelse(value.count().over(rows) == step.size, value.mean().over(rows), ibis.null("float64"))


def _previous(step: Window, value: ir.Value, relation: Relation, within: list[ir.Value]) -> ir.Value:
    return value.lag(step.size).over(ibis.window(group_by=within, order_by=_order_of(step, relation)))


def _difference(step: Window, value: ir.Value, relation: Relation, within: list[ir.Value]) -> ir.Value:
    return value - _previous(step, value, relation, within)


def _growth(step: Window, value: ir.Value, relation: Relation, within: list[ir.Value]) -> ir.Value:
    previous = _previous(step, value, relation, within)
    return (value - previous) / previous.nullif(0) * 100


def _rank(step: Window, value: ir.Value, relation: Relation, within: list[ir.Value]) -> ir.Value:
    """Missing values come last, so that they take nobody's rank."""
    if step.order and (len(step.order) > 1 or step.order[0].of != step.of):
        raise IllTyped("A rank is by the ranked column itself.")
    descending = step.order[0].descending if step.order else True
    ranks = ibis.rank().over(ibis.window(group_by=within, order_by=[in_order(value, descending=descending)])) + 1
    return ibis.ifelse(value.isnull(), ibis.null("int64"), ranks)


def _share(step: Window, value: ir.Value, relation: Relation, within: list[ir.Value]) -> ir.Value:
    return value / value.sum().over(ibis.window(group_by=within)).nullif(0) * 100


_FUNCTIONS = {
    "running": _running,
    "moving": _moving,
    "previous": _previous,
    "difference": _difference,
    "growth": _growth,
    "rank": _rank,
    "share": _share,
}


def taken(step: Take, relation: Relation, place: str) -> Relation:
    """`place` is for the rank, which stays in the expression unseen."""
    within = [relation.value(field) for field in step.within]
    table = relation.table.filter(all_present(within)) if within else relation.table
    if step.by is None:
        return _first_rows(step, relation.with_table(table), place)
    by = OrderKey(relation.column(step.by).place, step.descending)
    order = (*(OrderKey(relation.column(field).place) for field in step.within), by, *relation.order)
    relation = relation.with_table(table.filter(table[by.place].notnull()))
    ranking = ibis.dense_rank() if step.skip else ibis.rank()
    ranked = _numbered(step, relation, ranking, (by,), place)
    return Relation(ranked, relation.columns, order)


def _first_rows(step: Take, relation: Relation, place: str) -> Relation:
    order = tuple(OrderKey(key.place, key.descending != step.descending) for key in relation.order)
    return relation.with_table(_numbered(step, relation, ibis.row_number(), order, place, turned=step.descending))


def _numbered(
    step: Take, relation: Relation, number: ir.Value, order: tuple[OrderKey, ...], place: str, *, turned: bool = False
) -> ir.Table:
    """The rows whose number is within what is taken. `turned`: an order read from its end, with its missing values first."""
    within = [relation.value(field) for field in step.within]
    sorting = [
        relation.table[key.place].desc(nulls_first=turned)
        if key.descending
        else relation.table[key.place].asc(nulls_first=turned)
        for key in order
    ]
    numbers = number.over(ibis.window(group_by=within, order_by=sorting))
    table = relation.table.mutate(**{place: numbers})
    return table.filter((table[place] >= step.skip) & (table[place] < step.skip + step.count))


def distinct(step: Distinct, relation: Relation, place: str) -> Relation:
    fields = step.of or tuple(Field(name=column.name, table=column.table) for column in relation.columns)
    columns = tuple(relation.column(field) for field in fields)
    places = [column.place for column in columns]
    if not relation.order:
        return Relation(relation.table.select(*places).distinct(), columns)
    rows = ibis.window(group_by=[relation.table[name] for name in places], order_by=relation.sorting())
    table = relation.table.mutate(**{place: ibis.row_number().over(rows)})
    return Relation(table.filter(table[place] == 0), columns, relation.order)
