"""Only, both, all, never and no, said of things that have several rows: what some row says is no answer."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.nlq.planner.facts import Clarify
from tests.unit.nlq.planner.asking import Tables

ORDERS = """
    order_id,guest_id,dish,room,tipped
    1,G1,Soup,Hall,yes
    2,G1,Soup,Hall,no
    3,G2,Soup,Yard,yes
    4,G2,Fish,Hall,yes
    5,G3,Fish,Yard,no
    6,G3,Stew,Hall,no
    7,G4,Fish,Yard,yes
    8,G4,Soup,Yard,no
"""
GUESTS = """
    guest_id,name,town
    G1,Ada,Lund
    G2,Ben,Lund
    G3,Cas,Kiel
    G4,Dov,Kiel
    G5,Eli,Kiel
    G6,Flo,Bonn
"""
EXAMS = """
    exam_id,pupil,topic,result,misses
    1,Ann,latin,pass,0
    2,Ann,greek,pass,1
    3,Bob,latin,pass,0
    4,Bob,greek,fail,0
    5,Cid,latin,fail,2
    6,Cid,greek,fail,0
    7,Dee,latin,pass,3
"""


@pytest.fixture
def over(tmp_path: Path) -> Tables:
    return Tables(tmp_path, {"orders": ORDERS, "guests": GUESTS})


@pytest.fixture
def exams(tmp_path: Path) -> Tables:
    return Tables(tmp_path, {"exams": EXAMS})


@pytest.mark.parametrize(
    "question",
    [
        "how many guests ordered only Soup",
        "which guests ordered just Soup",
        "guests who ate only in the Yard",
        "how many guests were never tipped",
    ],
)
def test_what_some_row_says_does_not_answer_what_is_said_of_all(over: Tables, question: str) -> None:
    assert not over.is_answered(question)


@pytest.mark.parametrize(
    "question",
    [
        "which pupils passed all topics",
        "how many pupils have a pass in every topic",
        "how many pupils had no misses",
    ],
)
def test_nor_does_it_for_the_cells_of_a_column(exams: Tables, question: str) -> None:
    assert not exams.is_answered(question)


def test_only_in_front_narrows_what_is_looked_at(exams: Tables) -> None:
    assert exams.readings("only for latin, how many pupils").best[0].cost < 0.75


def test_both_holds_with_all_else_that_is_said(exams: Tables) -> None:
    assert exams.values("which pupils passed both latin and greek") == ["Ann"]
    assert exams.values("which pupils failed both latin and greek") == ["Cid"]


def test_a_group_has_none_where_no_thing_of_it_has_one(over: Tables) -> None:
    assert over.values("which towns have no orders") == ["Bonn"]
    assert over.answer("how many towns have no orders") == [(1,)]


def test_a_group_never_did_what_one_thing_of_it_did(over: Tables) -> None:
    assert over.values("which towns never ordered Stew") == ["Bonn", "Lund"]


def test_two_cells_of_things_with_several_rows_are_asked_about(over: Tables) -> None:
    decided, _ = over.decided("how many guests ordered Soup and Stew")
    assert isinstance(decided, Clarify)


def test_two_cells_of_rows_are_either(over: Tables) -> None:
    assert over.likeliest("how many orders of Soup and Stew") == [5]


def test_no_behind_a_verb_denies(exams: Tables) -> None:
    assert not exams.is_answered("how many pupils failed no topic")
