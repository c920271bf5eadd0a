"""Quotients of columns that have a name of their own: per capita, density."""

from __future__ import annotations

from services.nlq.planner.grammar.english import ENGLISH
from services.nlq.planner.grammar.meanings import Value, field_of
from services.nlq.planner.linking.schema import Column
from shared.plan import Arithmetic


@ENGLISH.rule("EXPR", "COL per capita")
def per_capita(column: Column) -> Value | None:
    population = [c for c in column.home.columns if "population" in c.words or "inhabitants" in c.words]
    if len(population) != 1 or not column.is_numeric or column is population[0]:
        return None
    return Value(
        Arithmetic(op="/", left=field_of(column), right=field_of(population[0])),
        f"{column.facts.name} per capita",
        None,
        frozenset({column.ref.table}),
    )


@ENGLISH.rule("EXPR", "COL density")
def density(column: Column) -> Value | None:
    area = [c for c in column.home.columns if "area" in c.words and c.is_numeric]
    if len(area) != 1 or not column.is_numeric or column is area[0]:
        return None
    return Value(
        Arithmetic(op="/", left=field_of(column), right=field_of(area[0])),
        f"{column.facts.name} density",
        None,
        frozenset({column.ref.table}),
    )
