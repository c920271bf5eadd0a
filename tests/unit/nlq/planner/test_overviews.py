"""What people ask of a table before they know it: what is missing where, and whether rows stand twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.nlq.planner.asking import Tables

ORDERS = """
    ordered_on,product,amount
    2024-01-01,Rye,4
    2024-01-01,Rye,4
    2024-01-02,,7
    2024-01-03,Bun,
    2024-01-03,,2
"""


@pytest.fixture
def orders(tmp_path: Path) -> Tables:
    return Tables(tmp_path, {"orders": ORDERS})


@pytest.mark.parametrize(
    "question",
    [
        "how many missing values per column",
        "missing values by column",
        "how many nulls does each column have",
        "which columns have missing values?",
        "count of missing values in each column",
        "show me the missing values per column",
        "number of blanks in every column",
        "how many empty cells are there in each column?",
        "null values per field",
        "in which columns are there gaps?",
    ],
)
def test_what_is_missing_is_said_of_each_column(orders: Tables, question: str) -> None:
    assert orders.answer(question) == [(0, 2, 1)]


@pytest.mark.parametrize(
    "question",
    [
        "are there duplicates",
        "are there any duplicates?",
        "are there any duplicate rows",
        "does the data contain duplicates",
        "any duplicates in the data",
        "how many duplicate rows are there",
        "how many duplicates are there",
        "are there duplicate orders?",
        "does the table have duplicate rows?",
        "are there duplicates among the orders",
    ],
)
def test_rows_that_stand_twice_are_counted_and_no_column_is_guessed(orders: Tables, question: str) -> None:
    assert orders.answer(question) == [(1,)]


def test_of_two_tables_that_differ_it_is_asked_which_is_meant(tmp_path: Path) -> None:
    both = Tables(tmp_path, {"orders": ORDERS, "shops": "shop,city\nA,Rome\nB,Oslo\n"})
    assert not both.is_answered("are there duplicates")
    assert not both.is_answered("how many missing values per column")
