"""Cells looked up by other cells, by place, by pieces of text."""

from __future__ import annotations

import pandas as pd
import pytest

from .conftest import Asked


@pytest.fixture
def games() -> Asked:
    frame = pd.DataFrame(
        {
            "date": ["May 1", "May 8", "May 15"],
            "opponent": ["Ottawa Rebels", "Boston", "Quebec"],
            "score": ["3 - 2", "1 - 4", "0 - 0"],
            "attendance": [11289, 9000, 15000],
        }
    )
    return Asked({"games": frame})


def test_a_cell_of_the_row_that_another_cell_names(games: Asked) -> None:
    assert games.column("What was the score of the game against Boston?") == ["1 - 4"]


def test_letter_case_of_a_cell_does_not_matter(games: Asked) -> None:
    assert games.column("what was the attendance against quebec?") == [15000]


def test_part_of_a_long_cell_finds_its_row(games: Asked) -> None:
    assert games.column("What was the score against the Ottawa?") == ["3 - 2"]


def test_several_columns_can_be_asked_for(games: Asked) -> None:
    result = games.answer("What are the score and attendance of the game on May 8?")
    assert result.iloc[0].tolist() == ["1 - 4", 9000]


def test_the_next_row_follows_the_one_that_is_named(games: Asked) -> None:
    assert games.column("Which opponent came right after Boston?") == ["Quebec"]


def test_a_number_in_the_question_can_name_the_row(games: Asked) -> None:
    assert games.column("Who was the opponent when the attendance was 9,000?", "opponent") == ["Boston"]


def test_text_is_matched_at_its_start(games: Asked) -> None:
    assert len(games.answer("show rows where opponent starts with B")) == 1


def test_of_two_rows_the_greater_is_named(games: Asked) -> None:
    assert games.column("Which opponent had a higher attendance, Boston or Quebec?", "opponent") == ["Quebec"]


def test_a_comparing_adjective_finds_its_column() -> None:
    people = Asked({"users": pd.DataFrame({"user": ["Al", "Bo", "Cy"], "age": [20, 31, 45]})})
    assert people.answer("how many users are older than 30") == 2
