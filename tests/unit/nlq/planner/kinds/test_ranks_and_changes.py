"""Superlatives of calendar units and of things, orders, changes between periods, two groups, and rows beside the average of all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import pytest

from .conftest import World
from .worlds import CARRIER, CLINIC, EMPLOYER, SCHOOL

Worlds = Callable[[Mapping[str, str]], World]
Case = tuple[str, list[tuple[Any, ...]]]

BUSIEST: list[Case] = [
    ("busiest weekday", [("Friday", 3)]),
    ("the quietest month of 2023 by fee", [(date(2023, 1, 1), 3.0)]),
    ("which month had the highest total price?", [(date(2024, 3, 1), 55)]),
]
CHANGED: list[Case] = [
    ("By how many percent did the total price change from January to February 2024?", [(-10,)]),
    ("by what percentage did the total price fall from January to February 2024?", [(-10,)]),
    ("how did the total price change from 2023 to 2024", [(20,)]),
    ("how much did the total price change from 2023 to 2024, by sent_on", [(20,)]),
]
SORTED: list[Case] = [
    ("sort the teams by average age, highest first", [("Lab", 47), ("Ops", 42), ("Sales", 31)]),
    ("rank the teams by total salary", [("Ops", 8600), ("Lab", 7900), ("Sales", 7500)]),
    ("total salary, team by team, smallest first", [("Sales", 7500), ("Lab", 7900), ("Ops", 8600)]),
]
BESIDE_ALL: list[Case] = [
    ("how many staff have more than the average salary?", [(3,)]),
    ("How many staff have a bonus below the median bonus?", [(4,)]),
]
TWO_GROUPS: list[Case] = [("mean salary of staff from Riga compared with Oslo", [(2875, 3125)])]


@pytest.mark.parametrize(("question", "expected"), BUSIEST + CHANGED)
def test_of_parcels(world: Worlds, question: str, expected: list[tuple[Any, ...]]) -> None:
    assert world(CARRIER).ask(question) == expected


@pytest.mark.parametrize(("question", "expected"), SORTED + BESIDE_ALL + TWO_GROUPS)
def test_of_staff(world: Worlds, question: str, expected: list[tuple[Any, ...]]) -> None:
    assert world(EMPLOYER).ask(question) == expected


def test_the_best_paid_of_each_group(world: Worlds) -> None:
    found = world(EMPLOYER).ask("best paid staff in each team")
    assert {row[:2] for row in found} == {("Sales", "Ann"), ("Ops", "Eva"), ("Lab", "Gro")}


def test_what_grew_the_most(world: Worlds) -> None:
    (in_percent,) = world(SCHOOL).ask("which school grew the most in percent from 2021 to 2023?")
    assert in_percent[0] == "Oak"


def test_averages_ward_by_ward(world: Worlds) -> None:
    assert world(CLINIC).ask("Average cost, ward by ward, largest first") == [
        ("Green", 650),
        ("Blue", 1000 / 3),
        ("Red", 150),
    ]


def test_the_future_is_not_looked_up(world: Worlds) -> None:
    assert str(world(CARRIER).ask("what will the parcels be next year?")).startswith("declined")
