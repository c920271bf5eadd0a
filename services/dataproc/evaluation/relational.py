"""A plan as one Ibis expression, to the letter of the docstrings in `shared/plan`.

The other rendering is pandas code (`services/nlq/planner/codegen`). Both are written from the same docstrings and not from one another:
what they agree on was computed twice.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import ibis
import ibis.expr.types as ir

from services.dataproc.evaluation.conditions import condition_of
from services.dataproc.evaluation.grouping import grouped, pivoted
from services.dataproc.evaluation.relation import Column, IllTyped, OrderKey, Relation, heading, kind_of
from services.dataproc.evaluation.sources import Source
from services.dataproc.evaluation.values import value_of
from services.dataproc.evaluation.windows import distinct, taken, window_value
from shared.plan import (
    Derive,
    Distinct,
    Field,
    Group,
    Join,
    Keep,
    Pivot,
    Query,
    Show,
    Sort,
    Step,
    Take,
    Window,
)
from shared.plan.walking import pieces_of

RunExpression = Callable[[ir.Table], list[tuple[Any, ...]]]


class Rendering:
    """Renders one plan over `sources`, by their names in the plan. `run` is asked only by a `Pivot`, whose columns are values."""

    def __init__(self, sources: Mapping[str, tuple[str, Source]], run: RunExpression) -> None:
        self._sources = sources
        self._run = run
        self._numbers = itertools.count()

    def result_of(self, query: Query) -> Relation:
        """The rows in the order that the plan gives them; nothing but the columns that are shown."""
        relation = self.relation_of(query, None)
        table = relation.table.order_by(relation.sorting()) if relation.order else relation.table
        return Relation(table.select(*(column.place for column in relation.columns)), relation.columns)

    def relation_of(self, query: Query, wanted: frozenset[str] | None) -> Relation:
        """`wanted` are the columns that somebody looks at, beside those that the query names; all of them, where it is None."""
        names = (
            None if wanted is None and not _narrows(query) else frozenset(columns_in(query)) | (wanted or frozenset())
        )
        ordered = _rows_stand_in_order(query)
        relation = self._source(query.table, query.table, names, ordered=ordered)
        for step in query.steps:
            relation = (
                self._joined(step, relation, names, ordered=ordered)
                if isinstance(step, Join)
                else self._after(step, relation)
            )
        return relation

    def _source(self, table: str, alias: str, names: frozenset[str] | None, *, ordered: bool) -> Relation:
        if table not in self._sources:
            raise IllTyped(f"There is no table {table!r}.")
        registered, source = self._sources[table]
        # Without any column there would be no rows: the first one stands for them.
        used = tuple(name for name in source.names if names is None or name in names) or source.names[:1]
        prefix = self._fresh()
        expression = source.expression(registered, used, prefix)
        columns = tuple(Column(name, alias, f"{prefix}{source.place(name)}") for name in used)
        if not ordered:
            return Relation(expression, columns)
        position = self._fresh()
        return Relation(expression.mutate(**{position: ibis.row_number()}), columns, (OrderKey(position),))

    def _after(self, step: Step, relation: Relation) -> Relation:
        match step:
            case Keep():
                return relation.with_table(relation.table.filter(condition_of(step.where, relation, self)))
            case Group():
                return grouped(step, relation, self, self._fresh)
            case Derive():
                return relation.with_column(step.name, value_of(step.of, relation, self), self._fresh())
            case Window():
                return relation.with_column(step.name, window_value(step, relation), self._fresh())
            case Sort():
                keys = tuple(OrderKey(relation.column(key.of).place, key.descending) for key in step.by)
                return Relation(relation.table, relation.columns, keys + relation.order)
            case Take():
                return taken(step, relation, self._fresh())
            case Distinct():
                return distinct(step, relation, self._fresh())
            case Show():
                return self._shown(step, relation)
            case Pivot():
                return pivoted(step, relation, self._run, self._fresh)
            case _:
                raise IllTyped(f"There is no step {step.kind!r}.")

    def _shown(self, step: Show, relation: Relation) -> Relation:
        columns = tuple(Column(named.name, None, self._fresh()) for named in step.columns)
        if len({column.name for column in columns}) < len(columns):
            raise IllTyped("Two shown columns have the same name.")
        values = {c.place: value_of(named.of, relation, self) for c, named in zip(columns, step.columns, strict=True)}
        return Relation(relation.table.mutate(**values), columns, relation.order)

    def _joined(self, step: Join, left: Relation, names: frozenset[str] | None, *, ordered: bool) -> Relation:
        alias = step.alias or step.table
        if any(column.table == alias for column in left.columns):
            raise IllTyped(f"Two tables are called {alias!r}.")
        right = self._source(step.table, alias, names, ordered=ordered)
        key, other = left.value(step.left), right.value(Field(name=step.right, table=alias))
        if kind_of(key) is not kind_of(other):
            raise IllTyped(f"A {kind_of(key)} cannot be the partner of a {kind_of(other)}.")
        table = left.table.join(right.table, [key == other], how="left")
        return Relation(table, (*left.columns, *right.columns), left.order + right.order)

    def _fresh(self) -> str:
        return f"x{next(self._numbers)}"


def headings_of(relation: Relation) -> tuple[str, ...]:
    """What the columns of a result are called; a pivot's column of empty texts as the jail calls one without a name."""
    names: list[str] = []
    for column in relation.columns:
        names.append(heading(column.name or "column", column.table or "", names))
    return tuple(names)


def columns_in(query: Query) -> Iterator[str]:
    """The names of columns that stand anywhere in a plan; those of a query within it do no harm."""
    for piece in pieces_of(query):
        if isinstance(piece, Field):
            yield piece.name
        elif isinstance(piece, Join):
            yield piece.right


def _narrows(query: Query) -> bool:
    """Whether a step says which columns there are; otherwise every column of the tables matters: it is in the result, or tells rows apart."""
    for step in query.steps:
        if isinstance(step, Distinct) and not step.of:
            return False
        if isinstance(step, Group | Show | Pivot | Distinct):
            return True
    return False


def _rows_stand_in_order(query: Query) -> bool:
    """Whether it matters in which order the stored rows are: only to a step that comes before these are grouped."""
    before = itertools.takewhile(lambda step: not isinstance(step, Group | Pivot), query.steps)
    return any(isinstance(step, Sort | Take | Window | Distinct) for step in before)
