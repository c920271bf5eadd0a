"""Values of a row, with and without gaps, and single values reckoned with."""

from __future__ import annotations

from pathlib import Path
from typing import Any, get_args

import pyarrow as pa
import pytest

from services.nlq.planner.codegen import IllTyped
from shared.plan import (
    Among,
    Arithmetic,
    Bin,
    Bucket,
    Comparison,
    DayName,
    Derive,
    Elapsed,
    Expression,
    Field,
    Group,
    Keep,
    Literal,
    Measure,
    Named,
    NumberOf,
    Part,
    Query,
    Show,
    Statistic,
    Within,
)

from .conftest import cells_of, compute
from .tables import TABLES, D, T


def column(name: str, table: str = "orders") -> Field:
    return Field(name=name, table=table)


def number(value: float) -> Literal:
    return Literal(value=value, type="number")


def day(value: str) -> Literal:
    return Literal(value=value, type="date")


def reckon(left: Any, op: Any, right: Any) -> Arithmetic:
    return Arithmetic(op=op, left=left, right=right)


def total(name: str) -> Statistic:
    return Statistic(query=Query(table="orders", steps=(Group(measures=(Measure(name=f"total {name}", function="sum", of=column(name)),)),)))  # fmt: skip


AMOUNT, QUANTITY, BONUS, ORDERED, SHIPPED = map(column, ("amount", "quantity", "bonus", "ordered", "shipped"))
CASES: dict[str, tuple[Any, list[Any]]] = {
    "a field": (AMOUNT, [100, 50, None, 30, 50, 0]),
    "a number": (number(7), [7] * 6),
    "a text": (Literal(value='it\'s "so"\n', type="text"), ['it\'s "so"\n'] * 6),
    "a truth": (Literal(value=True, type="boolean"), [True] * 6),
    "a day": (day("2024-05-06"), ["2024-05-06"] * 6),
    "a moment": (Literal(value="2024-05-06T07:08:09", type="datetime"), ["2024-05-06T07:08:09"] * 6),
    "+": (reckon(AMOUNT, "+", QUANTITY), [101, 52, None, 34, 55, 0]),
    "-": (reckon(QUANTITY, "-", BONUS), [0, None, 0, None, 0, 0]),
    "*": (reckon(QUANTITY, "*", number(-2)), [-2, -4, -6, -8, -10, 0]),
    "/": (reckon(AMOUNT, "/", QUANTITY), [100, 25, None, 7.5, 10, None]),
    "/ with gaps": (reckon(QUANTITY, "/", BONUS), [1, None, 1, None, 1, None]),
    "/ number": (reckon(QUANTITY, "/", number(4)), [0.25, 0.5, 0.75, 1, 1.25, 0]),
    "/ zero": (reckon(QUANTITY, "/", number(0)), [None] * 6),
    "/ expression": (reckon(number(12), "/", reckon(QUANTITY, "-", number(1))), [None, 12, 6, 4, 3, -12]),
    "brackets": (reckon(reckon(QUANTITY, "-", number(1)), "*", reckon(number(2), "-", reckon(number(3), "-", number(4)))), [0, 3, 6, 9, 12, -3]),
    "share of all": (reckon(reckon(number(100), "*", AMOUNT), "/", total("amount")), [43.47826087, 21.739130435, None, 13.043478261, 21.739130435, 0]),
    "year": (Part(part="year", of=ORDERED), [2024, 2024, 2024, 2023, None, 2024]),
    "quarter": (Part(part="quarter", of=ORDERED), [1, 1, 1, 4, None, 1]),
    "month": (Part(part="month", of=ORDERED), [1, 1, 2, 12, None, 2]),
    "day": (Part(part="day", of=ORDERED), [1, 7, 29, 31, None, 1]),
    "weekday": (Part(part="weekday", of=ORDERED), [1, 7, 4, 7, None, 4]),
    "hour": (Part(part="hour", of=SHIPPED), [12, 6, None, 0, 18, 0]),
    "bucket of days": (Bucket(unit="day", of=SHIPPED), ["2024-01-02", "2024-01-07", None, "2024-01-01", "2024-03-01", "2024-02-01"]),
    "bucket of weeks": (Bucket(unit="week", of=ORDERED), ["2024-01-01", "2024-01-01", "2024-02-26", "2023-12-25", None, "2024-01-29"]),
    "bucket of months": (Bucket(unit="month", of=SHIPPED), ["2024-01-01", "2024-01-01", None, "2024-01-01", "2024-03-01", "2024-02-01"]),
    "bucket of quarters": (Bucket(unit="quarter", of=ORDERED), ["2024-01-01", "2024-01-01", "2024-01-01", "2023-10-01", None, "2024-01-01"]),
    "bucket of years": (Bucket(unit="year", of=ORDERED), ["2024-01-01", "2024-01-01", "2024-01-01", "2023-01-01", None, "2024-01-01"]),
    "names of days": (DayName(of=ORDERED), ["Monday", "Sunday", "Thursday", "Sunday", None, "Thursday"]),
    "bins": (Bin(width=2, of=QUANTITY), [0, 2, 2, 4, 4, 0]),
    "bins below zero": (Bin(width=2, of=reckon(QUANTITY, "-", number(4))), [-4, -2, -2, 0, 0, -4]),
    "bins with gaps": (Bin(width=2, of=BONUS), [0, None, 2, None, 4, 0]),
    "bins of decimals": (Bin(width=30, of=AMOUNT), [90, 30, None, 30, 30, 0]),
    "bins of a fraction": (Bin(width=0.1, of=QUANTITY), [1, 2, 3, 4, 5, 0]),
    "days": (Elapsed(unit="days", start=ORDERED, end=SHIPPED), [1.5, 0.25, None, 1, None, 0]),
    "hours": (Elapsed(unit="hours", start=ORDERED, end=SHIPPED), [36, 6, None, 24, None, 0]),
    "minutes": (Elapsed(unit="minutes", start=SHIPPED, end=ORDERED), [-2160, -360, None, -1440, None, 0]),
    "seconds": (Elapsed(unit="seconds", start=day("2024-01-01"), end=SHIPPED), [129600, 540000, None, 0, 5248800, 2678400]),
    "numbers in texts": (NumberOf(of=column("weight")), [1200, -5.5, None, None, None, 80]),
    "a statistic": (total("quantity"), [15] * 6),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_a_value_of_each_row(case: str, tmp_path: Path) -> None:
    of, expected = CASES[case]
    for steps in (
        (Show(columns=(Named(name="found", of=of),)),),
        (Derive(name="found", of=of), Show(columns=(Named(name="shown", of=Field(name="found")),))),
    ):
        found = cells_of(compute(Query(table="orders", steps=steps), TABLES, tmp_path))
        assert [cell for (cell,) in found] == expected


@pytest.mark.parametrize("case", CASES)
def test_groups_are_made_by_it(case: str, tmp_path: Path) -> None:
    of, expected = CASES[case]
    by = Named(name="found", of=of)
    counted = Group(by=(by,), measures=(Measure(name="rows", function="count"),))
    found = cells_of(compute(Query(table="orders", steps=(counted,)), TABLES, tmp_path))
    keys = sorted({cell for cell in expected if cell is not None})
    assert found == [(key, expected.count(key)) for key in keys]
    distinct = cells_of(compute(Query(table="orders", steps=(Group(by=(by,)),)), TABLES, tmp_path))
    assert distinct == [(key,) for key in keys]


def test_every_kind_of_expression_is_tried() -> None:
    kinds = get_args(get_args(Expression)[0])
    assert {type(of) for of, _ in CASES.values()} == set(kinds)


def test_single_values_are_reckoned_with(tmp_path: Path) -> None:
    """The measures of one row are variables: a ratio with its own denominator, and one that divides by nothing."""
    measures = (
        Measure(name="big", function="count", where=CASES_BIG),
        Measure(name="all", function="count"),
        Measure(name="none", function="count", where=CASES_NONE),
        Measure(name="first", function="min", of=ORDERED),
        Measure(name="last", function="max", of=SHIPPED),
    )
    big, everything, none, first, last = (Field(name=m.name) for m in measures)
    for of, expected in (
        (reckon(reckon(number(100), "*", big), "/", everything), 50),
        (reckon(big, "/", none), None),
        (reckon(big, "-", reckon(everything, "-", none)), -3),
        (Elapsed(unit="days", start=first, end=last), 61.75),
        (Bucket(unit="month", of=last), "2024-03-01"),
        (Bucket(unit="day", of=last), "2024-03-01"),
        (Part(part="weekday", of=last), 5),
        (Part(part="hour", of=last), 18),
        (Bin(width=4, of=everything), 4),
    ):
        plan = Query(table="orders", steps=(Group(measures=measures), Show(columns=(Named(name="x", of=of),))))
        assert cells_of(compute(plan, TABLES, tmp_path)) == expected
        derived = Query(table="orders", steps=(Group(measures=measures), Derive(name="x", of=of)))
        assert cells_of(compute(derived, TABLES, tmp_path))[0][-1] == expected


CASES_BIG = Keep.model_validate(
    {"where": {"kind": "comparison", "left": QUANTITY, "op": ">", "right": number(2)}}
).where
CASES_NONE = Keep.model_validate(
    {"where": {"kind": "comparison", "left": QUANTITY, "op": ">", "right": number(9)}}
).where


def test_points_in_time_with_a_zone_are_bucketed_by_their_own_clock(tmp_path: Path) -> None:
    moments = pa.array([T(2024, 1, 31, 23, 30), None], pa.timestamp("us", tz="UTC"))
    tables = {"log": pa.table({"at": moments, "on": pa.array([D(2024, 1, 1), None], pa.date32())})}
    for unit, expected in (("day", "2024-01-31"), ("month", "2024-01-01"), ("week", "2024-01-29")):
        of = Bucket(unit=unit, of=Field(name="at", table="log"))
        plan = Query(table="log", steps=(Show(columns=(Named(name="x", of=of),)),))
        assert cells_of(compute(plan, tables, tmp_path)) == [(expected,), (None,)]
    at = Field(name="at", table="log")
    for where, rows in (
        (Among(of=at, values=("2024-01-31T23:30:00",)), 1),
        (Within(of=at, start="2024-01-31", end="2024-02-01"), 1),
        (Comparison(left=at, op="<", right=Literal(value="2024-01-31T23:30:00", type="datetime")), 0),
    ):
        plan = Query(table="log", steps=(Group(measures=(Measure(name="n", function="count", where=where),)),))
        assert cells_of(compute(plan, tables, tmp_path)) == rows


@pytest.mark.parametrize(
    "of",
    [
        reckon(column("region"), "+", number(1)),
        Part(part="year", of=AMOUNT),
        Bucket(unit="year", of=column("region")),
        Elapsed(unit="days", start=AMOUNT, end=SHIPPED),
        NumberOf(of=AMOUNT),
        Statistic(query=Query(table="orders")),
        column("nowhere"),
        column("amount", "customers"),
        Field(name="amount"),
    ],
)
def test_what_a_column_does_not_have_is_refused(of: Any, tmp_path: Path) -> None:
    with pytest.raises(IllTyped):
        compute(Query(table="orders", steps=(Derive(name="x", of=of),)), TABLES, tmp_path)
