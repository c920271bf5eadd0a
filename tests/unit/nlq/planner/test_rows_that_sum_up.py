"""Rows that sum up others ("Total", "Subtotal", a quarter among months) are counted with them only where the question names them."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.nlq.planner.facts import Clarify
from services.nlq.planner.linking.totals import sums_up

from .asking import Tables

CLUBS = """
    club,post,budgeted,spent
    Chess,Boards,40,35
    Chess,Prizes,60,70
    Chess,Subtotal,100,105
    Rowing,Boats,300,280
    Rowing,Prizes,30,25
    Rowing,Subtotal,330,305
    Total,,430,410
"""
ROWED = "area,visits\nEast,40\nWest,25\nSouth,15\n{label},80"
METERS = """
    year,month,litres
    2023,Jan,10
    2023,Feb,11
    2023,Mar,12
    2023,Q1,33
    2023,Apr,13
    2023,May,14
    2023,Jun,15
    2023,Q2,42
"""


@pytest.fixture
def clubs(tmp_path: Path) -> Tables:
    return Tables(tmp_path, {"clubs": CLUBS})


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("total spent for Chess", 105),
        ("total spent of all clubs except Chess", 305),
        ("average spent in Rowing", 152.5),
        ("highest spent in Rowing", 280),
        ("total budgeted", 430),
    ],
)
def test_a_filter_on_their_column_does_not_bring_them_back(clubs: Tables, question: str, wanted: float) -> None:
    assert clubs.likeliest(question) == [wanted]


def test_one_that_is_named_is_meant(clubs: Tables) -> None:
    assert clubs.likeliest("spent for the subtotal of Chess") == [105]


@pytest.mark.parametrize(
    "label", ["Total", "GRAND TOTAL", "Sub-total", "Gesamt", "Insgesamt", "Razem", "Итого", "合計"]
)
def test_labels_of_many_languages(tmp_path: Path, label: str) -> None:
    over = Tables(tmp_path, {"areas": ROWED.format(label=label)})
    assert over.answer("total visits") == [(80,)]
    assert over.answer("total visits not in East") == [(40,)]


def test_what_only_may_be_one_is_asked_about(tmp_path: Path) -> None:
    over = Tables(tmp_path, {"areas": ROWED.format(label="All areas")})
    decided, computed = over.decided("total visits")
    assert isinstance(decided, Clarify)
    assert {table.to_pylist()[0]["total visits"] for _, table in computed} == {80, 160}


def test_quarters_among_months(tmp_path: Path) -> None:
    assert Tables(tmp_path, {"meters": METERS}).answer("total litres") == [(75,)]


def test_labels_beside_others() -> None:
    assert sums_up("East Total", ["East", "West"])
    assert sums_up("Teton Total", ["East", "West"]) is None
    assert sums_up("Q1", ["Q1", "Q2", "Q3"]) is False
    assert sums_up("Somme", ["Oise", "Aisne"]) is None
    assert sums_up("Allier", ["Oise", "Aisne"]) is False
