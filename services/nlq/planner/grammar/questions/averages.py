"""Rows beside the average of all: "acts that get more than the average fee", "parcels above the average weight"."""

from __future__ import annotations

from services.nlq.planner.grammar.conditions.holding import condition
from services.nlq.planner.grammar.english import ENGLISH
from services.nlq.planner.grammar.meanings import Condition, Value, field_of
from services.nlq.planner.linking.schema import Column
from shared.plan import Comparison, Group, Measure, Query, Statistic

ENGLISH.phrases(
    "BESIDE_ALL",
    {
        ">": "more than|above|over|higher than|greater than|larger than|bigger than|longer than|better than|exceeding|exceeds|exceed",
        "<": "less than|below|under|lower than|smaller than|shorter than|worse than",
    },
)
ENGLISH.phrases("MIDDLE", {"mean": "average|mean|overall average|general average", "median": "median"})


@ENGLISH.rule(
    "PRED",
    "BESIDE_ALL the? MIDDLE COL",
    "@have? a? COL BESIDE_ALL the? MIDDLE COL?",
    "COL @be BESIDE_ALL the? MIDDLE COL?",
    "@be? BESIDE_ALL the? MIDDLE in|for COL",
    "@have BESIDE_ALL MIDDLE COL",
)
def beside_the_average(*parts: object) -> Condition | None:
    """The average is that of all rows, whatever else the question says of those that it is about."""
    op, function = (p for p in parts if isinstance(p, str))
    columns = [p for p in parts if isinstance(p, Column)]
    if len(set(columns)) != 1 or not columns[0].is_numeric or columns[0].is_key_like or columns[0].is_year:
        return None
    return of_all_rows(columns[0], op, function)


def of_all_rows(column: Column, op: str, function: str) -> Condition:
    value = _value(column)
    name = f"average {value.label}" if function == "mean" else f"{function} {value.label}"
    measured = Measure(name=name, function=function, of=value.of)  # type: ignore[arg-type]
    overall = Statistic(query=Query(table=column.ref.table, steps=(Group(measures=(measured,)),)))
    return condition(Comparison(left=value.of, op=op, right=overall), column, value.tables)  # type: ignore[arg-type]


def _value(column: Column) -> Value:
    return Value(field_of(column), column.facts.name, column, frozenset({column.ref.table}))
