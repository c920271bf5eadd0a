"""Which rows each condition keeps, negated and not: of a gap nothing can be said, so that neither keeps it."""

from __future__ import annotations

from pathlib import Path
from typing import Any, get_args

import pytest

from services.nlq.planner.codegen import IllTyped
from shared.plan import (
    All,
    Among,
    AmongRows,
    Anything,
    Arithmetic,
    Comparison,
    Field,
    Group,
    Join,
    Keep,
    Literal,
    Matches,
    Measure,
    Missing,
    Named,
    Not,
    Predicate,
    Query,
    Show,
    Statistic,
    Within,
)

from .conftest import cells_of, compute
from .tables import TABLES


def column(name: str, table: str = "orders") -> Field:
    return Field(name=name, table=table)


def text(value: str) -> Literal:
    return Literal(value=value, type="text")


def number(value: float) -> Literal:
    return Literal(value=value, type="number")


def compare(left: Any, op: Any, right: Any, **more: Any) -> Comparison:
    return Comparison(left=column(left) if isinstance(left, str) else left, op=op, right=right, **more)


TRUE, FALSE = Literal(value=True, type="boolean"), Literal(value=False, type="boolean")
SOUTH = compare("region", "==", text("South"))
RICH = compare("amount", ">", number(40))
AVERAGE = Statistic(query=Query(table="orders", steps=(Group(measures=(Measure(name="average amount", function="mean", of=column("amount")),)),)))  # fmt: skip
NOTHING = Statistic(query=Query(table="orders", steps=(Keep(where=compare("quantity", ">", number(99))), Group(measures=(Measure(name="m", function="max", of=column("amount")),)))))  # fmt: skip
FIRST = Statistic(query=Query(table="orders", steps=(Keep(where=compare("order_id", "==", number(2))), Show(columns=(Named(name="amount", of=column("amount")),)))))  # fmt: skip
NO_FIRST = Statistic(query=Query(table="orders", steps=(Keep(where=compare("order_id", "==", number(77))), Show(columns=(Named(name="amount", of=column("amount")),)))))  # fmt: skip
LATEST = Statistic(query=Query(table="orders", steps=(Group(measures=(Measure(name="latest", function="max", of=column("ordered")),)),)))  # fmt: skip
CUSTOMERS = Query(table="customers")
UPPER = Query(table="customers", steps=(Keep(where=Comparison(left=column("region", "customers"), op="==", right=text("Upper"))),))  # fmt: skip
BUYERS = Query(table="orders", steps=(Group(by=(Named(name="buyer", of=column("customer")),), measures=(Measure(name="n", function="count"),)),))  # fmt: skip

# What holds, and what is known not to hold; the rest cannot be said. Orders are told by their numbers.
CASES: dict[str, tuple[Any, set[int], set[int]]] = {
    "== text": (SOUTH, {2, 5}, {1, 3, 6}),
    "!= text": (compare("region", "!=", text("South")), {1, 3, 6}, {2, 5}),
    "fold case": (compare("region", "==", text(" NORTH"), fold_case=True), {1, 3}, {2, 5, 6}),
    "!= fold case": (compare("region", "!=", text("north"), fold_case=True), {2, 5, 6}, {1, 3}),
    ">": (RICH, {1, 2, 5}, {4, 6}),
    ">=": (compare("amount", ">=", number(50)), {1, 2, 5}, {4, 6}),
    "<": (compare("amount", "<", number(50)), {4, 6}, {1, 2, 5}),
    "<=": (compare("amount", "<=", number(50)), {2, 4, 5, 6}, {1}),
    "no gaps": (compare("quantity", "!=", number(2)), {1, 3, 4, 5, 6}, {2}),
    "two columns": (compare("bonus", "==", column("quantity")), {1, 3, 5, 6}, set()),
    "two columns !=": (compare("amount", "!=", column("bonus")), {1, 5}, {6}),
    "literal first": (compare(number(40), "<", column("amount")), {1, 2, 5}, {4, 6}),
    "truth": (compare("gift", "==", TRUE), {1, 4}, {2, 3, 5, 6}),
    "untruth": (compare("gift", "==", FALSE), {2, 3, 5, 6}, {1, 4}),
    "truth with gaps": (compare("paid", "==", TRUE), {1, 4}, {3, 6}),
    "not truth": (compare("paid", "!=", TRUE), {3, 6}, {1, 4}),
    "two truths": (compare("paid", "==", column("gift")), {1, 3, 4, 6}, set()),
    "date": (compare("ordered", ">", Literal(value="2024-01-07", type="date")), {3, 6}, {1, 2, 4}),
    "date is": (compare("ordered", "==", Literal(value="2024-01-07", type="date")), {2}, {1, 3, 4, 6}),
    "moment": (compare("shipped", "<=", Literal(value="2024-01-07T06:00:00", type="datetime")), {1, 2, 4}, {5, 6}),
    "above average": (compare("amount", ">", AVERAGE), {1, 2, 5}, {4, 6}),
    "not the average": (compare("amount", "!=", AVERAGE), {1, 2, 4, 5, 6}, set()),
    "than nothing": (compare("amount", "!=", NOTHING), set(), set()),
    "than a value": (compare("amount", ">=", FIRST), {1, 2, 5}, {4, 6}),
    "than no value": (compare("quantity", "!=", NO_FIRST), set(), set()),
    "the latest": (compare("ordered", "==", LATEST), {3}, {1, 2, 4, 6}),
    "two values": (compare(AVERAGE, ">", number(40)), {1, 2, 3, 4, 5, 6}, set()),
    "dividing by zero": (compare(Arithmetic(op="/", left=column("amount"), right=column("quantity")), "<", number(20)), {4, 5}, {1, 2}),
    "among": (Among(of=column("region"), values=("South", "East")), {2, 5, 6}, {1, 3}),
    "among none": (Among(of=column("region"), values=()), set(), {1, 2, 3, 5, 6}),
    "among numbers": (Among(of=column("bonus"), values=(1, 5, 7)), {1, 5}, {3, 6}),
    "among dates": (Among(of=column("ordered"), values=("2024-01-07", "2023-12-31")), {2, 4}, {1, 3, 6}),
    "among truths": (Among(of=column("paid"), values=(True,)), {1, 4}, {3, 6}),
    "rows of another table": (AmongRows(of=column("customer"), query=CUSTOMERS, column="id"), {1, 2, 3, 5}, {6}),
    "rows of a condition": (AmongRows(of=column("customer"), query=UPPER, column="id"), {1, 2}, {3, 5, 6}),
    "rows of groups": (AmongRows(of=column("order_id"), query=BUYERS, column="buyer"), set(), {1, 2, 3, 4, 5, 6}),
    "contains": (Matches(of=column("region"), how="contains", text="OuT"), {2, 5}, {1, 3, 6}),
    "contains a dot": (Matches(of=column("weight"), how="contains", text="."), {2}, {1, 3, 4, 6}),
    "starts": (Matches(of=column("region"), how="starts", text="NOR"), {1, 3}, {2, 5, 6}),
    "ends": (Matches(of=column("region"), how="ends", text="th"), {1, 2, 5}, {3, 6}),
    "missing": (Missing(of=column("amount")), {3}, {1, 2, 4, 5, 6}),
    "missing number": (Missing(of=Arithmetic(op="/", left=column("amount"), right=column("quantity"))), {3, 6}, {1, 2, 4, 5}),
    "within": (Within(of=column("ordered"), start="2024-01-01", end="2024-02-01"), {1, 2}, {3, 4, 6}),
    "from": (Within(of=column("ordered"), start="2024-01-07", end=None), {2, 3, 6}, {1, 4}),
    "until": (Within(of=column("shipped"), start=None, end="2024-01-02"), {4}, {1, 2, 5, 6}),
    "ever": (Within(of=column("ordered"), start=None, end=None), {1, 2, 3, 4, 6}, set()),
    "all": (All(of=(SOUTH, RICH)), {2, 5}, {1, 3, 4, 6}),
    "all, of a gap": (All(of=(compare("gift", "==", TRUE), SOUTH)), set(), {1, 2, 3, 5, 6}),
    "all of none": (All(of=()), {1, 2, 3, 4, 5, 6}, set()),
    "any": (Anything(of=(SOUTH, compare("amount", "==", number(0)))), {2, 5, 6}, {1}),
    "any with always": (Anything(of=(SOUTH, All(of=()))), {1, 2, 3, 4, 5, 6}, set()),
    "not": (Not(of=SOUTH), {1, 3, 6}, {2, 5}),
    "not not": (Not(of=Not(of=SOUTH)), {2, 5}, {1, 3, 6}),
    "not all": (Not(of=All(of=(SOUTH, RICH))), {1, 3, 4, 6}, {2, 5}),
    "not any": (Not(of=Anything(of=(SOUTH, RICH))), {6}, {1, 2, 5}),
    "not, or missing": (Not(of=SOUTH, missing_too=True), {1, 3, 4, 6}, {2, 5}),
    "not truth, or missing": (Not(of=compare("paid", "==", TRUE), missing_too=True), {2, 3, 5, 6}, {1, 4}),
    "not both, or missing": (Not(of=All(of=(SOUTH, RICH)), missing_too=True), {1, 3, 4, 6}, {2, 5}),
    "not either, or missing": (Not(of=Anything(of=(SOUTH, RICH)), missing_too=True), {3, 4, 6}, {1, 2, 5}),
    "not not, or missing": (Not(of=Not(of=SOUTH), missing_too=True), {2, 4, 5}, {1, 3, 6}),
    "not among rows, or missing": (Not(of=AmongRows(of=column("customer"), query=CUSTOMERS, column="id"), missing_too=True), {4, 6}, {1, 2, 3, 5}),
    "not within, or missing": (Not(of=Within(of=column("ordered"), start="2024-01-01", end="2024-02-01"), missing_too=True), {3, 4, 5, 6}, {1, 2}),
}  # fmt: skip


def kept(where: Any, folder: Path) -> set[int]:
    steps = (Keep(where=where), Show(columns=(Named(name="n", of=column("order_id")),)))
    return {row[0] for row in cells_of(compute(Query(table="orders", steps=steps), TABLES, folder))}


@pytest.mark.parametrize("case", CASES)
def test_a_condition_keeps_the_rows_for_which_it_holds(case: str, tmp_path: Path) -> None:
    where, holds, fails = CASES[case]
    assert kept(where, tmp_path) == holds
    assert kept(Not(of=where), tmp_path) == fails
    assert kept(Not(of=where, missing_too=True), tmp_path) == {1, 2, 3, 4, 5, 6} - holds
    assert kept(Not(of=Not(of=where, missing_too=True)), tmp_path) == holds


@pytest.mark.parametrize("case", CASES)
def test_a_condition_narrows_one_measure_as_it_keeps_rows(case: str, tmp_path: Path) -> None:
    where, holds, _ = CASES[case]
    rows = Measure(name="rows", function="count", where=where)
    total = Measure(name="total", function="sum", of=column("quantity"), where=where)
    everyone = Named(name="same", of=Arithmetic(op="-", left=column("quantity"), right=column("quantity")))
    summed = sum((1, 2, 3, 4, 5, 0)[n - 1] for n in holds) if holds else None
    for by in ((), (everyone,)):
        plan = Query(table="orders", steps=(Group(by=by, measures=(rows, total)),))
        assert cells_of(compute(plan, TABLES, tmp_path))[0][-2:] == (len(holds), summed)


def test_every_kind_of_condition_is_tried() -> None:
    kinds = get_args(get_args(Predicate)[0])
    assert {type(where) for where, _, _ in CASES.values()} == set(kinds)


def test_truth_values_that_a_join_left_with_gaps(tmp_path: Path) -> None:
    join = Join(table="customers", left=column("customer"), right="id")
    for wanted, numbers in ((True, {1, 2, 5}), (False, {3})):
        vip = compare(column("vip", "customers"), "==", Literal(value=wanted, type="boolean"))
        for where, expected in ((vip, numbers), (Not(of=vip), {1, 2, 3, 5} - numbers)):
            steps = (join, Keep(where=where), Show(columns=(Named(name="n", of=column("order_id")),)))
            found = cells_of(compute(Query(table="orders", steps=steps), TABLES, tmp_path))
            assert {n for (n,) in found} == expected


@pytest.mark.parametrize(
    "where",
    [
        compare("region", ">", number(5)),
        compare("amount", "==", text("5")),
        compare("nowhere", "==", number(5)),
        Among(of=column("amount"), values=("5",)),
        Matches(of=column("amount"), how="contains", text="5"),
        Within(of=column("region"), start="2024-01-01", end=None),
        AmongRows(of=column("customer"), query=CUSTOMERS, column="nowhere"),
    ],
)  # fmt: skip
def test_what_cannot_be_compared_is_refused(where: Any, tmp_path: Path) -> None:
    with pytest.raises(IllTyped):
        kept(where, tmp_path)
