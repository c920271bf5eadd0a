"""What a plan may add up or average: numbers, and texts that are each one number with the same words around it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from services.nlq.planner.facts import Decline
from services.nlq.planner.linking.schema import Column, Schema
from services.nlq.planning.plan import (
    AnyOf,
    ColumnRef,
    CompareStatistic,
    Condition,
    Contrast,
    Function,
    InQuery,
    Plan,
    Share,
    TableQuery,
)
from shared.columns import ColumnType, Family

# What each function of arithmetic is called in a refusal; the others (count, nunique, min, max, mode) hold for any column.
ARITHMETIC: dict[Function, str] = {
    "sum": "total", "mean": "average", "median": "median", "std": "standard deviation", "var": "variance", "skew": "skewness",
    "kurt": "kurtosis", "range": "range", "iqr": "interquartile range", "q1": "first quartile", "q3": "third quartile",
    "cv": "coefficient of variation",
}  # fmt: skip
# No word before the number but a currency, and no zero in front of it: 'Room 5' and '007' name things.
_ONE_NUMBER = re.compile(
    r"(?P<before>[^\w(-]*|[A-Z]{3}\s*)-?(?:[1-9]\d{0,2}(?:,\d{3})+|0|[1-9]\d*)(?:\.\d+)?(?P<after>\D*)"
)
_MOST_SHOWN = 3


def refused(plan: Plan, schema: Schema) -> Decline | None:
    """Why a plan is not computed: it does arithmetic with a column that holds no numbers. pandas would join the texts."""
    for function, ref, as_number in _computed(plan):
        column = schema.column(ref)
        if column.family is not Family.TEXT or (as_number and is_one_quantity(column)):
            continue
        if function in ARITHMETIC or as_number:
            return _decline(function, column)
    return None


def is_one_quantity(column: Column) -> bool:
    """Whether every text is known and one number in the same words: '3 km' beside '20 km', but not beside '500 m'."""
    facts = column.facts
    found = [_ONE_NUMBER.fullmatch(value.strip()) for value in facts.values]
    around = {(match["before"].strip(), match["after"].strip()) for match in found if match}
    return facts.type is not ColumnType.IDENTIFIER and facts.values_complete and None not in found and len(around) == 1


def _computed(plan: Plan) -> Iterator[tuple[Function, ColumnRef, bool]]:
    """Every function that a plan applies to a column, and whether it is to read numbers out of texts."""
    match plan:
        case TableQuery():
            yield from ((m.function, m.column, m.as_number) for m in plan.measures if m.column)
            for condition in plan.where:
                yield from _compared(condition)
        case Share():
            yield from _computed(plan.whole)
            for condition in plan.part:
                yield from _compared(condition)
            if plan.of:
                yield "sum", plan.of, False
        case Contrast():
            yield from _computed(plan.left)
            yield from _computed(plan.right)
        case _:
            for condition in getattr(plan, "where", ()):
                yield from _compared(condition)


def _compared(condition: Condition) -> Iterator[tuple[Function, ColumnRef, bool]]:
    if isinstance(condition, CompareStatistic):
        yield condition.function, condition.column, False
    elif isinstance(condition, InQuery):
        yield from _computed(condition.query)
    elif isinstance(condition, AnyOf):
        for inner in condition.conditions:
            yield from _compared(inner)


def _decline(function: Function, column: Column) -> Decline:
    shown = ", ".join(repr(value) for value in column.facts.values[:_MOST_SHOWN])
    examples = f" ({shown})" if shown else ""
    what = ARITHMETIC.get(function, "lowest or highest number")
    return Decline(
        f"The column '{column.ref.column}' is {column.facts.type}{examples} and not a number: there is no {what} of it.",
        "Count it instead, or make it a number in the table.",
        "aggregate",
    )
