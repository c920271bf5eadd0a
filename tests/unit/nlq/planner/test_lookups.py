"""What is looked up in one table: each kind of phrase, and what must not be read into it."""

from __future__ import annotations

from pathlib import Path

import pytest

from .asking import Tables

GAMES = """
    Week,Date,Opponent,Result,Score,Attendance,Record,Venue
    1,2019-09-08,Chicago Bears,W,10-3,62435,1-0,Soldier Field
    2,2019-09-15,Minnesota Vikings,W,21-16,78416,2-0,Lambeau Field
    3,2019-09-22,Denver Broncos,L,16-27,78300,2-1,Lambeau Field
    4,2019-09-26,Chicago Bears,L,27-34,78170,2-2,Lambeau Field
    6,2019-10-14,Detroit Lions,W,23-22,77500,3-2,Lambeau Field
    9,2019-11-03,Los Angeles Chargers,L,11-26,25435,3-3,Dignity Park
"""
MATCHES = """
    Home team,Home team score,Away team,Away team score,Ground,Crowd
    Carlton,12.10 (82),Essendon,9.13 (67),Princes Park,18200
    Fitzroy,8.11 (59),Melbourne,14.7 (91),Junction Oval,9400
    Essendon,18.14 (122),Carlton,7.7 (49),Windy Hill,16100
    Geelong,10.9 (69),Fitzroy,10.8 (68),Kardinia Park,14000
    Melbourne,9.9 (63),Geelong,13.12 (90),MCG,21050
"""
DRAFT = """
    Round,Pick,Player,Position,Nationality,College
    1,7,Ali Reed,Guard,United States,Duke
    1,19,Bo Smith,Center,Canada,Kansas
    2,36,Cy Jones,Guard,United States,UCLA
    3,70,Di Brown,Forward,Spain,Duke University Club
    4,104,Ed Marsh,Forward,Canada,Utah
"""
EPISODES = """
    Series no,Title,Directed by,Written by,US viewers (millions),Family friendly
    1,The Start,Ann Lee,Bob Ray,2.39,yes
    2,The Middle,Cal Fox,Bob Ray,3.1,no
    3,The Turn,Ann Lee,Dan Poe,2.87,Yes
    4,The End,Cal Fox,Eve Orr,2.6,No
    5,The Return,Gus Hay,Eve Orr,1.9,Y
"""


@pytest.fixture
def games(tmp_path: Path) -> Tables:
    return Tables(tmp_path, {"t1": GAMES})


@pytest.fixture
def matches(tmp_path: Path) -> Tables:
    return Tables(tmp_path, {"t2": MATCHES})


@pytest.fixture
def draft(tmp_path: Path) -> Tables:
    return Tables(tmp_path, {"t3": DRAFT})


@pytest.fixture
def episodes(tmp_path: Path) -> Tables:
    return Tables(tmp_path, {"t4": EPISODES})


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("What is the record when the opponent is Detroit Lions?", ["3-2"]),
        ("what was the result, when the week is 3 and when the opponent is Denver Broncos?", ["L"]),
        ("If the week is 9, what is the record?", ["3-3"]),
        ("I want to know the record when the opponent is Denver Broncos", ["2-1"]),
        ("Tell me the score of the game against the Detroit Lions", ["23-22"]),
        ("Name the venue for week 9", ["Dignity Park"]),
        ("Which record has Denver Broncos as the opponent?", ["2-1"]),
        ("What is the score with 3 as the week?", ["16-27"]),
        ("Who was the opponent in week 2?", ["Minnesota Vikings"]),
    ],
)
def test_a_value_is_looked_up_by_others_of_its_row(games: Tables, question: str, answer: list[str]) -> None:
    column = next(c for c in ("Record", "Result", "Score", "Venue", "Opponent") if c.lower() in question.lower())
    column = "Record" if "Which record" in question else column
    assert games.values(question, column) == answer


def test_nouns_of_rows_need_no_column_of_that_name(games: Tables) -> None:
    assert games.values("How many games had an attendance over 70000?") == [4]
    assert games.values("How many people attended the game against the Detroit Lions?") == [77500]


def test_a_noun_that_fits_nothing_in_the_table_is_no_row(games: Tables) -> None:
    assert not games.is_answered("How many stations had an attendance over 70000?")


def test_a_verb_may_stand_for_its_column(episodes: Tables) -> None:
    assert episodes.values("Who directed the episode titled The End?", "Directed by") == ["Cal Fox"]


def test_a_condition_beside_its_column_is_about_that_column(matches: Tables) -> None:
    assert matches.values("What is the average crowd when the away team is Carlton?") == [16100]
    assert matches.values("What is the ground when Geelong was the away team?", "Ground") == ["MCG"]


def test_of_a_cell_that_stands_in_two_columns_it_is_asked_which_one(matches: Tables) -> None:
    assert not matches.is_answered("What is the ground for Carlton?")


def test_what_the_question_says_itself_is_not_looked_up(games: Tables) -> None:
    assert not games.is_answered("What result was W before week 3?")


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("What is the lowest number of attendance against the Chicago Bears?", 62435),
        ("What was the highest amount of attendance?", 78416),
        ("Name the lowest attendance", 25435),
    ],
)
def test_the_greatest_number_of_a_column_that_counts(games: Tables, question: str, answer: int) -> None:
    assert games.values(question) == [answer]


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("What is the pick number of Bo Smith?", [19]),
        ("What is the name of the player in round 4?", ["Ed Marsh"]),
        ("What kind of position does Cy Jones play?", ["Guard"]),
        ("Which position does the player from Utah play?", ["Forward"]),
        ("What is the pick when the round is greater than 3?", [104]),
    ],
)
def test_words_beside_a_column_that_say_what_it_is(draft: Tables, question: str, answer: list[object]) -> None:
    column = "Pick" if "pick" in question else "Player" if "name" in question else "Position"
    assert draft.values(question, column) == answer


def test_a_place_in_an_order_is_never_summed(draft: Tables) -> None:
    assert draft.values("How many different rounds are there for Canada?") == [2]


def test_yes_may_be_written_in_several_ways(episodes: Tables) -> None:
    assert episodes.values("How many episodes are family friendly?") == [3]


def test_a_heading_that_repeats_itself_is_named_once(tmp_path: Path) -> None:
    table = Tables(tmp_path, {"clubs": "Club Club,Points for Points for\nUsk,179\nRhos,204\nCwm,311\n"})
    assert table.values("What is the club when the points for is 204?", "Club Club") == ["Rhos"]


def test_the_value_of_one_row_and_its_sum_are_one_answer(draft: Tables) -> None:
    assert draft.values("What is the pick of Ali Reed?") == [7]
