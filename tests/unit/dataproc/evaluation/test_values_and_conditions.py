"""Every expression and predicate, with missing values in reach."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from shared.plan import (
    All,
    Among,
    AmongRows,
    Anything,
    Arithmetic,
    Bin,
    Bucket,
    DayName,
    Elapsed,
    Matches,
    Measure,
    Missing,
    Not,
    NumberOf,
    Part,
    Statistic,
    Within,
)
from tests.plan_pieces import compare, count, group, keep, literal, of, query, show


def o(name: str) -> Any:
    return of("orders", name)


NORTH = compare(o("region"), "==", "North")
DEAR = compare(o("amount"), ">", 3)
MEAN = Statistic(query=query("orders", group(Measure(name="mean", function="mean", of=o("amount")))))
BOUGHT = AmongRows(of=o("customer"), query=query("customers"), column="id")
NOBODY = AmongRows(
    of=o("customer"), query=query("customers", keep(compare(of("customers", "id"), ">", 9))), column="id"
)


@pytest.mark.parametrize(
    ("where", "numbers"),
    [
        (NORTH, [0, 4]),
        (Not(of=NORTH), [1, 3, 5, 7]),
        (Not(of=NORTH, missing_too=True), [1, 2, 3, 5, 6, 7]),
        (Not(of=Not(of=NORTH, missing_too=True)), [0, 4]),
        (compare(o("region"), "!=", "North"), [1, 3, 5, 7]),
        (DEAR, [3, 4, 5, 6]),
        (compare(o("region"), "==", " nORTH ", fold_case=True), [0, 4]),
        (compare(o("note"), "==", "abc", fold_case=True), [3]),
        (compare(o("ordered"), "==", literal("2024-01-10", "date")), [1]),
        (compare(o("sent"), "<", literal("2024-01-02", "date")), [0]),
        (compare(o("ordered"), ">=", literal("2024-02-24T00:00:00", "datetime")), [6, 7]),
        (compare(o("paid"), "==", True), [0, 3, 6]),
        (compare(o("pieces"), ">", o("amount")), []),
        (Among(of=o("region"), values=("North", "East")), [0, 3, 4, 7]),
        (Not(of=Among(of=o("region"), values=("North", "East"))), [1, 5]),
        (Not(of=Among(of=o("region"), values=())), [0, 1, 3, 4, 5, 7]),
        (Among(of=o("ordered"), values=("2024-01-01", "2024-02-24")), [0, 6]),
        (BOUGHT, [0, 1, 4, 5]),
        (Not(of=BOUGHT), [2, 3, 7]),
        (Not(of=BOUGHT, missing_too=True), [2, 3, 6, 7]),
        (Not(of=NOBODY), [0, 1, 2, 3, 4, 5, 7]),
        (Matches(of=o("note"), how="contains", text="EUR"), []),
        (Matches(of=o("note"), how="starts", text="usd"), [5]),
        (Matches(of=o("note"), how="ends", text="€"), [1]),
        (Matches(of=o("note"), how="contains", text="%"), []),
        (Not(of=Matches(of=o("note"), how="contains", text="2")), [3, 5, 6]),
        (Missing(of=o("amount")), [2, 7]),
        (Not(of=Missing(of=o("amount"))), [0, 1, 3, 4, 5, 6]),
        (Within(of=o("ordered"), start="2024-01-10", end="2024-01-28"), [1, 2]),
        (Within(of=o("sent"), start=None, end="2024-01-02T12:00:00"), [0]),
        (Not(of=Within(of=o("ordered"), start="2024-01-10", end=None)), [0]),
        (All(of=(NORTH, DEAR)), [4]),
        (All(of=()), [0, 1, 2, 3, 4, 5, 6, 7]),
        (Anything(of=(NORTH, DEAR)), [0, 3, 4, 5, 6]),
        (Not(of=All(of=(NORTH, DEAR))), [0, 1, 3, 5, 7]),
        (Not(of=Anything(of=(NORTH, DEAR))), [1]),
        (compare(o("amount"), ">", MEAN), [5, 6]),
    ],
)
def test_a_condition_keeps_these_rows(rows: Any, where: Any, numbers: list[int]) -> None:
    every = [row[0] for row in rows(show(sent=o("sent")))]
    assert [every.index(row[0]) for row in rows(keep(where), show(sent=o("sent")))] == numbers


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (o("price"), [1, 2, 3, 4, 5, 6, 7, None]),
        (o("amount"), [1.5, 2, None, 4, 5, 9, 9, None]),
        (Arithmetic(op="+", left=o("amount"), right=o("pieces")), [2.5, 4, None, 8, 10, None, 9, None]),
        (Arithmetic(op="-", left=o("amount"), right=literal(1)), [0.5, 1, None, 3, 4, 8, 8, None]),
        (Arithmetic(op="*", left=o("price"), right=o("pieces")), [1, 4, 9, 16, 25, None, 0, None]),
        (Arithmetic(op="/", left=o("pieces"), right=literal(2)), [0.5, 1, 1.5, 2, 2.5, None, 0, 4]),
        (Arithmetic(op="/", left=o("price"), right=o("pieces")), [1, 1, 1, 1, 1, None, None, None]),
        (Part(part="year", of=o("ordered")), [2024, 2024, 2024, 2024, None, 2024, 2024, 2024]),
        (Part(part="quarter", of=o("ordered")), [1, 1, 1, 1, None, 1, 1, 1]),
        (Part(part="month", of=o("ordered")), [1, 1, 1, 1, None, 2, 2, 3]),
        (Part(part="day", of=o("ordered")), [1, 10, 19, 28, None, 15, 24, 4]),
        (Part(part="weekday", of=o("ordered")), [1, 3, 5, 7, None, 4, 6, 1]),
        (Part(part="hour", of=o("sent")), [5, 12, 19, 2, 9, 16, 23, 6]),
        (Part(part="hour", of=o("ordered")), [0, 0, 0, 0, None, 0, 0, 0]),
        (DayName(of=o("ordered")), ["Monday", "Wednesday", "Friday", "Sunday", None, "Thursday", "Saturday", "Monday"]),
        (Bin(width=3, of=o("amount")), [0, 0, None, 3, 3, 9, 9, None]),
        (Bin(width=2.5, of=Arithmetic(op="-", left=o("amount"), right=literal(5))), [-5, -5, None, -2.5, 0, 2.5, 2.5, None]),
        (Elapsed(unit="days", start=literal("2023-12-31", "date"), end=o("ordered")), [1, 10, 19, 28, None, 46, 55, 64]),
        (Elapsed(unit="hours", start=literal("2024-01-01", "date"), end=o("sent")), [5 + 31 * i for i in range(8)]),
        (Elapsed(unit="minutes", start=o("sent"), end=literal("2024-01-01T05:00:30", "datetime")), [0.5 - 1860 * i for i in range(8)]),
        (NumberOf(of=o("note")), [1234.5, -12, None, None, None, 5, None, None]),
        (MEAN, [pytest.approx(30.5 / 6)] * 8),
    ],
)  # fmt: skip
def test_a_value_is_computed_row_by_row(rows: Any, value: Any, expected: list[Any]) -> None:
    assert [row[0] for row in rows(show(value=value))] == expected


@pytest.mark.parametrize(
    ("unit", "first", "last"),
    [
        ("day", dt.date(2024, 1, 1), dt.date(2024, 1, 10)),
        ("week", dt.date(2024, 1, 1), dt.date(2024, 1, 8)),
        ("month", dt.date(2024, 1, 1), dt.date(2024, 1, 1)),
        ("quarter", dt.date(2024, 1, 1), dt.date(2024, 1, 1)),
        ("year", dt.date(2024, 1, 1), dt.date(2024, 1, 1)),
    ],
)
def test_a_bucket_is_its_first_day(rows: Any, unit: Any, first: dt.date, last: dt.date) -> None:
    found = [row[0] for row in rows(show(value=Bucket(unit=unit, of=o("sent"))))]
    assert (found[0], found[-1]) == (first, last)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1,234.5", 1234.5), ("1,234.5 €", 1234.5), ("$7", 7), ("$-7", -7), ("-$7", -7), ("1,000,000", 1e6), ("12 kg", 12), ("5%", 5),
        ("1,5", None), ("007", 7), ("Lot 5", None), ("10-12", None), ("2024-05-01", None), ("1.2.3", None), ("(5)", None), ("", None),
    ],
)  # fmt: skip
def test_the_number_that_a_text_consists_of(evaluator: Any, text: str, number: float | None) -> None:
    import pyarrow as pa

    plan = query("t", show(number=NumberOf(of=of("t", "text"))))
    (found,) = evaluator.evaluate([plan], {"t": pa.table({"text": [text]})})
    assert found.table.to_pydict() == {"number": [number]}


@pytest.mark.parametrize(
    "where",
    [
        compare(o("region"), ">", 3),
        compare(o("amount"), "==", "3"),
        compare(o("paid"), "==", 1),
        compare(o("amount"), ">", 1, fold_case=True),
        compare(o("nothing"), ">", 1),
        compare(of("nobody", "amount"), ">", 1),
        Among(of=o("amount"), values=("a",)),
        AmongRows(of=o("region"), query=query("customers"), column="id"),
        AmongRows(of=o("region"), query=query("customers"), column="nothing"),
        Matches(of=o("amount"), how="contains", text="1"),
        Within(of=o("region"), start="2024-01-01", end=None),
        Within(of=o("ordered"), start="soon", end=None),
        compare(o("ordered"), ">", literal("soon", "date")),
        compare(Arithmetic(op="+", left=o("region"), right=o("region")), "==", "x"),
        compare(Arithmetic(op="+", left=o("paid"), right=o("paid")), "==", 1),
        compare(Part(part="year", of=o("amount")), "==", 1),
        compare(Statistic(query=query("customers")), "==", 1),
        compare(o("amount"), "==", literal("3", "number")),
    ],
)
def test_what_has_no_meaning_is_refused(refusal: Any, where: Any) -> None:
    assert refusal(keep(where), group(count())).code == "ill_typed"


def test_a_statistic_of_several_rows_is_refused(refusal: Any) -> None:
    several = Statistic(query=query("customers", show(id=of("customers", "id"))))
    assert refusal(keep(compare(o("pieces"), "==", several))).code == "not_single"


def test_a_statistic_of_no_row_is_missing(rows: Any) -> None:
    none = Statistic(
        query=query("customers", keep(compare(of("customers", "id"), ">", 9)), show(id=of("customers", "id")))
    )
    assert rows(keep(compare(o("pieces"), ">", none)), group(count())) == [(0,)]
