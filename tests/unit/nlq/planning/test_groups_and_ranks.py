"""Groups, time buckets, rankings and lists."""

from __future__ import annotations

import pandas as pd

from .conftest import Asked


def test_a_total_per_group_has_one_row_for_each(sales: Asked) -> None:
    result = sales.answer("total amount by city")
    assert dict(zip(result["city"], result["total amount"], strict=True)) == {
        "Lille": 60.0, "Lyon": 90.0, "Nice": 45.5, "Paris": 150.5,
    }  # fmt: skip


def test_top_n_groups_are_ranked_by_what_is_measured(sales: Asked) -> None:
    assert sales.column("top 2 cities by total amount", "city") == ["Paris", "Lyon"]


def test_months_are_buckets_of_the_date_column(sales: Asked) -> None:
    result = sales.answer("total amount per month")
    assert list(result["month"]) == ["2024-01", "2024-02", "2024-03"]
    assert list(result["total amount"]) == [200.5, 105.5, 40.0]


def test_the_greatest_of_a_measure_names_its_group(sales: Asked) -> None:
    assert sales.column("Which city has the highest average amount?", "city") == ["Paris"]


def test_the_row_with_the_greatest_number_is_named(sales: Asked) -> None:
    assert sales.column("Which city has the highest quantity?", "city") == ["Lyon"]


def test_every_tied_row_is_returned() -> None:
    runs = Asked({"runs": pd.DataFrame({"runner": ["A", "B", "C"], "speed": [9, 9, 3]})})
    assert sorted(runs.column("Which runner has the highest speed?", "runner")) == ["A", "B"]


def test_groups_can_be_restricted_by_their_size(sales: Asked) -> None:
    assert sorted(sales.column("which cities have more than 1 rows", "city")) == ["Lyon", "Paris"]
    assert sales.answer("how many cities have more than 1 rows?") == 2


def test_rows_are_listed_with_every_column(sales: Asked) -> None:
    result = sales.answer("show rows where amount is over 50")
    assert list(result.columns) == ["city", "region", "amount", "quantity", "day", "paid"]
    assert len(result) == 3


def test_a_list_of_values_has_each_once(sales: Asked) -> None:
    assert sorted(sales.column("list the cities")) == ["Lille", "Lyon", "Nice", "Paris"]


def test_an_order_and_a_direction_are_kept(sales: Asked) -> None:
    assert sales.column("total amount by region sorted by amount descending", "region") == ["north", "south"]


def test_the_second_greatest_is_one_row(sales: Asked) -> None:
    assert sales.column("What is the second highest amount?", "amount") == [80.0]


def test_first_rows_are_taken_in_the_tables_order(sales: Asked) -> None:
    assert list(sales.answer("show the first 2 rows")["city"]) == ["Paris", "Lyon"]


def test_several_statistics_of_one_column_stand_side_by_side(sales: Asked) -> None:
    result = sales.answer("For each city, calculate the minimum and maximum amount")
    assert result.set_index("city").loc["Paris"].tolist() == [30.0, 120.5]


def test_combinations_are_groups_of_several_columns(sales: Asked) -> None:
    result = sales.answer("For each combination of city and paid, calculate the total amount")
    assert len(result) == 6
    assert set(result.columns) == {"city", "paid", "total amount"}
