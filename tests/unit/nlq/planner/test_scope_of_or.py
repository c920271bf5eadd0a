"""What "or" joins: never alternatives of which one cannot be. What cannot be told is declined."""

from __future__ import annotations

from pathlib import Path

import pytest

from .asking import Tables

PLANTS = """
    plant_no,sort,state,watered,labelled,height
    1,fern,healthy,daily,x,20
    2,palm,wilted,weekly,,90
    3,fern,wilted,daily,x,30
    4,palm,healthy,weekly,,80
    5,moss,healthy,daily,,2
    6,moss,wilted,weekly,x,3
    7,fern,healthy,daily,x,25
    8,palm,wilted,daily,,70
"""


@pytest.fixture
def plants(tmp_path: Path) -> Tables:
    return Tables(tmp_path, {"plants": PLANTS})


@pytest.mark.parametrize(
    "question", ["how many healthy ferns or wilted palms", "how many wilted moss or healthy ferns are there?"]
)
def test_two_pairs_are_read_as_pairs_or_not_at_all(plants: Tables, question: str) -> None:
    if plants.is_answered(question):
        assert plants.answer(question) == [(4 if "ferns or" in question else 3,)]


def test_alternatives_of_one_column_are_one(plants: Tables) -> None:
    assert plants.likeliest("how many plants are ferns or palms") == [6]
    assert plants.likeliest("how many healthy plants are ferns or palms") == [3]


def test_a_column_whose_only_value_is_said_is_not_counted(plants: Tables) -> None:
    assert plants.likeliest("how many with a height over 10 watered daily") == [4]


def test_a_mark_is_no_thing_to_count(plants: Tables) -> None:
    if plants.is_answered("how many plants were labelled"):
        assert plants.answer("how many plants were labelled") == [(4,)]


def test_what_is_said_of_one_row_alone_is_not_passed_over(tmp_path: Path) -> None:
    sales = "sale_no,buyer,good,pieces\n" + "\n".join(
        f"{i},B{i % 3},{('rice', 'tea')[i % 2]},{i}" for i in range(1, 19)
    )
    over = Tables(tmp_path, {"sales": sales})
    assert not over.is_answered("how many buyers bought more than 2 tea in one sale")
