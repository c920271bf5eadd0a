"""What changed from one month to the next, moving averages, running totals: in the words that name the unit; and other tables of groups."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from eval.tables import Table
from tests.unit.nlq.planner.asked import Asker, asker

LOANS = """
loan,book,branch,fee,loaned_on
1,Ash,North,10,2024-01-05
2,Birch,South,20,2024-01-20
3,Ash,North,45,2024-02-03
4,Cedar,South,15,2024-03-09
5,Birch,North,30,2024-03-30
6,Ash,South,90,2024-04-11
"""
MONTHS = ["2024-01-01", "2024-02-01", "2024-03-01", "2024-04-01"]
TOTALS = [30, 45, 45, 90]
CHANGES = [None, 15, 0, 45]
GROWTH = [None, 50.0, 0.0, 100.0]


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Asker, Sequence[Table]]]:
    folder: Path = tmp_path_factory.mktemp("unit_to_unit")
    with asker(folder) as made:
        yield made, made.tables(loans=LOANS)


def last_column(answer: object) -> list[object]:
    assert isinstance(answer, list), answer
    return [None if row[-1] is None else round(row[-1], 6) for row in answer]


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("month over month change in total fee", CHANGES),
        ("Difference of total fee to the previous month, per month", CHANGES),
        ("change of total fee from month to month", CHANGES),
        ("how did the total fee change from one month to the next?", CHANGES),
        ("monthly change in total fee", CHANGES),
        ("month on month growth of total fee in percent", GROWTH),
        ("monthly growth rate of total fee", GROWTH),
        ("change in total fee from month to month in percent", GROWTH),
        ("total fee growth month over month", GROWTH),
        ("cumulative monthly fee", [30, 75, 120, 210]),
        ("2 month moving average of total fee", [None, 37.5, 45.0, 67.5]),
        ("Rolling 2-month average of the monthly total fee", [None, 37.5, 45.0, 67.5]),
        ("moving average of total fee over 2 months", [None, 37.5, 45.0, 67.5]),
        ("month over month change in number of loans", [None, -1, 1, -1]),
        ("month over month change in total fee for North", [None, 35, -15]),
    ],
)
def test_it_follows_the_unit_that_is_named(
    asked: tuple[Asker, Sequence[Table]], question: str, wanted: list[object]
) -> None:
    made, tables = asked
    assert last_column(made.answer(question, tables)) == wanted


@pytest.mark.parametrize(
    "question",
    [
        "30 day moving average of the monthly total fee",  # months have no days that move
        "1 month moving average of total fee",
        "month over year change in total fee",
    ],
)
def test_what_is_no_such_figure_is_declined(asked: tuple[Asker, Sequence[Table]], question: str) -> None:
    made, tables = asked
    assert made.answer(question, tables) == "declined"


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("cross table of book and branch", [("Ash", 2, 1), ("Birch", 1, 1), ("Cedar", 0, 1)]),
        ("number of loans by book in rows and branch in columns", [("Ash", 2, 1), ("Birch", 1, 1), ("Cedar", 0, 1)]),
        (
            "Pivot the total fee with branch as rows and book as columns",
            [("North", 55, 30, None), ("South", 90, 20, 15)],
        ),
        ("which book values are duplicated?", [("Ash", 3), ("Birch", 2)]),
        ("list the values of branch that appear more than once", [("North", 3), ("South", 3)]),
        ("group the loans by fee in buckets of 50 and count them", [(0, 5), (50, 1)]),
        ("how many loans have a book that is not Ash or Cedar?", [(2,)]),
        ("number of loans with a book other than Ash or Birch", [(1,)]),
        ("what is the latest loaned date?", [("2024-04-11",)]),
        ("when was the first of the loans loaned?", [("2024-01-05",)]),
    ],
)
def test_tables_of_groups_and_ends_of_dates(
    asked: tuple[Asker, Sequence[Table]], question: str, wanted: list[tuple[object, ...]]
) -> None:
    made, tables = asked
    answer = made.answer(question, tables)
    assert isinstance(answer, list), answer
    found = [tuple(str(c)[:10] if hasattr(c, "year") else c for c in row) for row in answer]
    assert sorted(map(str, found)) == sorted(map(str, wanted))
