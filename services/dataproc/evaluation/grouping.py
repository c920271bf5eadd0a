"""Steps that make one row of several: `Group` and `Pivot`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ibis
import ibis.expr.types as ir

from services.dataproc.evaluation.conditions import condition_of
from services.dataproc.evaluation.relation import Column, IllTyped, OrderKey, Relation, kind_of
from services.dataproc.evaluation.values import Queries, value_of
from services.dataproc.evaluation.windows import all_present
from shared.plan import AGGREGATES, Group, Measure, Pivot

MOST_PIVOT_COLUMNS = 200  # as many as an answer shows


@ibis.udf.agg.builtin  # type: ignore[untyped-decorator]
def skewness(values: float) -> float:  # type: ignore[empty-body]
    """DuckDB's own: of a sample, missing for fewer than three values."""


_BUILTIN: dict[str, Callable[[ir.Value, float | None], ir.Value]] = {
    "skewness": lambda values, _: skewness(values.cast("float64"))
}


def grouped(step: Group, relation: Relation, queries: Queries, fresh: Callable[[], str]) -> Relation:
    if not step.by and not step.measures:
        raise IllTyped("A group needs a key or a measure.")
    names = [*(key.name for key in step.by), *(measure.name for measure in step.measures)]
    named = tuple(Column(name, None, fresh()) for name in names)
    if len(set(names)) < len(names):
        raise IllTyped("Two columns of a group have the same name.")
    keys = {column.place: value_of(key.of, relation, queries) for column, key in zip(named, step.by, strict=False)}
    inputs = {
        column.place: value_of(measure.of, relation, queries)
        for column, measure in zip(named[len(keys) :], step.measures, strict=True)
        if measure.of is not None
    }
    table = relation.table.mutate(**keys, **inputs)
    if keys:
        table = table.filter(all_present([table[place] for place in keys]))
    rows = relation.with_table(table)
    measures = {
        column.place: _measure(measure, rows, queries, column.place)
        for column, measure in zip(named[len(keys) :], step.measures, strict=True)
    }
    order = tuple(OrderKey(place) for place in keys)
    return Relation(table.group_by(*keys).aggregate(**measures) if keys else table.aggregate(**measures), named, order)


def _measure(measure: Measure, relation: Relation, queries: Queries, place: str) -> ir.Value:
    """`place` is the column that the measure is of."""
    where = condition_of(measure.where, relation, queries) if measure.where is not None else None
    if measure.of is None:
        if measure.function != "count":
            raise IllTyped(f"The {measure.function} of rows has no meaning.")
        return relation.table.count(where=where)
    aggregate = AGGREGATES[measure.function]
    value = relation.table[place]
    if kind_of(value).family not in aggregate.takes:
        raise IllTyped(f"The {measure.function} of a {kind_of(value)} has no meaning.")
    if (measure.percentile is None) == (measure.function == "percentile") or not 0 <= (measure.percentile or 0) <= 100:
        raise IllTyped("A percentile is between 0 and 100.")
    if where is not None:
        value = ibis.ifelse(where, value, ibis.null(value.type()))
    relational = aggregate.relational or _BUILTIN[aggregate.name]
    found: ir.Value = relational(value, measure.percentile)
    return found


def pivoted(
    step: Pivot, relation: Relation, values_of: Callable[[ir.Table], list[tuple[Any, ...]]], fresh: Callable[[], str]
) -> Relation:
    """`values_of` runs an expression: the columns of the result are values of the data."""
    row, column, value = (relation.column(field).place for field in (step.rows, step.columns, step.values))
    table = relation.table.filter(all_present([relation.table[row], relation.table[column]]))
    pairs = table.group_by(row, column).aggregate(occurs=lambda rows: rows.count())
    found = values_of(
        pairs.group_by(column)
        .aggregate(most=lambda rows: rows.occurs.max())
        .order_by(column)
        .limit(MOST_PIVOT_COLUMNS + 1)
    )
    if len(found) > MOST_PIVOT_COLUMNS:
        raise IllTyped(f"A table of more than {MOST_PIVOT_COLUMNS} columns is not made.")
    if any(most > 1 for _, most in found):
        raise IllTyped("A pair of a row and a column occurs more than once.")
    headings = [
        Column(relation.column(step.rows).name, None, row),
        *(Column(written(of), None, fresh()) for of, _ in found),
    ]
    cells = {
        heading.place: _cell(table, column, of, value, step.fill)
        for heading, (of, _) in zip(headings[1:], found, strict=True)
    }
    return Relation(table.group_by(row).aggregate(**cells), tuple(headings), (OrderKey(row),))


def _cell(table: ir.Table, column: str, of: Any, value: str, fill: int | None) -> ir.Value:
    cell = table[value].arbitrary(where=table[column] == of)
    return cell if fill is None else cell.fill_null(fill)


def written(value: Any) -> str:
    """A value as a heading: whole numbers without a fraction, days and moments as ISO 8601."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
