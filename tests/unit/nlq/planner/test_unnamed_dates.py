"""Halves of months, days counted from today in data that ended long ago, and which of several dates a period is about."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.nlq.planner.facts import Clarify
from tests.unit.nlq.planner.asking import Tables

HIKES = """
    hike_id,walked,km
    1,2023-02-01,4
    2,2023-02-15,5
    3,2023-02-16,6
    4,2023-02-28,7
    5,2023-03-10,8
"""
BILLS = """
    bill,due_on,paid_on,amount
    B1,2023-03-01,2023-02-27,10
    B2,2023-03-15,2023-04-02,20
    B3,2023-04-15,,30
    B4,2023-04-20,2023-04-20,40
    B5,2023-03-20,2023-04-19,50
"""
DAMAGES = """
    damage,broken_date,told_date,cost
    D1,2023-03-01,2023-03-02,10
    D2,2023-03-30,2023-04-01,20
    D3,2023-03-31,2023-04-04,30
    D4,2023-04-20,2023-05-20,40
"""
JOBS = """
    job,opened,closed,hours
    J1,2023-03-01,2023-03-02,10
    J2,2023-03-30,2023-04-01,20
    J3,2023-04-20,2023-05-20,40
"""


def over(folder: Path, name: str, sheet: str) -> Tables:
    return Tables(folder, {name: sheet})


@pytest.mark.parametrize(
    ("period", "km"),
    [
        ("in the first half of February", 9),
        ("in the second half of February", 13),
        ("in the first half of February 2023", 9),
        ("in the second half of February 2023", 13),
        ("in the first half of March", 8),
    ],
)
def test_a_month_has_halves(tmp_path: Path, period: str, km: int) -> None:
    assert over(tmp_path, "hikes", HIKES).answer(f"total km {period}") == [(km,)]


def test_a_month_has_no_quarters(tmp_path: Path) -> None:
    assert not over(tmp_path, "hikes", HIKES).is_answered("how many hikes in the last quarter of February")


@pytest.mark.parametrize("day", ["today", "yesterday"])
def test_nothing_is_from_today_where_the_data_ended_long_ago(tmp_path: Path, day: str) -> None:
    assert not over(tmp_path, "hikes", HIKES).is_answered(f"how many hikes {day}")


@pytest.mark.parametrize(
    ("name", "sheet", "question"),
    [("bills", BILLS, "how many bills in March"), ("damages", DAMAGES, "total cost of damages in March 2023")],
)
def test_dates_that_are_as_good_are_asked_about(tmp_path: Path, name: str, sheet: str, question: str) -> None:
    decided, _ = over(tmp_path, name, sheet).decided(question)
    assert isinstance(decided, Clarify)


def test_what_the_verb_names_is_not(tmp_path: Path) -> None:
    assert over(tmp_path, "bills", BILLS).answer("how many bills were paid in April") == [(3,)]


def test_nor_is_the_day_on_which_a_row_came_about(tmp_path: Path) -> None:
    assert over(tmp_path, "jobs", JOBS).answer("how many jobs in March") == [(2,)]
