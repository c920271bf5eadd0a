"""When two results are the same, and where they part when they are not."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

import pytest

from shared.plan import Derive, Distinct, Pivot, Sort, Take
from shared.plan.agreement import compare, sorted_by
from shared.plan.result import Result
from tests.plan_pieces import by, count, group, made, of, query, show


def result(*rows: tuple[Any, ...], columns: tuple[str, ...] = ("a", "b", "c")) -> Result:
    width = len(rows[0]) if rows else len(columns)
    return Result.of_columns(columns[:width], list(zip(*rows, strict=True)) or [[]] * width)


def sketched(found: Result) -> Result:
    return found.within(0, 0)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ([(1,)], [(1.0,)]),
        ([(0.1 + 0.2,)], [(0.3,)]),
        ([(1e17,)], [(1e17 + 100,)]),
        ([(1e-17,)], [(0,)]),
        ([(None,)], [(math.nan,)]),
        ([(dt.date(2024, 5, 1),)], [(dt.datetime(2024, 5, 1),)]),
        ([(dt.date(2024, 5, 1),)], [("2024-05-01",)]),
        ([("x", 1), ("y", 2)], [("y", 2), ("x", 1)]),
        ([(1.0, 3), (1.0 + 1e-15, 2)], [(1.0, 2), (1.0 + 1e-15, 3)]),
        ([], []),
    ],
)
def test_these_agree(first: list[Any], second: list[Any]) -> None:
    assert compare(result(*first), result(*second)) is None
    assert compare(result(*second), result(*first)) is None
    assert compare(sketched(result(*first)), sketched(result(*second))) is None


@pytest.mark.parametrize(
    ("first", "second", "kind", "column", "row"),
    [
        ([(1,)], [(1.00001,)], "values", "a", 0),
        ([(1,)], [(True,)], "values", "a", 0),
        ([(1,)], [("1",)], "values", "a", 0),
        ([(0,)], [(None,)], "values", "a", 0),
        ([("x", 1), ("y", 2)], [("x", 2), ("y", 1)], "values", "b", 0),
        ([("x", 1), ("x", 1), ("y", 2)], [("x", 1), ("y", 2), ("y", 2)], "values", "a", 1),
        ([(1,), (2,)], [(1,)], "rows", None, None),
        ([(1, 2)], [(1,)], "columns", None, None),
    ],
)
def test_these_differ(first: list[Any], second: list[Any], kind: str, column: str | None, row: int | None) -> None:
    found = compare(result(*first), result(*second))
    assert found is not None and (found.kind, found.column, found.row) == (kind, column, row)
    large = compare(sketched(result(*first)), sketched(result(*second)))
    assert large is not None and large.kind == kind


def test_order_counts_where_the_plan_sorts_and_ties_do_not() -> None:
    first, second = result((1, "x"), (1, "y"), (2, "z")), result((1, "y"), (1, "x"), (2, "z"))
    assert compare(first, second, order=("a",)) is None
    turned = compare(first, result((2, "z"), (1, "x"), (1, "y")), order=("a",))
    assert turned is not None and (turned.kind, turned.column, turned.row) == ("order", "a", 0)
    assert compare(first, second, order=("hidden", "a", "b")) is None


def test_columns_are_told_by_name_where_there_are_several() -> None:
    assert compare(result((1, 2), columns=("a", "b")), result((1, 2), columns=("b", "a"))) is not None
    assert compare(result((1, 2), columns=("a", "2024")), result((1, 2), columns=("a", "2024.0"))) is None
    assert compare(result((1,), columns=("total",)), Result.of_value(1)) is None


def test_numbers_that_changed_places_are_seen_without_the_rows() -> None:
    first = result(*((f"name {number}", float(number)) for number in range(500)))
    second = result(*((f"name {number}", float(499 - number)) for number in range(500)))
    found = compare(sketched(first), sketched(second))
    assert found is not None and found.kind == "values"


def test_infinity_and_elapsed_time_are_texts() -> None:
    found = Result.of_columns(
        ("a", "b"), ([math.inf, -math.inf], [dt.timedelta(days=-1, hours=1), dt.timedelta(0, 1, 5)])
    )
    assert found.rows == (("inf", "-1 days +01:00:00"), ("-inf", "0 days 00:00:01.000005"))


A, B = of("t", "a"), of("t", "b")


@pytest.mark.parametrize(
    ("steps", "order"),
    [
        ((), ()),
        ((Sort(by=(by(A), by(B, descending=True))),), ("a", "b")),
        ((Sort(by=(by(A),)), Sort(by=(by(B),))), ("b", "a")),
        ((Sort(by=(by(A), by(B))), show(x=A)), ("x",)),
        ((Sort(by=(by(A), by(B))), show(x=B)), ()),
        ((Sort(by=(by(A),)), Derive(name="d", of=B), Distinct()), ("a",)),
        ((Sort(by=(by(A),)), group(count(), k=B)), ("k",)),
        ((group(count(), k=B), Take(count=3, by=made("rows"))), ("rows", "k")),
        ((Take(count=1, by=A, within=(B,)),), ("b", "a")),
        ((Sort(by=(by(A),)), Take(count=1)), ("a",)),
        ((group(count(), k=B, c=A), Pivot(rows=made("k"), columns=made("c"), values=made("rows"))), ("k",)),
    ],
)
def test_what_a_plan_sorts_by(steps: Any, order: tuple[str, ...]) -> None:
    assert sorted_by(query("t", *steps)) == order
