"""A chart by the shape of a result: what each kind of column becomes, and when there is nothing to draw."""

from __future__ import annotations

from typing import Any

import pytest

from services.nlq.answers.charts import chart_by_shape

DAYS = [["2024-01-01", 3], ["2024-02-01", -4], ["2024-03-01", None]]
CITIES = [["Paris", 3], ["Lyon", -4], ["Oslo", 5]]
BOTH = [["2024-01-01", "Paris", 3], ["2024-01-01", "Lyon", 4], ["2024-02-01", "Paris", 5]]


@pytest.mark.parametrize(
    ("columns", "rows", "mark", "x", "scale"),
    [
        (["day", "sales"], DAYS, "line", "day", "temporal"),
        (["city", "sales"], CITIES, "bar", "city", "nominal"),
        (["sales", "city"], [row[::-1] for row in CITIES], "bar", "city", "nominal"),
        (["city", "day", "sales"], [[c, d, s] for d, c, s in BOTH], "line", "day", "temporal"),
        (["year", "sales"], [[2020, 1], [2022, 2]], "line", "year", "ordinal"),
        (["when", "sales"], [[2020, 1], [2021, 2], [2022, 9]], "line", "when", "ordinal"),
        (["height", "weight"], [[1, 2], [3, 4], [2, 9], [4, 4]], "point", "height", "quantitative"),
        (["open", "shops"], [[True, 4], [False, 3]], "bar", "open", "nominal"),
        (["month", "sales"], [["2024-01", 1], ["2024-02", 2]], "line", "month", "temporal"),
        (["quarter", "sales"], [["2024Q1", 1], ["2024Q2", 2]], "line", "quarter", "ordinal"),
        (["day", "sales"], [["2024-13-45", 1], ["2024-02-01", 2]], "bar", "day", "nominal"),
        (["a.b[c]", "sales"], CITIES, "bar", r"a\.b\[c\]", "nominal"),
    ],
)
def test_shape_tells_the_chart(columns: list[str], rows: list[list[Any]], mark: str, x: str, scale: str) -> None:
    found = chart_by_shape(columns, rows)
    assert found is not None
    assert found["mark"] == mark
    assert (found["encoding"]["x"]["field"], found["encoding"]["x"]["type"]) == (x, scale)


def test_second_key_is_a_colour() -> None:
    found = chart_by_shape(["day", "city", "sales"], BOTH)
    assert found is not None
    assert found["encoding"]["color"]["field"] == "city"


@pytest.mark.parametrize(
    ("columns", "rows"),
    [
        (["city", "sales"], CITIES[:1]),  # one number is read, not drawn
        (["city", "sales"], [["Paris", 3], ["Paris", 4]]),  # rows, and no groups
        (["city", "country"], [["Paris", "FR"], ["Oslo", "NO"]]),  # nothing to measure
        (["n", "m"], [[1, 2], [3, 4]]),  # too few points
        (["city", "sales"], [["Paris", None], ["Oslo", None]]),
        (["x", "x"], CITIES),
        (["a", "b", "c", "n"], [["x", "y", "z", 1], ["x", "y", "w", 2]]),
        (["cell", "n"], [[[1, 2], 1], [[3], 2]]),
    ],
)
def test_nothing_is_drawn_of_what_is_no_comparison(columns: list[str], rows: list[list[Any]]) -> None:
    assert chart_by_shape(columns, rows) is None
