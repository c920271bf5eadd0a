"""Results that charts are drawn of."""

from __future__ import annotations

import re
from typing import Any

from services.nlq.answers.charts import ChartRefused, checked_spec

NUMBERS = re.compile(r"\d+").findall
Rows = list[list[Any]]
COLUMNS = ["month", "year", "region", "sales", "cost", "net.amount", "open", "none", "mixed"]
ROWS: Rows = [
    ["2024-01-01", 2021, "North", 120.5, 80, 40.5, True, None, 1],
    ["2024-02-01", 2022, "South", -30.0, 20, -50.0, False, None, "x"],
    ["2024-03-01", 2023, "West", 75.0, 60, 15.0, True, None, [2]],
]
SERIES = ["month", "region", "sales"]
OF_SERIES: Rows = [
    [month, region, n * 10 + at]
    for n, month in enumerate(("2024-01", "2024-02", "2024-03"), 1)
    for at, region in enumerate(("North", "South"))
]
WIDE = ["month", "planned", "actual"]
OF_WIDE: Rows = [["2024-01", 10, 12], ["2024-02", 11, 9], ["2024-03", 12, 14]]

REGION = {"field": "region", "type": "nominal"}
MONTH = {"field": "month", "type": "temporal"}
SALES = {"field": "sales", "type": "quantitative"}
COST = {"field": "cost", "type": "quantitative"}
BARS: dict[str, Any] = {"mark": "bar", "encoding": {"x": REGION, "y": SALES}}


def check(
    spec: dict[str, Any], columns: list[str] = COLUMNS, rows: Rows = ROWS, **more: Any
) -> dict[str, Any] | ChartRefused:
    """`100` and `2024` are the only numbers that a text of the chart may have."""
    return checked_spec(spec, columns, rows, is_grounded=lambda text: set(NUMBERS(text)) <= {"100", "2024"}, **more)


def with_data(spec: dict[str, Any], columns: list[str], rows: Rows) -> dict[str, Any]:
    return {**spec, "data": {"values": [dict(zip(columns, row, strict=True)) for row in rows]}}
