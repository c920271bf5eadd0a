"""What each step makes of the rows: golden results over the small tables, worked out by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any, get_args

import pyarrow as pa
import pytest

from services.nlq.planner.codegen import IllTyped
from shared.plan import (
    All,
    Anything,
    Bin,
    Bucket,
    Comparison,
    Derive,
    Distinct,
    Field,
    Group,
    Join,
    Keep,
    Literal,
    Measure,
    Missing,
    Named,
    Not,
    Part,
    Pivot,
    Query,
    Show,
    Sort,
    SortKey,
    Step,
    Take,
    Window,
)

from .conftest import cells_of, compute, headings_of
from .tables import TABLES


def column(name: str, table: str | None = "orders") -> Field:
    return Field(name=name, table=table)


ID, REGION, AMOUNT, QUANTITY, BONUS, ORDERED, SHIPPED, CUSTOMER = map(
    column, ("order_id", "region", "amount", "quantity", "bonus", "ordered", "shipped", "customer")
)
SHOW_ID = Show(columns=(Named(name="n", of=ID),))
JOIN = Join(table="customers", left=CUSTOMER, right="id")


def run(folder: Path, *steps: Any, table: str = "orders", tables: Any = TABLES) -> Any:
    return compute(Query(table=table, steps=steps), tables, folder)


def numbers(folder: Path, *steps: Any) -> list[Any]:
    """The orders that are left, in their order."""
    return [row[0] for row in cells_of(run(folder, *steps, SHOW_ID))]


def more_than(of: Field, value: float) -> Comparison:
    return Comparison(left=of, op=">", right=Literal(value=value, type="number"))


def measure(name: str, function: str, of: Any = None, **more: Any) -> Measure:
    return Measure(name=name, function=function, of=of, **more)


class TestJoin:
    def test_rows_without_a_partner_stay_and_missing_keys_meet_nobody(self, tmp_path: Path) -> None:
        shown = Show(columns=(Named(name="n", of=ID), Named(name="area", of=column("region", "customers"))))
        found = cells_of(run(tmp_path, JOIN, shown))
        assert found == [(1, "Upper"), (2, "Upper"), (3, "Lower"), (4, None), (5, None), (6, None)]

    def test_all_columns_follow_and_those_whose_names_are_taken_are_told_apart(self, tmp_path: Path) -> None:
        result = run(tmp_path, JOIN)
        assert headings_of(result) == [*TABLES["orders"].column_names, "id", "region (customers)", "vip"]
        assert [row[-3:] for row in cells_of(result)][:4] == [(10, "Upper", True), (10, "Upper", True), (11, "Lower", False), (None, None, None)]  # fmt: skip

    def test_a_row_can_meet_several_partners(self, tmp_path: Path) -> None:
        join = Join(table="orders", left=column("id", "customers"), right="customer", multiplies=True)
        shown = Show(columns=(Named(name="c", of=column("id", "customers")), Named(name="o", of=ID)))
        found = cells_of(run(tmp_path, join, shown, table="customers"))
        assert found == [(10, 1), (10, 2), (11, 3), (12, 5), (None, None), (13, None)]

    def test_a_table_joined_to_itself_under_an_alias(self, tmp_path: Path) -> None:
        join = Join(table="orders", alias="earlier", left=QUANTITY, right="order_id")
        result = run(tmp_path, join, Keep(where=Missing(of=column("order_id", "earlier"))))
        assert "order_id (earlier)" in headings_of(result)
        assert [row[0] for row in cells_of(result)] == [6]

    def test_an_anti_join_by_the_other_tables_key(self, tmp_path: Path) -> None:
        assert numbers(tmp_path, JOIN, Keep(where=Missing(of=column("id", "customers")))) == [4, 6]

    def test_two_joins_one_through_the_other(self, tmp_path: Path) -> None:
        areas = pa.table({"region": pa.array(["Upper", "Lower"]), "boss": pa.array(["Ann", "Bo"])})
        tables = {**TABLES, "areas": areas}
        through = Join(table="areas", left=column("region", "customers"), right="region")
        by = Named(name="boss", of=column("boss", "areas"))
        found = run(tmp_path, JOIN, through, Group(by=(by,), measures=(measure("n", "count"),)), tables=tables)
        assert cells_of(found) == [("Ann", 2), ("Bo", 1)]

    def test_a_key_of_one_name_on_both_sides(self, tmp_path: Path) -> None:
        sides = {"a": pa.table({"k": [1, 2, 3]}), "b": pa.table({"k": pa.array([1, 2, None]), "v": ["x", "y", "z"]})}
        join = Join(table="b", left=column("k", "a"), right="k")
        shown = Show(columns=(Named(name="k", of=column("k", "a")), Named(name="v", of=column("v", "b"))))
        assert cells_of(run(tmp_path, join, shown, table="a", tables=sides)) == [(1, "x"), (2, "y"), (3, None)]
        everything = run(tmp_path, join, table="a", tables=sides)
        assert headings_of(everything) == ["k", "k (b)", "v"]
        assert cells_of(everything) == [(1, 1, "x"), (2, 2, "y"), (3, None, None)]


class TestKeep:
    def test_conditions_one_after_the_other(self, tmp_path: Path) -> None:
        assert numbers(tmp_path, Keep(where=more_than(AMOUNT, 40)), Keep(where=more_than(QUANTITY, 1))) == [2, 5]

    def test_always_and_never(self, tmp_path: Path) -> None:
        assert numbers(tmp_path, Keep(where=All(of=()))) == [1, 2, 3, 4, 5, 6]
        assert numbers(tmp_path, Keep(where=Not(of=Anything(of=(All(of=()), more_than(AMOUNT, 1)))))) == []

    def test_groups_are_kept_by_their_measures(self, tmp_path: Path) -> None:
        group = Group(by=(Named(name="region", of=REGION),), measures=(measure("total", "sum", AMOUNT),))
        found = run(tmp_path, group, Keep(where=more_than(column("total", None), 99)))
        assert cells_of(found) == [("North", 100), ("South", 100)]

    def test_a_single_row_is_kept_or_not(self, tmp_path: Path) -> None:
        group = Group(measures=(measure("total", "sum", AMOUNT),))
        assert cells_of(run(tmp_path, group, Keep(where=more_than(column("total", None), 99)))) == [(230,)]
        assert cells_of(run(tmp_path, group, Keep(where=more_than(column("total", None), 999)))) == []


class TestGroup:
    def test_by_one_column_twice(self, tmp_path: Path) -> None:
        by = (
            Named(name="one", of=REGION),
            Named(name="two", of=REGION),
            Named(name="n", of=BONUS),
            Named(name="m", of=BONUS),
        )
        found = cells_of(run(tmp_path, Group(by=by, measures=(measure("rows", "count"),))))
        assert found == [
            ("East", "East", 0, 0, 1),
            ("North", "North", 1, 1, 1),
            ("South", "South", 5, 5, 1),
            ("north ", "north ", 3, 3, 1),
        ]

    def test_two_keys_and_several_measures(self, tmp_path: Path) -> None:
        by = (Named(name="area", of=REGION), Named(name="month", of=Part(part="month", of=ORDERED)))
        measures = (measure("n", "count"), measure("amount", "sum", AMOUNT), measure("latest", "max", SHIPPED))
        result = run(tmp_path, Group(by=by, measures=measures))
        assert headings_of(result) == ["area", "month", "n", "amount", "latest"]
        assert cells_of(result) == [
            ("East", 2, 1, 0, "2024-02-01"),
            ("North", 1, 1, 100, "2024-01-02T12:00:00"),
            ("South", 1, 1, 50, "2024-01-07T06:00:00"),
            ("north ", 2, 1, None, None),
        ]

    def test_a_key_that_is_called_like_the_column_it_is_made_of(self, tmp_path: Path) -> None:
        by = (Named(name="ordered", of=Bucket(unit="year", of=ORDERED)),)
        result = run(tmp_path, Group(by=by, measures=(measure("last", "max", ORDERED), measure("n", "count"))))
        assert headings_of(result) == ["ordered", "last", "n"]
        assert cells_of(result) == [("2023-01-01", "2023-12-31", 1), ("2024-01-01", "2024-02-29", 4)]

    def test_whole_numbers_beside_gaps_stay_whole(self, tmp_path: Path) -> None:
        result = run(tmp_path, Group(by=(Named(name="bonus", of=BONUS),), measures=(measure("n", "count"),)))
        assert str(result["bonus"].dtype) == "Int64"
        assert cells_of(result) == [(0, 1), (1, 1), (3, 1), (5, 1)]

    def test_truth_values_with_gaps(self, tmp_path: Path) -> None:
        result = run(tmp_path, Group(by=(Named(name="paid", of=column("paid")),), measures=(measure("n", "count"),)))
        assert cells_of(result) == [(False, 2), (True, 2)]

    def test_an_aggregate_of_an_aggregate(self, tmp_path: Path) -> None:
        inner = Group(by=(Named(name="region", of=REGION),), measures=(measure("total", "sum", AMOUNT),))
        outer = Group(measures=(measure("average", "mean", column("total", None)),))
        assert cells_of(run(tmp_path, inner, outer)) == pytest.approx(200 / 3)

    def test_an_aggregate_of_a_single_row(self, tmp_path: Path) -> None:
        inner = Group(measures=(measure("total", "sum", AMOUNT), measure("n", "count")))
        assert cells_of(run(tmp_path, inner, Group(measures=(measure("m", "max", column("n", None)),)))) == 6

    def test_a_single_measure_is_a_value_and_several_are_a_row(self, tmp_path: Path) -> None:
        total, rows = measure("total", "sum", AMOUNT), measure("rows", "count")
        assert cells_of(run(tmp_path, Group(measures=(total,)))) == 230
        result = run(tmp_path, Group(measures=(total, rows)))
        assert (headings_of(result), cells_of(result)) == (["total", "rows"], [(230, 6)])
        shown = Show(columns=(Named(name="rows", of=column("rows", None)),))
        assert cells_of(run(tmp_path, Group(measures=(total, rows)), shown)) == 6

    @pytest.mark.parametrize(
        "group",
        [
            Group(),
            Group(measures=(measure("total", "sum", REGION),)),
            Group(measures=(measure("total", "mean", SHIPPED),)),
            Group(measures=(measure("least", "min", REGION),)),
            Group(by=(Named(name="n", of=REGION),), measures=(measure("n", "count"),)),
        ],
    )
    def test_what_means_nothing_is_refused(self, group: Group, tmp_path: Path) -> None:
        with pytest.raises(IllTyped):
            run(tmp_path, group)


class TestWindow:
    def window(self, folder: Path, function: str, of: Field, **more: Any) -> list[Any]:
        made = Window(name="made", function=function, of=of, **more)
        shown = Show(columns=(Named(name="made", of=column("made", None)),))
        return [row[0] for row in cells_of(run(folder, made, shown))]

    BY_DAY = (SortKey(of=ORDERED),)

    def test_running(self, tmp_path: Path) -> None:
        assert self.window(tmp_path, "running", QUANTITY) == [1, 3, 6, 10, 15, 15]
        assert self.window(tmp_path, "running", QUANTITY, order=self.BY_DAY) == [5, 7, 10, 4, 15, 7]
        assert self.window(tmp_path, "running", AMOUNT) == [100, 150, None, 180, 230, 230]
        assert self.window(tmp_path, "running", QUANTITY, within=(REGION,)) == [1, 2, 3, None, 7, 0]

    def test_running_counts_what_is_no_number(self, tmp_path: Path) -> None:
        assert self.window(tmp_path, "running", REGION) == [1, 2, 3, 3, 4, 5]
        assert self.window(tmp_path, "running", ORDERED, within=(REGION,)) == [1, 1, 1, None, 1, 1]

    def test_moving(self, tmp_path: Path) -> None:
        assert self.window(tmp_path, "moving", QUANTITY, size=2) == [None, 1.5, 2.5, 3.5, 4.5, 2.5]
        assert self.window(tmp_path, "moving", AMOUNT, size=2) == [None, 75, None, None, 40, 25]
        assert self.window(tmp_path, "moving", QUANTITY, size=2, within=(REGION,)) == [None, None, None, None, 3.5, None]  # fmt: skip

    def test_previous_difference_and_growth(self, tmp_path: Path) -> None:
        assert self.window(tmp_path, "previous", ORDERED) == [None, "2024-01-01", "2024-01-07", "2024-02-29", "2023-12-31", None]  # fmt: skip
        assert self.window(tmp_path, "previous", QUANTITY, size=2) == [None, None, 1, 2, 3, 4]
        assert self.window(tmp_path, "previous", QUANTITY, within=(REGION,)) == [None, None, None, None, 2, None]
        assert self.window(tmp_path, "difference", QUANTITY, order=self.BY_DAY) == [-3, 1, 3, None, 2, -2]
        assert self.window(tmp_path, "difference", BONUS, size=2) == [None, None, 2, None, 2, None]
        assert self.window(tmp_path, "growth", QUANTITY) == [None, 100, 50, 33.333333333, 25, -100]
        from_zero = (SortKey(of=QUANTITY),)
        assert self.window(tmp_path, "growth", QUANTITY, order=from_zero) == [None, 100, 50, 33.333333333, 25, None]
        assert self.window(tmp_path, "growth", QUANTITY, order=from_zero, within=(REGION,)) == [None, None, None, None, 150, None]  # fmt: skip

    def test_rank(self, tmp_path: Path) -> None:
        assert self.window(tmp_path, "rank", AMOUNT) == [1, 2, None, 4, 2, 5]
        assert self.window(tmp_path, "rank", AMOUNT, order=(SortKey(of=AMOUNT),)) == [5, 3, None, 2, 3, 1]
        assert self.window(tmp_path, "rank", QUANTITY, within=(REGION,)) == [1, 2, 1, None, 1, 1]

    def test_share(self, tmp_path: Path) -> None:
        assert self.window(tmp_path, "share", QUANTITY) == [6.666666667, 13.333333333, 20, 26.666666667, 33.333333333, 0]  # fmt: skip
        assert self.window(tmp_path, "share", AMOUNT, within=(REGION,)) == [100, 50, None, None, 50, None]

    def test_a_share_of_nothing_is_missing(self, tmp_path: Path) -> None:
        nothing = Keep(where=Comparison(left=QUANTITY, op="==", right=Literal(value=0, type="number")))
        share = Window(name="share", function="share", of=QUANTITY)
        assert [row[-1] for row in cells_of(run(tmp_path, nothing, share))] == [None]

    def test_of_groups_in_an_order_they_have_already(self, tmp_path: Path) -> None:
        """ "Cumulative revenue by month"."""
        by = Named(name="month", of=Bucket(unit="month", of=SHIPPED))
        group = Group(by=(by,), measures=(measure("total", "sum", QUANTITY),))
        running = Window(name="so far", function="running", of=column("total", None), order=(SortKey(of=column("month", None)),))  # fmt: skip
        found = cells_of(run(tmp_path, group, running))
        assert found == [("2024-01-01", 7, 7), ("2024-02-01", 0, 7), ("2024-03-01", 5, 12)]

    @pytest.mark.parametrize("function", ["moving", "difference", "growth", "share"])
    def test_texts_are_not_reckoned_with(self, function: str, tmp_path: Path) -> None:
        with pytest.raises(IllTyped):
            self.window(tmp_path, function, REGION)

    def test_a_rank_takes_no_other_order(self, tmp_path: Path) -> None:
        with pytest.raises(IllTyped):
            self.window(tmp_path, "rank", AMOUNT, order=self.BY_DAY)


class TestSort:
    def test_ties_keep_their_order_and_gaps_come_last(self, tmp_path: Path) -> None:
        assert numbers(tmp_path, Sort(by=(SortKey(of=AMOUNT),))) == [6, 4, 2, 5, 1, 3]
        assert numbers(tmp_path, Sort(by=(SortKey(of=AMOUNT, descending=True),))) == [1, 2, 5, 4, 6, 3]

    def test_by_several_columns(self, tmp_path: Path) -> None:
        keys = (SortKey(of=REGION, descending=True), SortKey(of=QUANTITY))
        assert numbers(tmp_path, Sort(by=keys)) == [3, 2, 5, 1, 6, 4]
        both = (SortKey(of=AMOUNT, descending=True), SortKey(of=QUANTITY, descending=True))
        assert numbers(tmp_path, Sort(by=both)) == [1, 5, 2, 4, 6, 3]


class TestTake:
    def test_the_greatest_with_all_that_tie(self, tmp_path: Path) -> None:
        assert numbers(tmp_path, Take(count=1, by=AMOUNT)) == [1]
        assert numbers(tmp_path, Take(count=2, by=AMOUNT)) == [1, 2, 5]
        assert numbers(tmp_path, Take(count=3, by=AMOUNT)) == [1, 2, 5]
        assert numbers(tmp_path, Take(count=9, by=AMOUNT)) == [1, 2, 5, 4, 6]
        assert numbers(tmp_path, Take(count=2, by=AMOUNT, descending=False)) == [6, 4]

    def test_of_dates_texts_and_truths(self, tmp_path: Path) -> None:
        assert numbers(tmp_path, Take(count=2, by=ORDERED)) == [3, 6]
        assert numbers(tmp_path, Take(count=1, by=REGION, descending=False)) == [6]
        assert numbers(tmp_path, Take(count=2, by=REGION)) == [3, 2, 5]
        assert numbers(tmp_path, Take(count=1, by=column("paid"))) == [1, 4]

    def test_of_whole_numbers_beside_gaps(self, tmp_path: Path) -> None:
        """A number of a date that may be missing is kept in a type of its own, which the greatest are found in as well."""
        derive = Derive(name="month", of=Part(part="month", of=ORDERED))
        assert numbers(tmp_path, derive, Take(count=2, by=column("month", None))) == [4, 3, 6]
        assert numbers(tmp_path, derive, Take(count=1, skip=1, by=column("month", None))) == [3, 6]
        assert numbers(tmp_path, derive, Sort(by=(SortKey(of=column("month", None)),))) == [1, 2, 3, 6, 4, 5]
        kept = Keep(where=Not(of=more_than(column("month", None), 1), missing_too=True))
        assert numbers(tmp_path, derive, kept) == [1, 2, 5]
        halves = Show(columns=(Named(name="x", of=Bin(width=0.5, of=column("month", None))),))
        assert cells_of(run(tmp_path, derive, halves)) == [(1,), (1,), (2,), (12,), (None,), (2,)]

    def test_the_second_best_counts_values(self, tmp_path: Path) -> None:
        assert numbers(tmp_path, Take(count=1, skip=1, by=AMOUNT)) == [2, 5]
        assert numbers(tmp_path, Take(count=2, skip=1, by=AMOUNT)) == [2, 5, 4]
        assert numbers(tmp_path, Take(count=1, skip=2, by=AMOUNT, descending=False)) == [2, 5]

    def test_in_each_group(self, tmp_path: Path) -> None:
        assert numbers(tmp_path, Take(count=1, by=QUANTITY, within=(REGION,))) == [6, 1, 5, 3]
        assert numbers(tmp_path, Take(count=1, by=AMOUNT, within=(REGION,))) == [6, 1, 2, 5]
        assert numbers(tmp_path, Take(count=1, skip=1, by=QUANTITY, within=(REGION,))) == [2]

    def test_rows_as_they_stand(self, tmp_path: Path) -> None:
        assert numbers(tmp_path, Take(count=2, descending=False)) == [1, 2]
        assert numbers(tmp_path, Take(count=2)) == [5, 6]
        assert numbers(tmp_path, Take(count=2, skip=1, descending=False)) == [2, 3]
        assert numbers(tmp_path, Take(count=2, skip=1)) == [4, 5]
        assert numbers(tmp_path, Take(count=3, skip=5)) == [1]
        assert numbers(tmp_path, Take(count=1, descending=False, within=(REGION,))) == [1, 2, 3, 6]
        assert numbers(tmp_path, Take(count=1, within=(REGION,))) == [1, 3, 5, 6]
        assert numbers(tmp_path, Take(count=1, skip=1, descending=False, within=(REGION,))) == [5]
        assert numbers(tmp_path, Take(count=1, skip=1, within=(REGION,))) == [2]

    def test_after_sorting_ties_stay_sorted(self, tmp_path: Path) -> None:
        keys = (SortKey(of=AMOUNT, descending=True), SortKey(of=QUANTITY, descending=True))
        assert numbers(tmp_path, Sort(by=keys), Take(count=2, by=AMOUNT)) == [1, 5, 2]
        by_amount = Sort(by=(SortKey(of=AMOUNT, descending=True),))
        assert numbers(tmp_path, by_amount, Take(count=2, by=AMOUNT), by_amount) == [1, 2, 5]
        assert numbers(tmp_path, by_amount, Take(count=2, by=QUANTITY, descending=False)) == [6, 1]


class TestDistinct:
    def test_of_some_columns_which_are_then_the_only_ones(self, tmp_path: Path) -> None:
        result = run(tmp_path, Distinct(of=(REGION, AMOUNT)))
        assert headings_of(result) == ["region", "amount"]
        assert cells_of(result) == [("North", 100), ("South", 50), ("north ", None), (None, 30), ("East", 0)]

    def test_a_joined_column_has_its_own_name_again_when_it_is_alone(self, tmp_path: Path) -> None:
        area = column("region", "customers")
        assert headings_of(run(tmp_path, JOIN, Distinct(of=(area,)))) == ["region"]
        assert headings_of(run(tmp_path, JOIN, Distinct(of=(REGION, area)))) == ["region", "region (customers)"]
        pivot = Pivot(rows=area, columns=ID, values=QUANTITY)
        assert headings_of(run(tmp_path, JOIN, pivot)) == ["region", "1", "2", "3"]

    def test_gaps_are_equal_to_each_other(self, tmp_path: Path) -> None:
        assert cells_of(run(tmp_path, Distinct(of=(column("paid"),)))) == [(True,), (None,), (False,)]

    def test_of_all_columns(self, tmp_path: Path) -> None:
        twice = {"t": pa.table({"a": pa.array([1, 1, None, None]), "b": pa.array(["x", "x", "y", "y"])})}
        assert cells_of(run(tmp_path, Distinct(), table="t", tables=twice)) == [(1, "x"), (None, "y")]


class TestShow:
    def test_columns_under_names_of_their_own(self, tmp_path: Path) -> None:
        shown = Show(columns=(Named(name="region", of=AMOUNT), Named(name="amount", of=REGION), Named(name="again", of=AMOUNT)))  # fmt: skip
        result = run(tmp_path, shown, Take(count=1, descending=False))
        assert (headings_of(result), cells_of(result)) == (["region", "amount", "again"], [(100, "North", 100)])

    def test_what_is_not_shown_is_not_there(self, tmp_path: Path) -> None:
        with pytest.raises(IllTyped):
            run(tmp_path, SHOW_ID, Sort(by=(SortKey(of=AMOUNT),)))

    def test_two_columns_of_one_name_are_refused(self, tmp_path: Path) -> None:
        with pytest.raises(IllTyped):
            run(tmp_path, Show(columns=(Named(name="x", of=AMOUNT), Named(name="x", of=REGION))))


class TestPivot:
    def pivoted(self, folder: Path, key: Named, **more: Any) -> Any:
        by = (Named(name="area", of=REGION), key)
        group = Group(by=by, measures=(measure("n", "sum", AMOUNT),))
        pivot = Pivot(rows=column("area", None), columns=column(key.name, None), values=column("n", None), **more)
        return run(folder, group, pivot)

    def test_headings_are_values_as_text(self, tmp_path: Path) -> None:
        months = self.pivoted(tmp_path, Named(name="month", of=Bucket(unit="month", of=ORDERED)))
        assert headings_of(months) == ["area", "2024-01-01", "2024-02-01"]
        assert cells_of(months) == [
            ("East", None, 0),
            ("North", 100, None),
            ("South", 50, None),
            ("north ", None, None),
        ]
        years = self.pivoted(tmp_path, Named(name="year", of=Part(part="year", of=ORDERED)), fill=0)
        assert headings_of(years) == ["area", "2024"]
        assert cells_of(years) == [("East", 0), ("North", 100), ("South", 50), ("north ", 0)]
        assert headings_of(self.pivoted(tmp_path, Named(name="paid", of=column("paid")))) == ["area", "False", "True"]
        assert headings_of(self.pivoted(tmp_path, Named(name="bonus", of=BONUS))) == ["area", "0", "1", "3", "5"]
        assert headings_of(self.pivoted(tmp_path, Named(name="weight", of=column("weight")))) == ["area", "$-5.50", "1,200 km", "1,5", "80%"]  # fmt: skip

        assert headings_of(self.pivoted(tmp_path, Named(name="amount", of=AMOUNT))) == ["area", "0", "50", "100"]
        assert headings_of(self.pivoted(tmp_path, Named(name="at", of=SHIPPED)))[:2] == ["area", "2024-01-02T12:00:00"]

    def test_gaps_in_its_keys_are_left_out(self, tmp_path: Path) -> None:
        result = run(tmp_path, Pivot(rows=REGION, columns=BONUS, values=QUANTITY))
        assert headings_of(result) == ["region", "0", "1", "3", "5"]
        assert [row[0] for row in cells_of(result)] == ["East", "North", "South", "north "]

    def test_steps_after_it_find_its_columns(self, tmp_path: Path) -> None:
        pivot = Pivot(rows=REGION, columns=BONUS, values=QUANTITY)
        result = run(tmp_path, pivot, Sort(by=(SortKey(of=column("5", None)),)), Take(count=1, descending=False))
        assert cells_of(result)[0][0] == "South"


class TestDerive:
    def test_a_derived_column_can_be_used_in_what_follows(self, tmp_path: Path) -> None:
        derive = Derive(name="month of order", of=Part(part="month", of=ORDERED))
        by = Named(name="month", of=column("month of order", None))
        found = run(tmp_path, derive, Group(by=(by,), measures=(measure("n", "count"),)))
        assert cells_of(found) == [(1, 2), (2, 2), (12, 1)]


def test_over_no_rows_every_step_still_gives_a_table(tmp_path: Path) -> None:
    never = Keep(where=more_than(QUANTITY, 99))
    by = (Named(name="region", of=REGION), Named(name="month", of=Bucket(unit="month", of=ORDERED)))
    group = Group(by=by, measures=(measure("n", "sum", AMOUNT), measure("m", "percentile", BONUS, percentile=90)))
    for steps in (
        (JOIN,), (group,), (Window(name="w", function="growth", of=AMOUNT, within=(REGION,)),), (Take(count=1, by=AMOUNT),),
        (Take(count=1, by=AMOUNT, within=(REGION,)),), (Distinct(),), (Sort(by=(SortKey(of=AMOUNT),)),), (Window(name="w", function="rank", of=BONUS),),
        (group, Pivot(rows=column("region", None), columns=column("month", None), values=column("n", None))),
    ):  # fmt: skip
        assert cells_of(run(tmp_path, never, *steps)) == []


def test_every_kind_of_step_is_tried() -> None:
    """Each kind has a class of tests here that is called after it."""
    assert {f"Test{kind.__name__}" for kind in get_args(get_args(Step)[0])} <= globals().keys()
