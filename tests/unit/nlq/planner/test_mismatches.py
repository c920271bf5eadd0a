"""Words that do not go with the values that they would be taken for: another reading is answered, or none."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.nlq.planner.asking import Tables

SQUADS = """
    squad,captain,points,attendance,votes north,% of votes,lane,wins,award,penalties,total,gold,pruned
    Reds,Ann Lee,34,17174,5100,34.5,4,6,Winner,-3,9,2,
    Blues,Bo Kent,32,18734,4200,20.5,1,6,Winner,-1,4,0,-1
    Greens,Cy Moss,30,16012,3900,14.5,3,5,Winner,0,7,1,-1
    Pinks,Di Voss,28,20940,2800,9.5,2,4,,-6,2,0,-1
    Teals,Ed Park,26,19005,1500,8.5,5,4,,-4,1,0,
"""
JUDGES = """
    name,term as a judge,reason for leaving
    Ann Lee,1921-1930,retired
    Bo Kent,1931-1936,post abolished
    Cy Moss,1931-1936,post abolished
"""
LETTERS = """
    jamo,halfwidth
    a,x
    b,y
    jamo,halfwidth
    c,z
    d,w
"""


@pytest.fixture
def ask(tmp_path: Path) -> Tables:
    return Tables(tmp_path, {"squads": SQUADS, "court": JUDGES, "letters": LETTERS})


def over(ask: Tables, name: str) -> Tables:
    return Tables(ask.folder, {name: ask.sheets[name]})


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("how many votes north", 17500),
        ("what is the number of penalties", -14),
        ("who has the most points", "Ann Lee"),
        ("how many points have Reds", 34),
        ("how many points when under 17,180 attended", 64),
    ],
)
def test_what_goes_together_is_answered(ask: Tables, question: str, answer: object) -> None:
    assert answer in over(ask, "squads").likeliest(question)


@pytest.mark.parametrize(
    ("table", "question"),
    [
        ("squads", "how many points entries are there"),
        ("squads", "how many points have a total of 9"),
        ("squads", "how many points had the Reds squad"),
        ("squads", "what kind of captain has 34 points"),
        ("squads", "how many squads do not have -1 pruned"),
        ("squads", "how many total gold have been given"),
        ("court", "how many judges with the reason post abolished"),
        ("letters", "how many halfwidth are there"),
    ],
)
def test_what_does_not_go_together_is_not_answered(ask: Tables, table: str, question: str) -> None:
    assert not over(ask, table).is_answered(question)
