"""Every step of a plan, where ties, missing values and names that are taken make a difference."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from shared.plan import (
    AGGREGATES,
    Bucket,
    Derive,
    Distinct,
    Join,
    Measure,
    Missing,
    Part,
    Pivot,
    Sort,
    Take,
    Window,
)
from tests.plan_pieces import by, compare, count, group, keep, literal, made, of, query, show

A, B, C, D, E, F, G, H = range(8)  # the rows of `orders`, by their hour of sending
HOURS = [5, 12, 19, 2, 9, 16, 23, 6]


def o(name: str) -> Any:
    return of("orders", name)


def c(name: str) -> Any:
    return of("customers", name)


def numbered(rows: Any, *steps: Any) -> list[int]:
    """Which rows of `orders` are left, in their order."""
    return [HOURS.index(row[0]) for row in rows(*steps, show(hour=Part(part="hour", of=o("sent"))))]


PIECES = Measure(name="value", function="sum", of=o("pieces"))


@pytest.mark.parametrize("name", AGGREGATES)
def test_every_aggregate_of_nothing_is_missing_or_zero(rows: Any, name: Any) -> None:
    share = 90 if name == "percentile" else None
    measure = Measure(name="value", function=name, of=o("pieces"), percentile=share)
    nothing = 0 if name in ("count", "distinct") else None
    assert rows(keep(compare(o("pieces"), ">", 99)), group(measure)) == [(nothing,)]
    assert rows(keep(Missing(of=o("pieces"))), group(measure)) == [(nothing,)]


SAMPLE = {
    "count": 7, "distinct": 7, "sum": 23, "mean": 23 / 7, "median": 3, "min": 0, "max": 8, "std": 2.690371, "variance": 7.238095,
    "percentile": 6.2, "skewness": 0.7262744, "kurtosis": 0.3846607,
}  # fmt: skip  # of 1, 2, 3, 4, 5, 0, 8 by scipy, without bias


@pytest.mark.parametrize("name", AGGREGATES)
def test_aggregates_are_those_of_a_sample(rows: Any, name: Any) -> None:
    share = 90 if name == "percentile" else None
    ((found,),) = rows(group(Measure(name="value", function=name, of=o("pieces"), percentile=share)))
    assert found == pytest.approx(SAMPLE[name], rel=1e-6)


def test_a_group_has_no_row_for_a_missing_key_and_is_in_order(rows: Any) -> None:
    assert rows(group(count(), PIECES, region=o("region"))) == [("East", 2, 12), ("North", 2, 6), ("South", 2, 2)]


def test_a_measure_of_its_own_rows(rows: Any) -> None:
    paid = compare(o("paid"), "==", True)
    of_paid = Measure(name="value", function="sum", of=o("pieces"), where=paid)
    found = rows(group(count(where=paid), of_paid, count("unsaid", where=Missing(of=o("paid"))), region=o("region")))
    assert found == [("East", 1, 4, 0), ("North", 1, 1, 0), ("South", 0, None, 1)]


def test_a_group_without_keys_has_one_row_even_of_none(rows: Any) -> None:
    assert rows(keep(compare(o("pieces"), ">", 99)), group(count(), PIECES)) == [(0, None)]


def test_a_group_of_a_group(rows: Any) -> None:
    monthly = group(PIECES, month=Bucket(unit="month", of=o("ordered")))
    assert rows(monthly) == [(dt.date(2024, 1, 1), 10), (dt.date(2024, 2, 1), 0), (dt.date(2024, 3, 1), 8)]
    assert rows(monthly, group(Measure(name="mean", function="mean", of=made("value")))) == [(6,)]


def test_a_date_keeps_its_type_under_its_extremes(rows: Any) -> None:
    ends = group(*(Measure(name=name, function=name, of=o("ordered")) for name in ("min", "max")))
    assert rows(ends) == [(dt.date(2024, 1, 1), dt.date(2024, 3, 4))]


def test_a_join_keeps_rows_without_a_partner_and_meets_several(rows: Any) -> None:
    joined = Join(table="customers", left=o("customer"), right="id", multiplies=True)
    found = rows(joined, show(order=o("customer"), name=c("name"), region=c("region")), Sort(by=(by(made("order")),)))
    assert found == [
        (1, "Ann", "v"), (1, "Ann", "v"), (2, "Bo", "w"), (2, "Bob", "x"), (2, "Bo", "w"), (2, "Bob", "x"), (3, None, None),
        (4, None, None), (4, None, None), (None, None, None),
    ]  # fmt: skip


def test_columns_of_a_joined_table_are_told_apart(outcome: Any) -> None:
    joined = Join(table="customers", left=o("customer"), right="id")
    assert outcome(query("orders", joined)).table.column_names[-3:] == ["id", "name", "region (customers)"]
    itself = Join(table="customers", alias="others", left=c("id"), right="id")
    names = outcome(query("customers", itself)).table.column_names
    assert names == ["id", "name", "region", "id (others)", "name (others)", "region (others)"]


@pytest.mark.parametrize(
    ("keys", "order"),
    [
        ((by(o("amount")),), [A, B, D, E, F, G, C, H]),
        ((by(o("amount"), descending=True),), [F, G, E, D, B, A, C, H]),
        ((by(o("region"), descending=True), by(o("amount"))), [B, F, A, E, D, H, G, C]),
        ((by(o("paid")),), [B, E, H, A, D, G, C, F]),
    ],
)
def test_missing_values_are_sorted_last_and_ties_keep_their_order(rows: Any, keys: Any, order: list[int]) -> None:
    assert numbered(rows, Sort(by=keys)) == order


@pytest.mark.parametrize(
    ("take", "order"),
    [
        (Take(count=1, by=o("amount")), [F, G]),
        (Take(count=3, by=o("amount")), [F, G, E]),
        (Take(count=1, skip=1, by=o("amount")), [E]),
        (Take(count=2, skip=1, by=o("amount")), [E, D]),
        (Take(count=2, by=o("amount"), descending=False), [A, B]),
        (Take(count=99, by=o("amount"), descending=False), [A, B, D, E, F, G]),
        (Take(count=1, by=o("amount"), within=(o("region"),)), [D, E, F]),
        (Take(count=1, skip=1, by=o("amount"), within=(o("region"),)), [A, B]),
        (Take(count=2, descending=False), [A, B]),
        (Take(count=2, skip=1, descending=False), [B, C]),
        (Take(count=2, skip=1), [F, G]),
        (Take(count=1, descending=False, within=(o("region"),)), [A, B, D]),
        (Take(count=1, within=(o("region"),)), [E, F, H]),
    ],
)
def test_taking_the_greatest_takes_what_ties(rows: Any, take: Take, order: list[int]) -> None:
    assert numbered(rows, take) == order


def test_the_greatest_of_each_group_come_group_by_group_though_the_groups_were_ordered_already(rows: Any) -> None:
    grouped = group(PIECES, region=o("region"), paid=o("paid"))
    assert rows(grouped, Take(count=1, by=made("value"), within=(made("region"),))) == [
        ("East", False, 8),
        ("North", False, 5),
        ("South", False, 2),
    ]


def test_taking_the_last_of_a_sort_turns_it_round(rows: Any) -> None:
    ordered = Sort(by=(by(o("amount"), descending=True),))
    assert numbered(rows, ordered, Take(count=3)) == [A, C, H]
    assert numbered(rows, ordered, Take(count=3, descending=False)) == [F, G, E]


def test_distinct_keeps_the_first_of_each(rows: Any) -> None:
    assert rows(Distinct(of=(o("region"),))) == [("North",), ("South",), (None,), ("East",)]
    assert rows(show(region=o("region")), Distinct()) == [("North",), ("South",), (None,), ("East",)]
    assert rows(Distinct(of=(o("region"), o("paid"))), group(count())) == [(8,)]


@pytest.mark.parametrize(
    ("window", "values"),
    [
        ({"function": "running"}, [1, 3, 6, 10, 15, None, 15, 23]),
        ({"function": "running", "of": o("region")}, [1, 2, 2, 3, 4, 5, 5, 6]),
        ({"function": "running", "within": (o("region"),)}, [1, 2, None, 4, 6, None, None, 12]),
        ({"function": "running", "order": (by(o("amount"), descending=True),)}, [12, 11, 15, 9, 5, None, 0, 23]),
        ({"function": "moving", "size": 2}, [None, 1.5, 2.5, 3.5, 4.5, None, None, 4]),
        ({"function": "previous"}, [None, 1, 2, 3, 4, 5, None, 0]),
        ({"function": "previous", "size": 3}, [None, None, None, 1, 2, 3, 4, 5]),
        ({"function": "previous", "of": o("region")}, [None, "North", "South", None, "East", "North", "South", None]),
        ({"function": "previous", "within": (o("region"),)}, [None, None, None, None, 1, 2, None, 4]),
        ({"function": "difference"}, [None, 1, 1, 1, 1, None, None, 8]),
        ({"function": "growth"}, [None, 100, 50, 100 / 3, 25, None, None, None]),
        ({"function": "rank", "of": o("amount")}, [6, 5, None, 4, 3, 1, 1, None]),
        ({"function": "rank", "of": o("amount"), "order": (by(o("amount")),)}, [1, 2, None, 3, 4, 5, 5, None]),
        ({"function": "rank", "of": o("amount"), "within": (o("region"),)}, [2, 2, None, 1, 1, 1, None, None]),
        ({"function": "share"}, [100 / 23, 200 / 23, 300 / 23, 400 / 23, 500 / 23, None, 0, 800 / 23]),
        ({"function": "share", "within": (o("region"),)}, [100 / 6, 100, None, 100 / 3, 500 / 6, None, None, 200 / 3]),
    ],
)  # fmt: skip
def test_a_window_looks_at_neighbours_and_leaves_rows_where_they_are(rows: Any, window: Any, values: list[Any]) -> None:
    step = Window(**{"name": "value", "of": o("pieces"), **window})
    found = rows(step, show(hour=Part(part="hour", of=o("sent")), value=made("value")), Sort(by=(by(made("hour")),)))
    by_row = {HOURS.index(hour): value for hour, value in found}
    assert [by_row[row] for row in range(8)] == [
        value if value is None or isinstance(value, str) else pytest.approx(value) for value in values
    ]


def test_a_share_of_nothing_is_missing(rows: Any) -> None:
    zero = keep(compare(o("pieces"), "==", 0))
    assert rows(zero, Window(name="share", function="share", of=o("pieces")), show(share=made("share"))) == [(None,)]


def test_a_pivot_has_a_column_for_each_value(outcome: Any) -> None:
    paid = group(PIECES, region=o("region"), paid=o("paid"))
    plan = query("orders", paid, Pivot(rows=made("region"), columns=made("paid"), values=made("value")))
    assert outcome(plan).table.to_pydict() == {
        "region": ["East", "North", "South"],
        "False": [8, 5, 2],
        "True": [4, 1, None],
    }
    filled = query("orders", paid, Pivot(rows=made("region"), columns=made("paid"), values=made("value"), fill=0))
    assert outcome(filled).table.to_pydict()["True"] == [4, 1, 0]
    months = group(PIECES, region=o("region"), month=Part(part="month", of=o("ordered")))
    by_month = query("orders", months, Pivot(rows=made("region"), columns=made("month"), values=made("value")))
    assert outcome(by_month).table.column_names == ["region", "1", "2", "3"]


def test_columns_that_a_step_made_can_be_used_by_the_next(rows: Any) -> None:
    longer = Derive(name="more", of=o("amount"))
    assert rows(longer, keep(compare(made("more"), ">", 8)), group(count())) == [(2,)]


def test_no_column_at_all_still_counts_rows(rows: Any) -> None:
    assert rows(group(count())) == [(8,)]
    assert rows(show(one=literal(1)), group(count())) == [(8,)]


@pytest.mark.parametrize(
    "steps",
    [
        (Derive(name="amount", of=o("pieces")),),
        (Window(name="amount", function="running", of=o("pieces")),),
        (Window(name="x", function="share", of=o("region")),),
        (Window(name="x", function="rank", of=o("amount"), order=(by(o("pieces")),)),),
        (group(Measure(name="x", function="sum", of=o("region"))),),
        (group(Measure(name="x", function="sum")),),
        (group(Measure(name="x", function="percentile", of=o("pieces"))),),
        (group(Measure(name="x", function="percentile", of=o("pieces"), percentile=101)),),
        (group(Measure(name="x", function="mean", of=o("pieces"), percentile=10)),),
        (group(),),
        (group(count("x"), x=o("region")),),
        (group(count()), keep(compare(o("amount"), ">", 1))),
        (Join(table="customers", left=o("region"), right="id"),),
        (Join(table="nobody", left=o("region"), right="id"),),
        (Join(table="orders", left=o("region"), right="region"),),
        (Pivot(rows=o("region"), columns=o("paid"), values=o("pieces")), keep(compare(o("amount"), ">", 1))),
        (keep(compare(o("pieces"), ">", 0)), Pivot(rows=o("paid"), columns=o("paid"), values=o("pieces"))),
    ],
)
def test_steps_without_a_meaning_are_refused(refusal: Any, steps: Any) -> None:
    assert refusal(*steps).code == "ill_typed"
