"""What of a table's profile is told to a model, and what of it where no cell may be told."""

from __future__ import annotations

from typing import Any

import pytest

from services.nlq.facts import model_context, table_facts
from services.nlq.facts.telling import MOST_EXAMPLES, MOST_VALUES, share_of
from services.nlq.planner.facts import TableFacts
from shared.columns import ColumnType
from shared.events import ColumnFact
from tests.fakes.nlq import announced

COLUMNS = (
    ColumnFact(name="amount", source_name="Amount (net)", type=ColumnType.DECIMAL, unit="EUR"),
    ColumnFact(name="city", source_name="city", type=ColumnType.CATEGORY, nullable=False),
    ColumnFact(name="paid", source_name="paid", type=ColumnType.BOOLEAN),
    ColumnFact(name="id", source_name="id", type=ColumnType.INTEGER, nullable=False),
)
PROFILE: dict[str, Any] = {
    "columns": {
        "amount": {
            "nulls": 1,
            "distinct": 3,
            "min": 0.5,
            "max": 9.5,
            "mean": 3.5,
            "examples": [9.5, 0.5, 1.5],
            "quantiles": {"5%": 0.6, "25%": 1.0, "50%": 1.5, "75%": 5.5, "95%": 9.1},
        },
        "city": {"nulls": 0, "distinct": 50, "examples": ["Lyon"], "top": [{"value": "Paris", "count": 2}]},
        "paid": {"nulls": 4, "distinct": 2, "top": [{"value": True, "count": 3}, {"value": False, "count": 1}]},
        "id": {"nulls": 0, "distinct": 4, "values": [1, 2, 3, 4], "min": 1, "max": 4},
    },
    "candidate_keys": ["id"],
    "warnings": ["2 rows were mended"],
    "sample_rows": [[9.5, "Lyon", True, 1], [None, "Paris", None, 2]],
}
VALUES = {"city": [f"city {n}" for n in range(50)]}


def facts(profile: dict[str, Any] | None = None) -> TableFacts:
    table = announced("s_1", "sales", len(COLUMNS))
    return table_facts(table, COLUMNS, PROFILE if profile is None else profile, VALUES)


def told(privacy: str, table: TableFacts | None = None, question: str = "") -> dict[str, Any]:
    (found,) = model_context([table or facts()], privacy=privacy, question=question)
    return found


def test_the_profile_is_told_with_its_values_in_the_columns_own_form() -> None:
    found = told("profile")
    amount, city, paid, number = found["columns"]
    assert (amount["source_name"], amount["nulls"]) == ("Amount (net)", 0.25)
    assert (amount["min"], amount["quartiles"], amount["max"], amount["mean"]) == (0.5, (1.0, 1.5, 5.5), 9.5, 3.5)
    assert (amount["values"], amount["examples"]) == (None, (9.5, 0.5, 1.5))
    assert (city["values"], city["examples"]) == (None, tuple(VALUES["city"][:MOST_EXAMPLES]))
    assert (paid["values"], paid["nulls"]) == ((True, False), 1.0), "a profile of old, whose most frequent ones are all"
    assert (number["values"], number["key"]) == ((1, 2, 3, 4), True)
    assert found["sample_rows"] == ((9.5, "Lyon", True, 1), (None, "Paris", None, 2))
    assert found["warnings"] == ("2 rows were mended",)


def test_of_the_schema_alone_there_is_no_cell() -> None:
    found = told("schema_only", question="How many in city 7?")
    free = {"name", "type", "unit", "nullable", "nulls", "distinct", "labels", "definition", "key"}
    assert [set(column) for column in found["columns"]] == [free] * 4
    assert set(found) == {"name", "rows", "labels", "definition", "columns", "measures", "references"}
    assert [(c["nulls"], c["distinct"], c["key"]) for c in found["columns"]] == [
        (0.25, 3, False),
        (0.0, 50, False),
        (1.0, 2, False),
        (0.0, 4, True),
    ]


def test_values_that_are_known_whole_are_told_up_to_as_many_as_help() -> None:
    few = {"columns": {"city": {"distinct": MOST_VALUES}}}
    table = table_facts(announced("s_1", "sales", 1), COLUMNS[1:2], few, {"city": VALUES["city"][:MOST_VALUES]})
    (city,) = told("profile", table)["columns"]
    assert city["values"] == tuple(VALUES["city"][:MOST_VALUES])


def test_a_table_whose_profile_is_older_is_told_without_what_it_lacks() -> None:
    found = told("profile", facts({"columns": {}}))
    assert (found["sample_rows"], found["warnings"]) == ((), ())
    assert found["columns"][0]["nulls"] is None


def test_rows_of_another_width_are_no_rows_of_the_table() -> None:
    assert facts({**PROFILE, "sample_rows": [[1, 2, 3]]}).sample_rows == ()


@pytest.mark.parametrize(
    ("part", "whole", "share"),
    [
        (0, 10, 0.0),
        (10, 10, 1.0),
        (1, 3, 0.333),
        (1, 1_000_000, 0.001),
        (999_999, 1_000_000, 0.999),
        (None, 10, None),
        (0, 0, None),
    ],
)
def test_a_share_is_nothing_or_all_only_where_it_is(part: int | None, whole: int, share: float | None) -> None:
    assert share_of(part, whole) == share
