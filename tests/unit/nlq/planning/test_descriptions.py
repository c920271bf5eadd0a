"""What a plan says about itself, and questions about the table as such."""

from __future__ import annotations

import ast

import pytest

from services.nlq.planning import Planned
from services.nlq.planning.plan import PLAN

from .conftest import Asked


def test_columns_are_listed(sales: Asked) -> None:
    assert sales.column("What columns are there?") == ["city", "region", "amount", "quantity", "day", "paid"]


def test_a_table_is_summarised(sales: Asked) -> None:
    assert "statistic" in sales.answer("describe the table").columns


def test_two_columns_are_correlated(sales: Asked) -> None:
    frame = next(iter(sales.frames.values()))
    expected = frame["amount"].corr(frame["quantity"])
    assert sales.answer("What is the correlation between amount and quantity?") == pytest.approx(expected)


def test_a_plan_survives_json(sales: Asked) -> None:
    found = sales.outcome("top 2 cities by total amount in January 2024")
    assert isinstance(found, Planned)
    assert PLAN.dump_python(PLAN.validate_python(dict(found.plan)), mode="json") == found.plan


def test_an_explanation_tells_the_filter_and_the_measure(sales: Asked) -> None:
    found = sales.outcome("What is the total amount in Paris?")
    assert isinstance(found, Planned)
    assert "total of amount" in found.explanation
    assert "'Paris'" in found.explanation


def test_groups_come_with_a_chart(sales: Asked) -> None:
    bars, line = sales.outcome("total amount by city"), sales.outcome("total amount per month")
    assert isinstance(bars, Planned) and isinstance(line, Planned)
    assert bars.chart is not None and bars.chart["mark"] == "bar"
    assert line.chart is not None and line.chart["mark"] == "line"


@pytest.mark.parametrize(
    "question", ["What is the total amount in Paris?", "top 2 cities by total amount", "total amount per month"]
)
def test_code_imports_nothing_and_assigns_a_result(sales: Asked, question: str) -> None:
    found = sales.outcome(question)
    assert isinstance(found, Planned)
    tree = ast.parse(found.code)
    assert not any(isinstance(node, ast.Import | ast.ImportFrom) for node in ast.walk(tree))
    assert "result" in {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}


def test_only_existing_columns_are_named(sales: Asked) -> None:
    found = sales.outcome("average amount by region in March 2024")
    assert isinstance(found, Planned)
    known = set(next(iter(sales.frames.values())).columns)
    assert {column for _, column in found.columns} <= known


def test_quotes_in_a_cell_cannot_break_out_of_the_code() -> None:
    import pandas as pd

    name = "O'Hara\" + exit() #"
    asked = Asked({"people": pd.DataFrame({"name": [name, "Bo"], "age": [4, 5]})})
    assert asked.column(f"What is the age of {name}?", "age") == [4]
