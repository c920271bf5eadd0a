"""The demo's checks pass right answers in whatever form, and no wrong one."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from askframe import Query
from deploy.demo.checks import has_rows_of, has_table, has_value, is_declined

TRUTH = pd.DataFrame({"dest": ["ORD", "ATL", "LAX"], "count": [30, 20, 10]})
RIGHT: list[list[Any]] = [["ORD", 30], ["ATL", 20], ["LAX", 10]]


def scalar(value: Any) -> Query:
    return Query.model_validate(
        {"query_id": "q", "state": "answered", "answer": {"text": "", "kind": "scalar", "value": value}}
    )


def table(columns: list[str], rows: list[list[Any]], total: int | None = None) -> Query:
    preview = {"columns": columns, "rows": rows, "total_rows": len(rows) if total is None else total}
    return Query.model_validate(
        {"query_id": "q", "state": "answered", "answer": {"text": "", "kind": "table", "table_preview": preview}}
    )


def failed(code: str) -> Query:
    return Query.model_validate({"query_id": "q", "state": "failed", "error": {"code": code, "message": "Because."}})


@pytest.mark.parametrize(
    "query", [scalar(6.480621860448062), scalar(6.480621860448), table(["mean"], [[6.480621860448062]])]
)
def test_the_right_number_passes(query: Query) -> None:
    assert has_value(query, 6.480621860448062) is None


@pytest.mark.parametrize(
    "query", [scalar(6.48), scalar(None), scalar("6.48"), failed("cannot_answer"), table(["a"], [[6.48]])]
)
def test_another_number_does_not(query: Query) -> None:
    assert has_value(query, 6.480621860448062)


@pytest.mark.parametrize(
    "query",
    [table(["dest", "count"], RIGHT), table(["n", "where"], [row[::-1] for row in RIGHT]),
     table(["rank", "dest", "count"], [[n, *row] for n, row in enumerate(RIGHT)]), table(["a", "b"], [[d, float(n)] for d, n in RIGHT])],
)  # fmt: skip
def test_the_right_rows_pass_whatever_the_columns_are_called_and_whatever_else_is_shown(query: Query) -> None:
    assert has_table(query, TRUTH, ordered=True) is None


@pytest.mark.parametrize(
    "query",
    [table(["dest", "count"], RIGHT[:2]), table(["dest", "count"], RIGHT, total=4), table(["dest"], [row[:1] for row in RIGHT]),
     table(["dest", "count"], [["ORD", 20], ["ATL", 30], ["LAX", 10]]), scalar(30), failed("cannot_answer")],
)  # fmt: skip
def test_other_rows_do_not(query: Query) -> None:
    assert has_table(query, TRUTH)


def test_order_counts_only_where_it_is_asked_for() -> None:
    query = table(["dest", "count"], RIGHT[::-1])
    assert has_table(query, TRUTH) is None
    assert has_table(query, TRUTH, ordered=True)


def test_matching_rows_may_show_some_of_the_columns() -> None:
    assert has_rows_of(table(["dest"], [row[:1] for row in RIGHT]), TRUTH) is None
    assert has_rows_of(table(["dest"], [["ORD"], ["ATL"], ["SEA"]]), TRUTH)
    assert has_rows_of(table(["number"], [[1], [2], [3]]), TRUTH)


def test_missing_values_and_dates_are_compared_by_what_they_mean() -> None:
    truth = pd.DataFrame({"day": pd.to_datetime(["2013-01-01", "2013-01-02"]), "n": pd.array([1, None], dtype="Int64")})
    assert has_table(table(["day", "n"], [["2013-01-01", 1], ["2013-01-02T00:00:00", None]]), truth) is None


def test_only_a_decline_is_a_decline() -> None:
    assert is_declined(failed("cannot_answer")) is None
    assert is_declined(failed("timed_out"))
    assert is_declined(scalar(3))
