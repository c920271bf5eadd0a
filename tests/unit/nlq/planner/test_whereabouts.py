"""Where things are: by the table of their addresses, by what they are in, by a column beside them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from eval.tables import Table
from tests.unit.nlq.planner.asked import Asker, asker

CLINIC = """
    clinic_id,clinic_name,specialty,town,score
    901,Oak Clinic,dental,Marle,4.1
    902,Elm Practice,dental,Marle,3.2
    903,Fern House,eye,Marle,4.8
    904,Birch Rooms,dental,Tolby,4.9
    905,Ash Centre,eye,Tolby,2.2
    906,Pine Point,dental,Marle,4.1
    907,Larch Lodge,skin,Quorn,3.9
"""
ADDRESS = """
    clinic_id,house_number,street,town
    901,12,Mill Lane,Marle
    902,7,High Street,Marle
    903,3,Mill Lane,Marle
    904,44,Station Road,Tolby
    905,9,High Street,Tolby
    907,1,Long Row,Quorn
"""
DISTRICT = """
    town,district
    Marle,North Fen
    Tolby,South Fen
    Quorn,North Fen
"""
COURSE = """
    course_id,course_name,teacher,room_id
    10,Algebra,Nkemi Oduya,1
    11,Drawing,Petra Lunt,2
    12,Biology,Nkemi Oduya,3
    13,Choir,Sem Aarts,3
    14,Fencing,Petra Lunt,4
"""
ROOM = """
    room_id,room_name,floor,building_id
    1,R101,1,1
    2,R202,2,1
    3,Aula,1,2
    4,Gym,1,2
"""
BUILDING = """
    building_id,building_name,street
    1,Old House,Mill Lane
    2,Annex,Station Road
"""


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asker]:
    with asker(tmp_path_factory.mktemp("whereabouts")) as made:
        yield made


@pytest.fixture(scope="module")
def health(ask: Asker) -> tuple[Table, ...]:
    return ask.tables(clinic=CLINIC, address=ADDRESS, district=DISTRICT)


@pytest.fixture(scope="module")
def school(ask: Asker) -> tuple[Table, ...]:
    return ask.tables(course=COURSE, room=ROOM, building=BUILDING)


HEALTH = {
    "one by its name": ("Where is Oak Clinic?", {("Oak Clinic", 12, "Mill Lane")}),
    "several of a kind": (
        "where are the dental clinics",
        {("Oak Clinic", 12, "Mill Lane"), ("Elm Practice", 7, "High Street"), ("Birch Rooms", 44, "Station Road")},
    ),
    "what has no address is nowhere": (
        "where can I find a clinic in Marle",
        {("Oak Clinic", 12, "Mill Lane"), ("Elm Practice", 7, "High Street"), ("Fern House", 3, "Mill Lane")},
    ),
    "the best": ("where is the best clinic in Marle?", {("Fern House", 3, "Mill Lane")}),
    "the best of a kind, by the kind alone": (
        "where is the best dental in the south fen",
        {("Birch Rooms", 44, "Station Road")},
    ),
    "the address is shown of what is listed": (
        "which clinic is on Mill Lane in Marle",
        {("Oak Clinic", 12, "Mill Lane"), ("Fern House", 3, "Mill Lane")},
    ),
    "the best by the kind alone": ("what is the best eye in Tolby", {("Ash Centre", 9, "High Street")}),
}


def _parts(rows: list[tuple[object, ...]], wanted: set[tuple[object, ...]]) -> set[tuple[object, ...]]:
    """Of each row those cells that are in some wanted row, in the order of that."""
    known = {cell for row in wanted for cell in row}
    return {tuple(cell for cell in row if cell in known) for row in rows}


@pytest.mark.parametrize("case", HEALTH)
def test_addresses_say_where_things_are(case: str, ask: Asker, health: tuple[Table, ...]) -> None:
    question, wanted = HEALTH[case]
    answer = ask.answer(question, health)
    assert not isinstance(answer, str), answer
    assert _parts(answer, wanted) == wanted, answer


def test_a_place_that_two_tables_tell_differently_is_asked_about(ask: Asker, health: tuple[Table, ...]) -> None:
    """Pine Point is in Marle by its own row, and has no address."""
    assert ask.answer("how many dental clinics are in Marle", health) == "asked back"
    assert ask.answer("how many dental clinics are in Tolby", health) == [(1,)]


def test_a_region_is_reached_through_the_towns_that_it_names(ask: Asker, health: tuple[Table, ...]) -> None:
    assert ask.answer("how many dental clinics are there in the North Fen", health) == [(3,)]


SCHOOL = {
    "in a room of a building": ("Where is Algebra?", ("Algebra", "R101", 1, "Old House", "Mill Lane")),
    "a room": ("where is the Aula", ("Aula", 1, "Annex", "Station Road")),
}


@pytest.mark.parametrize("case", SCHOOL)
def test_what_they_are_in_says_where_things_are(case: str, ask: Asker, school: tuple[Table, ...]) -> None:
    question, wanted = SCHOOL[case]
    answer = ask.answer(question, school)
    assert not isinstance(answer, str), answer
    assert [set(row) for row in answer] == [set(wanted)]


def test_where_nothing_says_where_the_question_is_declined(ask: Asker) -> None:
    tables = ask.tables(song="song,length\n Dawn,3\n Dusk,4\n Noon,2")
    assert ask.answer("where is Dawn", tables) == "declined"
