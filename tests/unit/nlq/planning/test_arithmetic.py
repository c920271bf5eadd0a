"""No total and no average of text: pandas would join the cells, and an answer that looks like one is worse than none."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace
from typing import get_args

import pandas as pd
import pytest

from services.nlq.planner.linking.schema import build
from services.nlq.planning import Clarify, Decline, Planned
from services.nlq.planning.arithmetic import ARITHMETIC, refused
from services.nlq.planning.plan import (
    AnyOf,
    ColumnRef,
    CompareStatistic,
    Condition,
    Contrast,
    Function,
    InQuery,
    Measure,
    Neighbour,
    Plan,
    Share,
    TableQuery,
    Trend,
)

from .conftest import Asked, facts_of


def trips(distances: Sequence[str]) -> Asked:
    frame = {"region": ["north", "south", "south"], "note": ["a", "b", "c"], "qty": [1, 2, 3], "distance": distances}
    return Asked({"trips": pd.DataFrame(frame)})


@pytest.mark.parametrize(
    "question",
    [
        f"{what} {column} {of}".strip()
        for what, column, of in itertools.product(
            ("total", "What is the sum of", "average", "What is the median"),
            ("note", "region"),
            ("", "per region", "?"),
        )
    ],
)
def test_texts_are_never_added_up(question: str) -> None:
    found = trips(["1 km", "20 km", "3 km"]).outcome(question)
    assert isinstance(found, Clarify | Decline)


@pytest.mark.parametrize(
    ("question", "answers"),
    [("total distance per region", [1, 23]), ("average distance per region", [1, 11.5]), ("lowest distance by region", [1, 3])],
)  # fmt: skip
def test_texts_of_one_quantity_are_computed_with_as_numbers_in_groups_too(question: str, answers: list[float]) -> None:
    assert trips(["1 km", "20 km", "3 km"]).column(question, 1) == answers


@pytest.mark.parametrize(
    "distances",
    [
        ["1 km", "500 m", "3 km"],
        ["1 km", "20 km", "3"],
        ["001", "002", "003"],
        ["(1)", "(2)", "(3)"],
        ["1st", "2nd", "3rd"],
        ["1,5 km", "2,5 km", "3,5 km"],
    ],
)
@pytest.mark.parametrize("question", ["total distance per region", "What is the total distance?", "average distance by region"])  # fmt: skip
def test_texts_of_several_quantities_are_declined_by_name_and_type(distances: list[str], question: str) -> None:
    found = trips(distances).outcome(question)
    assert isinstance(found, Decline)
    assert "'distance' is text" in found.reason
    assert distances[0] in found.reason


def test_decline_names_the_column_its_type_and_what_it_has_none_of() -> None:
    found = trips(["1 km", "500 m", "3 km"]).outcome("total distance per region")
    assert isinstance(found, Decline)
    assert found.reason == (
        "The column 'distance' is text ('1 km', '500 m', '3 km') and not a number: there is no total of it."
    )
    assert found.hint.startswith("Count it instead")


def test_quantity_whose_values_are_not_all_known_is_not_computed_with() -> None:
    facts = facts_of("trips", pd.DataFrame({"distance": ["1 km", "2 km"]}))
    cut = replace(facts.columns[0], values_complete=False)
    schema = build((replace(facts, columns=(cut,)),))
    measure = Measure(function="sum", column=ColumnRef(table="trips", column="distance"), as_number=True)
    assert refused(TableQuery(table="trips", measures=(measure,)), schema) is not None


NOTE = ColumnRef(table="trips", column="note")
QTY = ColumnRef(table="trips", column="qty")


def query(*conditions: Condition, function: Function = "count", column: ColumnRef = QTY) -> TableQuery:
    return TableQuery(table="trips", where=conditions, measures=(Measure(function=function, column=column),))


ABOVE = CompareStatistic(column=NOTE, op=">", function="mean")
OF_TEXT: dict[str, Plan] = {
    "measure": query(function="sum", column=NOTE),
    "condition": query(ABOVE),
    "one of several conditions": query(AnyOf(conditions=(ABOVE,))),
    "nested query": query(InQuery(column=QTY, query=query(function="sum", column=NOTE))),
    "share": Share(whole=query(), part=(), of=NOTE),
    "part of a share": Share(whole=query(), part=(ABOVE,)),
    "left side": Contrast(left=query(function="mean", column=NOTE), right=query(), how="ratio", labels=("a", "b")),
    "right side": Contrast(left=query(), right=query(function="mean", column=NOTE), how="ratio", labels=("a", "b")),
    "neighbour": Neighbour(table="trips", where=(ABOVE,), offset=1, columns=()),
    "trend": Trend(table="trips", x=QTY, y=QTY, where=(ABOVE,)),
}


@pytest.mark.parametrize("where", OF_TEXT)
def test_arithmetic_with_text_is_found_wherever_a_plan_has_it(where: str) -> None:
    schema = build((facts_of("trips", trips(["1", "2", "3"]).frames["trips"]),))
    assert refused(query(), schema) is None
    found = refused(OF_TEXT[where], schema)
    assert found is not None
    assert "'note' is text" in found.reason


@pytest.mark.parametrize("function", get_args(Function))
def test_every_function_is_either_arithmetic_or_holds_for_text(function: Function) -> None:
    schema = build((facts_of("trips", trips(["1", "2", "3"]).frames["trips"]),))
    found = refused(query(function=function, column=NOTE), schema)
    holds_for_text = {"count", "nunique", "min", "max", "mode"}
    assert (found is None) == (function in holds_for_text)
    assert (function in ARITHMETIC) != (function in holds_for_text)


def test_numbers_are_still_added_up() -> None:
    assert isinstance(trips(["1", "2", "3"]).outcome("What is the total qty?"), Planned)
