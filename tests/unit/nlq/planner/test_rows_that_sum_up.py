"""Rows that sum up others ("Total", "Subtotal", a quarter among months) are counted with them only where the question names them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from services.dataproc.evaluation.model import Rows
from services.nlq.planner.facts import Turn
from services.nlq.planner.planner import read

from .asking import TODAY, Tables

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


@pytest.mark.parametrize("label", ["All areas", "Teton Total", "Sum", "Both"])
def test_what_only_may_be_one_is_one_where_it_adds_up(tmp_path: Path, label: str) -> None:
    assert Tables(tmp_path, {"areas": ROWED.format(label=label)}).answer("total visits") == [(80,)]


@pytest.mark.parametrize("label", ["Total", "All areas", "Teton Total"])
def test_what_is_only_called_one_is_data(tmp_path: Path, label: str) -> None:
    other = Tables(tmp_path, {"areas": ROWED.replace("80", "7").format(label=label)})
    assert other.answer("total visits") == [(87,)]


def test_quarters_among_months(tmp_path: Path) -> None:
    assert Tables(tmp_path, {"meters": METERS}).answer("total litres") == [(75,)]


def test_a_blank_label_is_left_out_and_others_without_one_are_not(tmp_path: Path) -> None:
    blank = Tables(tmp_path, {"days": "day,users\n2024-01-01,100\n2024-01-02,110\n2024-01-03,120\n,330"})
    assert blank.answer("total users") == [(330,)]
    assert blank.answer("highest users") == [(120,)]
    assert blank.answer("how many rows are there") == [(3,)]


def test_a_label_that_stands_on_ordinary_rows_too_takes_only_the_one_that_sums_up(tmp_path: Path) -> None:
    """A sheet of two lists: "Total" is a brand in the first."""
    brands = "brand,kind,litres\nTotal,diesel,31\nShell,diesel,20\nTotal,petrol,18\nTotal,,69"
    assert Tables(tmp_path, {"fuel": brands}).answer("total litres") == [(69,)]


def test_a_person_may_have_them_counted(clubs: Tables) -> None:
    facts = [replace(table.facts, counts_totals=True) for table in clubs.loaded]
    (likeliest, *_) = read("total budgeted", facts, today=TODAY).best
    (found,) = clubs.evaluate([likeliest.query])
    assert isinstance(found, Rows)
    assert found.table.column(0).to_pylist() == [3 * 430]


def test_a_turn_that_counted_them_is_followed_up_by_one_that_does_not(clubs: Tables) -> None:
    facts = [table.facts for table in clubs.loaded]
    counted = read("total budgeted", [replace(f, counts_totals=True) for f in facts], today=TODAY).best[0].query
    turn = Turn("total budgeted", None, None, counted.model_dump(mode="json"))
    followed = read("and for Rowing?", facts, history=[turn], today=TODAY)
    (found,) = clubs.evaluate([followed.best[0].query])
    assert isinstance(found, Rows)
    assert found.table.column(0).to_pylist() == [330]
