"""Eight questions a newcomer might ask, and how plain pandas answers them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pandas as pd

from askframe import Query
from deploy.demo.checks import has_rows_of, has_table, has_value, is_declined

Data = Mapping[str, pd.DataFrame]


@dataclass(frozen=True)
class Question:
    """`fault` says what is wrong with an answer. `choose` is the column to choose when the question has several readings:
    then not to be asked back is a fault."""

    shows: str
    text: str
    tables: tuple[str, ...]
    fault: Callable[[Query, Data], str | None]
    choose: str | None = None


def late_to_honolulu(query: Query, data: Data) -> str | None:
    flights = data["flights"]
    return has_rows_of(query, flights[(flights["dest"] == "HNL") & (flights["dep_delay"] > 60)])


def mean_delay_from_jfk(query: Query, data: Data) -> str | None:
    flights = data["flights"]
    return has_value(query, flights.loc[flights["origin"] == "JFK", "arr_delay"].mean())


def top_destinations(query: Query, data: Data) -> str | None:
    counts = data["flights"]["dest"].value_counts().head(5)
    return has_table(query, counts.reset_index(), ordered=True)


def delay_per_quarter(query: Query, data: Data) -> str | None:
    flights = data["flights"]
    means = flights.groupby(flights["time_hour"].dt.quarter)["dep_delay"].mean()
    return has_table(query, means.to_frame(), ordered=True)


def delay_per_airline(query: Query, data: Data) -> str | None:
    joined = data["flights"].merge(data["airlines"], on="carrier")
    return has_table(query, joined.groupby("name")["arr_delay"].mean().reset_index())


def distinct_destinations(query: Query, data: Data) -> str | None:
    return has_value(query, data["flights"]["dest"].nunique())


def mean_arrival_delay(query: Query, data: Data) -> str | None:
    return has_value(query, data["flights"]["arr_delay"].mean())


QUESTIONS = (
    Question("filter", "Show the flights to HNL with a departure delay above 60", ("flights",), late_to_honolulu),
    Question("aggregate", "What is the average arrival delay of flights from JFK?", ("flights",), mean_delay_from_jfk),
    Question("group and top-n", "Top 5 destinations by number of flights", ("flights",), top_destinations),
    Question("time buckets", "Average departure delay per quarter", ("flights",), delay_per_quarter),
    Question("join", "Average arrival delay per airline name", ("flights", "airlines"), delay_per_airline),
    Question("distinct count", "How many different destinations are there?", ("flights",), distinct_destinations),
    Question("ambiguous", "What is the average delay?", ("flights",), mean_arrival_delay, choose="arr_delay"),
    Question(
        "not in the data",
        "What is the average ticket price?",
        ("flights", "airlines", "airports", "planes"),
        lambda query, _: is_declined(query),
    ),
)
