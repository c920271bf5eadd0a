"""Counts, sums, averages and the like, over all rows or those that a cell names."""

from __future__ import annotations

import pytest

from .conftest import Asked


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("How many rows are there?", 6),
        ("How many rows have city Paris?", 2),
        ("What is the total amount?", 346.0),
        ("What is the total amount in Paris?", 150.5),
        ("What is the average amount for Lyon?", 45.0),
        ("median quantity", 3.5),
        ("What is the highest amount?", 120.5),
        ("how many distinct cities are there?", 4),
        ("How many rows have an amount over 50?", 3),
        ("total quantity where amount is between 40 and 90", 7),
        ("total amount in February 2024", 105.5),
        ("total amount after 2024-02-10", 100.0),
        ("how many rows are missing region?", 1),
        ("total amount for Paris or Nice", 196.0),
        ("total amount where paid is false", 110.0),
        ("What is the share of amount in Paris?", 100 * 150.5 / 346.0),
        ("difference between the total amount in Paris and Lyon", 60.5),
        ("How many rows have a city other than Paris?", 4),
    ],
)
def test_a_number_is_computed_over_the_rows_that_were_named(sales: Asked, question: str, value: float) -> None:
    assert sales.answer(question) == pytest.approx(value)


def test_a_cell_that_does_not_occur_matches_no_row(sales: Asked) -> None:
    assert sales.answer("What is the total amount where region is SECRETabc?") == 0


def test_total_rows_are_not_added_to_the_rows_they_sum() -> None:
    import pandas as pd

    medals = Asked({"medals": pd.DataFrame({"nation": ["Chad", "Peru", "Total"], "gold": [2, 5, 7]})})
    assert medals.answer("What is the total gold?") == 7
    assert list(medals.answer("Which nation has the highest gold?")["nation"]) == ["Peru"]
