"""The noun of a table against a column of the same name.

A flights table has a column `flight` (flight numbers, integers that name things). People say "flights" and mean rows; adding up or
averaging numbers that only name things is a wrong number said with confidence.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest

from services.nlq.planning import ColumnFacts, Decline, Planned, TableFacts, plan

FLIGHTS = pd.DataFrame(
    {
        "month": [1, 1, 2, 3, 4, 4],
        "carrier": ["AA", "DL", "DL", "UA", "AA", "DL"],
        "flight": [11, 1545, 461, 11, 1545, 700],
        "origin": ["JFK", "LGA", "JFK", "EWR", "JFK", "LGA"],
        "dest": ["HNL", "ATL", "HNL", "SEA", "LAX", "ATL"],
        "dep_delay": [70.0, -2.0, 5.0, 120.0, np.nan, 0.0],
        "arr_delay": [80.0, -12.0, 3.0, 119.0, np.nan, 7.0],
        "time_hour": pd.to_datetime(
            [
                "2013-01-01 05:00",
                "2013-01-15 06:00",
                "2013-02-01 05:00",
                "2013-03-01 09:00",
                "2013-04-01 10:00",
                "2013-04-02 11:00",
            ]
        ),
    }
)
AIRLINES = pd.DataFrame(
    {"carrier": ["AA", "DL", "UA"], "name": ["American Airlines Inc.", "Delta Air Lines Inc.", "United Air Lines Inc."]}
)
TABLES = {"flights": FLIGHTS, "airlines": AIRLINES}
KINDS = {"int64": "integer", "float64": "decimal", "datetime64[us]": "datetime", "datetime64[ns]": "datetime"}


def facts(name: str) -> TableFacts:
    frame = TABLES[name]
    columns = []
    for column in frame.columns:
        kind = KINDS.get(str(frame[column].dtype), "category")
        values = tuple(frame[column].dropna().astype(str).value_counts().index) if kind == "category" else ()
        low, high = (None, None) if kind == "category" else (frame[column].min(), frame[column].max())
        columns.append(
            ColumnFacts(
                column,
                column,
                kind,
                distinct=int(frame[column].nunique()),
                values=values,
                values_complete=bool(values),
                minimum=str(low) if kind == "datetime" else low,
                maximum=str(high) if kind == "datetime" else high,
            )
        )
    keys = tuple(c for c in frame.columns if frame[c].is_unique and frame[c].notna().all())
    return TableFacts(f"t_{name}", name, len(frame), tuple(columns), keys)


def answered(question: str, *names: str) -> Any:
    found = plan(question, [facts(name) for name in names], today=date(2026, 11, 23))
    assert isinstance(found, Planned), found
    space: dict[str, Any] = {
        "pd": pd,
        "np": np,
        "df": TABLES[names[0]],
        "tables": {name: TABLES[name] for name in names},
    }
    exec(found.code, space)
    return space["result"]


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("How many flights are there?", 6),
        ("How many flights had an arrival delay above 100?", 1),
        ("How many flights left from JFK?", 3),
        ("How many flights did Delta Air Lines Inc. have?", 3),
    ],
)
def test_own_noun_counts_rows(question: str, value: int) -> None:
    assert answered(question, "flights", "airlines") == value


def test_average_of_a_column_of_flights_is_not_the_average_of_flight() -> None:
    assert answered("What is the average arrival delay of flights from JFK?", "flights") == pytest.approx((80 + 3) / 2)


@pytest.mark.parametrize(
    "question", ["Top 2 destinations by number of flights", "Which 2 destinations have the most flights?"]
)
def test_top_n_by_number_of_the_own_noun(question: str) -> None:
    assert set(answered(question, "flights").iloc[:, 0]) == {"HNL", "ATL"}


def test_flights_per_month_counts_rows() -> None:
    result = answered("How many flights per month?", "flights")
    assert sorted(pd.DataFrame(result).iloc[:, -1].tolist()) == [1, 1, 2, 2]


def test_average_per_name_of_the_joined_table() -> None:
    result = answered("Average arrival delay per airline name", "flights", "airlines")
    assert len(result) == 3
    assert "Delta Air Lines Inc." in result.iloc[:, 0].tolist()


def test_listing_the_own_noun_shows_whole_rows() -> None:
    result = answered("Show the flights to HNL with a departure delay above 60", "flights")
    assert result.shape == (1, len(FLIGHTS.columns))


def test_noun_that_the_data_does_not_know_is_never_counted() -> None:
    assert isinstance(plan("How many passengers were there?", [facts("flights")], today=date(2026, 11, 23)), Decline)


def test_sentence_says_what_was_computed() -> None:
    found = plan("What is the average arr_delay?", [facts("flights")], today=date(2026, 11, 23))
    assert isinstance(found, Planned)
    assert "arr_delay" in found.explanation
