"""Rows as such, columns that only number them, names that are shortened, and figures that are averaged rather than added up."""

from __future__ import annotations

from pathlib import Path

import pytest

from .asking import Tables

FLIGHTS = """
    flight,carrier,dep_delay,arr_delay,dest
    101,AA,5,-3,ORD
    101,AA,70,81,HNL
    202,UA,0,4,HNL
    303,UA,65,60,HNL
    303,UA,12,8,ORD
"""
AIRLINES = """
    carrier,name
    AA,American Airlines
    UA,United Air Lines
"""
FEES = """
    region,fee
    North,7
    North,8
    South,
"""


WEIGHTS = """
    animal,weight
    fox,12.5
    owl,9.25
"""


@pytest.fixture
def over(tmp_path: Path) -> Tables:
    return Tables(tmp_path, {"flights": FLIGHTS, "airlines": AIRLINES, "fees": FEES, "weights": WEIGHTS})


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("How many rows are in fees?", "Number of rows of fees."),
        ("What is the total weight?", "Total weight of weights."),
        ("total weights", "Total weight of weights."),
        ("How many weights are there?", "Number of rows of weights."),
        ("How many rows does fees have?", "Number of rows of fees."),
        ("How many records of the table fees are there?", "Number of rows of fees."),
        ("Number of rows in flights", "Number of rows of flights."),
        ("How many rows have region North?", "Number of rows of fees where region is North."),
        (
            "Top 2 destinations by number of flights",
            "Number of rows of flights, by dest, the 2 highest by number of flights.",
        ),
        ("How many flights are there?", "Number of rows of flights."),
        ("average departure delay per carrier", "Average dep_delay of flights, by carrier."),
        ("Average arrival delay per airline name", "Average arr_delay of flights with airlines, by name."),
    ],
)
def test_the_likeliest_reading(over: Tables, question: str, sentence: str) -> None:
    assert over.readings(question).best[0].sentence == sentence


def test_rows_that_are_asked_for_are_not_their_numbers(over: Tables) -> None:
    best, *others = over.readings("Show the flights to HNL with a departure delay above 60").best
    assert best.sentence.startswith("The flight, carrier,") and "dest is HNL" in best.sentence
    assert all(other.cost - best.cost > 0.5 for other in others if "The flight of" in other.sentence)
    assert not any("otal flight" in other.sentence or "verage flight" in other.sentence for other in others)


def test_a_shortened_word_said_in_full_is_as_good_as_the_name(over: Tables) -> None:
    assert over.readings("average departure delay").best[0].cost <= 0.1
    assert over.readings("average delay").best[0].cost > 0.1
