"""One question at least for every kind of plan: its answer by hand, by DuckDB and by the code that a person sees."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import pytest

from .conftest import Answer, World
from .worlds import CARRIER, CLINIC, EMPLOYER, SCANS

Worlds = Callable[[Mapping[str, str]], World]
Case = tuple[str | tuple[str, ...], list[tuple[Any, ...]]]

DISTINCT: list[Case] = [("How many different zones are there?", [(3,)])]
WITH_AND_WITHOUT: list[Case] = [  # semi- and anti-joins
    ("couriers without any parcels", [("C4", "Di")]),
    ("courier ids in parcels that are not in the couriers file", [("C9",)]),
    ("parcels whose courier is not in the couriers file", [("P07",)]),
    ("number of couriers with more than 2 parcels", [(2,)]),
]
TREES: list[Case] = [
    ("how many parcels are either in zone Isle or weigh more than 8 kg?", [(5,)]),
    ("Number of parcels whose zone is not Isle", [(9,)]),
]
NESTED: list[Case] = [("average of total price per depot", [(280 / 3,)])]
FOLLOWED: list[Case] = [  # windows
    ("cumulative price by month in 2023", [(date(2023, 1, 1), 30, 30), (date(2023, 2, 1), 50, 80), (date(2023, 3, 1), 50, 130)]),
    ("which month had the biggest increase in total price over the month before?", [(date(2023, 2, 1), 50, 20)]),
]  # fmt: skip
ARITHMETIC: list[Case] = [
    ("total of price minus fee", [(255.5,)]),
    ("price per kg by depot", [("East", 7), ("North", 140 / 29), ("South", 105 / 27)]),
    ("average number of days from sent_on to delivered_on", [(4,)]),
]
RANKED: list[Case] = [
    ("top 1 parcel by price per zone", [("City", 45), ("Isle", 25), ("Rural", 40)]),
    ("which depot is second in total price?", [("South", 105)]),
    ("second most expensive parcel", [(40, "P04")]),
    ("what is the second highest price?", [(40,)]),
    ("which parcel took longest (sent_on to delivered_on)?", [("P06",)]),
]
COMPARED: list[Case] = [
    ("compare total price of 2023 and 2024", [(130, 150)]),
    ("difference in average price between North and South parcels", [(140 / 6 - 105 / 4,)]),
    ("growth of total price from 2023 to 2024 in percent", [(20 / 130 * 100,)]),
    ("by how much did the total fee change from 2023 to 2024?", [(1.5,)]),
    ("which depots have an average price above the overall average price?", [("South", 26.25)]),
]
SHARES: list[Case] = [
    ("share of insured parcels", [(50,)]),
    ("what percentage of total price comes from zone Isle?", [(55 / 280 * 100,)]),
]
SPREAD_OUT: list[Case] = [
    ("90th percentile of price", [(39.5,)]),
    ("average, median and max price", [(280 / 12, 20, 45)]),
]
CALENDAR: list[Case] = [
    ("parcels by weekday of sent_on", [("Tuesday", 2), ("Wednesday", 2), ("Thursday", 1), ("Friday", 3), ("Saturday", 2), ("Sunday", 2)]),
    ("how many parcels were sent on a weekend?", [(4,)]),
]  # fmt: skip
BUCKETS: list[Case] = [
    ("how many parcels have a weight under 3, 3 to 6 and over 6?", [(4, 4, 4)]),
    ("number of parcels with a price below 15, 15-30 and above 30", [(3, 6, 3)]),
    ("how many parcels by weight in steps of 5", [(0, 6), (5, 5), (10, 1)]),
]
PIVOTED: list[Case] = [
    ("pivot table of number of parcels with depot in rows and zone in columns", [("East", 1, 1, 0), ("North", 4, 2, 0), ("South", 2, 0, 2)]),
    ("total price by depot and zone as a pivot table", [("East", 15, 20, None), ("North", 105, 35, None), ("South", 30, None, 75)]),
]  # fmt: skip
CONVERSED: list[Case] = [
    (("total price in 2024", "and for the previous year?"), [(130,)]),
    (("how many parcels in March 2023?", "and the month before?"), [(2,)]),
    (("how many parcels in 2023?", "How many parcels are there in the data?"), [(12,)]),
]
OF_THE_CARRIER = [
    *DISTINCT, *WITH_AND_WITHOUT, *TREES, *NESTED, *FOLLOWED, *ARITHMETIC, *RANKED, *COMPARED, *SHARES, *SPREAD_OUT, *CALENDAR, *BUCKETS,
    *PIVOTED, *CONVERSED,
]  # fmt: skip


@pytest.mark.parametrize(("question", "expected"), OF_THE_CARRIER)
def test_of_the_carrier(world: Worlds, question: str | tuple[str, ...], expected: Answer) -> None:
    check(world(CARRIER), question, expected)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("how many stays have the same doctor and surgeon?", [(4,)]),
        ("stays where doctor and surgeon are the same person, count", [(4,)]),
        ("for which patients was more deposit than cost?", [("Omar",), ("Rolf",)]),
        ("cancellation rate per ward", [("Blue", 0), ("Green", 0), ("Red", 200 / 3)]),
        ("cost per stay", [(343.75,)]),
        ("longest stay (admitted to discharged)", [(3, "Ines")]),
        ("average score of those where we know it", [(20 / 6,)]),
        ("how many stays were admitted before 9:00?", [(3,)]),
        ("how many stays have no score?", [(2,)]),
    ],
)
def test_of_the_clinic(world: Worlds, question: str, expected: Answer) -> None:
    check(world(CLINIC), question, expected)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("number of staff by age group of ten years", [(20, 2), (30, 3), (40, 1), (50, 1), (60, 1)]),
        ("which mail addresses occur more than once?", [("ann@x.org", 2), ("ben@x.org", 2)]),
        ("duplicate mails", [("ann@x.org", 2), ("ben@x.org", 2)]),
        ("who has the second highest salary?", [("Hal", 3900)]),
        ("highest paid person in each team", [("Lab", "Gro"), ("Ops", "Eva"), ("Sales", "Ann")]),
        ("difference in average salary between Riga and Oslo", [(-250,)]),
        ("bonus per salary by team", [("Lab", 950 / 7900), ("Ops", 900 / 8600), ("Sales", 0.12)]),
    ],
)
def test_of_the_employer(world: Worlds, question: str, expected: Answer) -> None:
    check(world(EMPLOYER), question, expected)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("how many rows are exact duplicates of an earlier row?", [(3,)]),
        ("total minutes when duplicate rows are counted once", [(38,)]),
        ("which badges occur more than once?", [(7, 2), (8, 2), (9, 3)]),
    ],
)
def test_of_rows_that_stand_twice(world: Worlds, question: str, expected: Answer) -> None:
    check(world(SCANS), question, expected)


@pytest.mark.parametrize(
    "question",
    [
        "number of parcels with weight 0-5, 5-10 and over 10",  # where does 5 belong?
        "number of parcels with a price of 0-10, 11-20 and over 20",  # 10.50 would be nowhere
        "cumulative number of different couriers by month",  # who comes in two months is one courier
        "which couriers have juggled more than once?",
    ],
)
def test_what_would_be_wrong_is_not_read(world: Worlds, question: str) -> None:
    assert str(world(CARRIER).ask(question)).startswith("declined")


def test_averages_are_not_accumulated_in_a_follow_up(world: Worlds) -> None:
    assert str(world(CARRIER).ask("average price by month", "cumulative")).startswith("declined")


def check(world: World, question: str | tuple[str, ...], expected: Answer) -> None:
    """The expected columns stand first; the others of a row that is listed follow."""
    found = world.ask(*((question,) if isinstance(question, str) else question))
    assert not isinstance(found, str), found
    assert len(found) == len(expected), found
    for row, wanted in zip(found, expected, strict=True):
        assert [_plain(v) for v in row[: len(wanted)]] == pytest.approx(list(wanted)), found


def _plain(value: Any) -> Any:
    return value.date() if hasattr(value, "date") else value
