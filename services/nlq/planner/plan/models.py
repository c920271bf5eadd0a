"""A study as a plan: the rows that go in, and the vetted step that is made over them."""

from __future__ import annotations

from services.nlq.planner.grammar.additivity import is_additive
from services.nlq.planner.grammar.meanings import Study, field_of
from services.nlq.planner.linking.schema import Column, Table
from services.nlq.planner.plan.impossible import Impossible
from shared.analysis import MODEL_STEPS
from shared.plan import AGGREGATES, Bucket, Group, Measure, Model, Named, Query, Show, Step
from shared.plan.aggregates import AggregateName
from shared.plan.model import Option


def tables_of_study(study: Study) -> frozenset[str]:
    return frozenset(column.ref.table for column in _columns_of(study))


def steps_of_study(study: Study, root: Table) -> list[Step]:
    """Only the columns that the step reads, under names that are different; steps that give back rows get whole ones."""
    if study.refused or not study.columns:
        raise Impossible
    if study.unit is not None:
        return [_added_up(study)]
    columns = list(dict.fromkeys(_columns_of(study)))
    if MODEL_STEPS[study.step].shows == "rows":
        if any(column.home is not root for column in columns):
            raise Impossible  # rows of two tables beside each other may have two columns of that name
        return []
    return [Show(columns=tuple(Named(name=_name(c, columns), of=field_of(c)) for c in columns))]


def model_over(rows: Query, study: Study) -> Model:
    columns = list(dict.fromkeys(_columns_of(study)))
    named = {column: _name(column, columns) for column in columns}
    if study.unit is not None:
        named |= {study.role("when")[0]: study.unit, study.role("value")[0]: _total(study.role("value")[0])[0]}
    roles = {role.name for role in MODEL_STEPS[study.step].roles}
    return Model(
        step=study.step,
        rows=rows,
        columns=tuple((role, tuple(named[c] for c in found)) for role, found in study.columns if role in roles),
        options=tuple(Option(name=name, value=value) for name, value in study.options),
    )


def _columns_of(study: Study) -> list[Column]:
    return [column for _, columns in study.columns for column in columns]


def _name(column: Column, columns: list[Column]) -> str:
    namesakes = [c for c in columns if c.facts.name == column.facts.name]
    return column.facts.name if len(namesakes) == 1 else f"{column.facts.name} ({column.ref.table})"


def _added_up(study: Study) -> Group:
    """One row for each calendar unit: totals of what adds up, averages of what does not."""
    (value,), (when,) = study.role("value"), study.role("when")
    assert study.unit is not None
    name, function = _total(value)
    return Group(
        by=(Named(name=study.unit, of=Bucket(unit=study.unit, of=field_of(when))),),
        measures=(Measure(name=name, function=function, of=field_of(value)),),
    )


def _total(value: Column) -> tuple[str, AggregateName]:
    function: AggregateName = "sum" if is_additive(value) else "mean"
    return f"{AGGREGATES[function].label} {value.facts.name}", function
