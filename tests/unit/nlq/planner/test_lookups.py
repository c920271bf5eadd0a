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
    assert matches.values("What is the ground when Geelong played as the away team?", "Ground") == ["MCG"]


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


PRESIDENTS = """
    No,President,Party,Terms
    a,Ada North,Union,2
    b,Ben South,Reform,1
    c,Cy West,Union,3
    d,Di East,Green,1
"""
MEDALS = """
    Rank,Nation,Gold,Silver,Bronze,Note
    1,Peru,5,2,1,hosts
    2,Chile,3,4,6,
    3,Ecuador,1,1,9,new
    4,Bolivia,0,2,2,
"""


@pytest.fixture
def presidents(tmp_path: Path) -> Tables:
    return Tables(tmp_path, {"t5": PRESIDENTS})


@pytest.fixture
def medals(tmp_path: Path) -> Tables:
    return Tables(tmp_path, {"t6": MEDALS})


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Who was the first president?", "Ada North"),
        ("What is the last president listed on this chart?", "Di East"),
        ("Which president is listed after Ben South?", "Cy West"),
        ("Which president came before Ben South?", "Ada North"),
        ("Who came right after Ada North?", "Ben South"),
    ],
)
def test_rows_by_where_they_stand(presidents: Tables, question: str, answer: str) -> None:
    assert presidents.likeliest(question, "President") == [answer]


def test_after_one_of_several_is_no_single_row(presidents: Tables) -> None:
    assert not presidents.is_answered("Which party is listed after Union?")


def test_the_first_of_dated_rows_is_the_earliest(tmp_path: Path) -> None:
    table = Tables(tmp_path, {"t7": "Show,Opened\nCats,2011-05-01\nRent,1996-01-26\nEvita,2001-03-02\n"})
    assert table.values("What is the first show?", "Show") == ["Rent"]
    assert table.values("What is the first show listed in the table?", "Show") == ["Cats"]


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Which nation has more gold medals, Chile or Ecuador?", "Chile"),
        ("who won fewer bronze medals, Ecuador or Bolivia?", "Bolivia"),
        ("Did Peru or Chile have more silver?", "Chile"),
    ],
)
def test_which_of_two_has_more(medals: Tables, question: str, answer: str) -> None:
    assert medals.values(question, "Nation") == [answer]


def test_which_of_two_came_first(tmp_path: Path) -> None:
    table = Tables(tmp_path, {"t8": "Show,Opened\nCats,2011-05-01\nRent,1996-01-26\nEvita,2001-03-02\n"})
    assert table.values("Which show came first, Cats or Evita?", "Show") == ["Evita"]


def test_medals_of_a_metal(medals: Tables) -> None:
    assert medals.values("How many gold medals did Peru win?") == [5]


def test_whether_an_empty_cell_is_another_one_is_asked_where_it_matters(medals: Tables) -> None:
    assert not medals.is_answered("How many nations are not hosts?")
    assert medals.values("How many nations are not Peru?") == [3]


def test_things_listed_more_than_once_may_be_counted_either_way(presidents: Tables) -> None:
    assert not presidents.is_answered("How many parties are listed in the table?")
    assert presidents.values("How many presidents are listed in the table?") == [4]


def test_the_largest_of_a_text_is_no_count(presidents: Tables) -> None:
    assert not presidents.is_answered("Which president has the largest party?")


def test_a_number_beyond_a_column_is_not_of_that_column(tmp_path: Path) -> None:
    table = Tables(tmp_path, {"t9": "Year,Wins,Cuts made\n2003,2,20\n2004,1,24\n2005,5,30\n"})
    assert table.likeliest("Name the cuts made for 2004", "Cuts made") == [24]


def test_years_are_never_summed_whatever_their_column_is_called(tmp_path: Path) -> None:
    text = "District,First elected\nD1,1998\nD2,2004\nD3,2006\nD4,1998\n"
    assert not Tables(tmp_path, {"t10": text}).is_answered("How many first elected are there?")
