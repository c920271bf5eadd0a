"""A model step's second computation: of the rows that go into it, and of every statistic that has a closed form.

`shared/analysis/checks.py` finds the same over pandas. Both are written from the meaning of each check and not from one another.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir

from services.dataproc.evaluation.relation import IllTyped, Kind, Relation, kind_of
from services.dataproc.evaluation.values import as_moment
from shared.analysis import MODEL_STEPS
from shared.analysis.model import CELL, ModelStep, complete_rows
from shared.plan import Model
from shared.rpc.evaluation import MOST_ROWS

Check = tuple[str, str]
"""What it is, and the column or place that it is of."""
MEASURED = (Kind.NUMBER, Kind.BOOLEAN, Kind.DATE)


@dataclass(frozen=True)
class Checked:
    """One row with a column for each of `checks`, in their order."""

    table: ir.Table
    checks: tuple[Check, ...]


def checked_rows(model: Model, relation: Relation, headings: tuple[str, ...]) -> list[Checked]:
    """`relation` has the rows that go in, and `headings` the names that its columns have for the model.

    What is computed over one relation is one statement: a statement takes longer than what it computes. There are no more checks than
    rows that come with a result; what is most of all to be checked comes first.
    """
    step = _step(model)
    places = {name: _place(name, relation, headings) for _, names in model.columns for name in names}
    rows = _without_infinities(relation.table.select(*places.values()) if places else relation.table, places.values())
    complete = complete_rows(rows, list(places.values()))
    found = dict(
        islice(chain(_of_rows(rows, complete, places), _closed_forms(model, step, rows, complete, places)), MOST_ROWS)
    )
    by_relation: defaultdict[frozenset[Any], dict[Check, ir.Value]] = defaultdict(dict)
    for check, value in found.items():
        by_relation[frozenset(value.op().relations)][check] = value
    return [_aggregated(values) for values in by_relation.values()]


def _aggregated(values: Mapping[Check, ir.Value]) -> Checked:
    named = [value.cast("float64").name(f"k{at}") for at, value in enumerate(values.values())]
    over = set().union(*(value.op().relations for value in named))
    if len(over) != 1:
        raise IllTyped("A check of the model is not over a single relation.")
    return Checked(over.pop().to_expr().aggregate(named), tuple(values))


def _step(model: Model) -> ModelStep:
    if model.step not in MODEL_STEPS:
        raise IllTyped(f"There is no model step {model.step!r}.")
    return MODEL_STEPS[model.step]


def _place(name: str, relation: Relation, headings: tuple[str, ...]) -> str:
    """By what the result calls a column, or by the name that it had before a join."""
    found = [c.place for c, heading in zip(relation.columns, headings, strict=True) if heading == name]
    found = found or [column.place for column in relation.columns if column.name == name]
    if len(found) != 1:
        raise IllTyped(f"There is no single column {name!r} for the model.")
    return found[0]


def _without_infinities(table: ir.Table, places: Any) -> ir.Table:
    floats = [place for place in places if isinstance(table[place].type(), dt.Floating)]
    finite = {p: (table[p].isinf() | table[p].isnan()).ifelse(ibis.null("float64"), table[p]) for p in floats}
    return table.mutate(**finite) if finite else table


def _of_rows(rows: ir.Table, complete: ir.Table, places: Mapping[str, str]) -> Iterator[tuple[Check, ir.Value]]:
    yield ("given rows", ""), rows.count()
    yield ("complete rows", ""), complete.count()
    first: str | None = None
    for name, place in places.items():
        column = rows[place]
        yield ("values", name), column.count()
        if kind_of(column) in MEASURED:
            value = _measured(column)
            yield ("size", name), _sum(value.abs())
            yield ("size above zero", name), _sum((value > 0).ifelse(value, 0.0))
            yield ("squares", name), _sum(value * value)
        else:
            sizes = _sizes(rows, [place])
            yield ("different", name), sizes.count()
            yield ("squares of groups", name), _sum(sizes.size * sizes.size)
        if first is not None:
            yield ("beside the first", name), _beside(rows, first, place)
        first = first or place


def _measured(column: ir.Value) -> ir.Value:
    """Days and moments as seconds, truth values as 1 and 0."""
    seconds = as_moment(column).epoch_seconds() if kind_of(column) is Kind.DATE else column
    return seconds.cast("float64")


def _sum(values: ir.Value) -> ir.Value:
    return values.sum().fill_null(0.0)


def _sizes(rows: ir.Table, places: list[str]) -> ir.Table:
    """Groups, without those of which a part is missing, and how many rows each has."""
    named = rows.filter([rows[place].notnull() for place in places])
    return named.group_by(places).aggregate(size=named.count().cast("float64"))


def _beside(rows: ir.Table, first: str, other: str) -> ir.Value:
    measured = [place for place in (first, other) if kind_of(rows[place]) in MEASURED]
    if len(measured) == 2:
        return _sum((_measured(rows[first]) * _measured(rows[other])).abs())
    if not measured:
        sizes = _sizes(rows, [first, other])
        return _sum(sizes.size * sizes.size)
    (sized,) = measured
    (group,) = {first, other} - {sized}
    named = rows.filter(rows[group].notnull())
    sums = named.group_by(group).aggregate(size=_measured(named[sized]).abs().sum())
    return _sum(sums.size * sums.size)


def _closed_forms(
    model: Model, step: ModelStep, rows: ir.Table, complete: ir.Table, places: Mapping[str, str]
) -> Iterator[tuple[Check, ir.Value]]:
    """Of the statistic that is asked for, or of all."""
    columns = {role.name: () for role in step.roles} | {
        role: tuple(places[name] for name in names) for role, names in model.columns
    }
    given = {option.name: option.value for option in model.options}
    wanted, settings = given.pop("statistic", None), step.settings_with(given)
    for statistic in step.statistics:
        if statistic.relational is not None and wanted in (None, statistic.name):
            value = statistic.relational(complete, columns, settings)
            if value is not None:
                yield (statistic.name, ""), value
    if step.cells is not None and step.cells.relational is not None and wanted is None:
        yield from (((CELL, place), value) for place, value in step.cells.relational(rows, columns, settings).items())
