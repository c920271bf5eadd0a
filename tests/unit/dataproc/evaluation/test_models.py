"""What is computed of a model step a second time: the rows that go in, and what has a closed form."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from services.dataproc.evaluation import Evaluator, Limits, Refusal, Rows
from shared.analysis import MODEL_STEPS
from shared.analysis.calling import function_of
from shared.analysis.model import CELL, Example, ModelStep
from shared.analysis.results import ModelResult
from shared.plan import Model, Query
from shared.plan.agreement import compare
from shared.plan.model import CHECK_COLUMNS, Option
from shared.plan.result import Result
from tests.unit.shared.analysis.tables import sample
from tests.unit.shared.analysis.test_registry import gappy

EXAMPLES = [
    pytest.param(step, example, id=example.question)
    for step in MODEL_STEPS.values()
    for example in step.examples
    if example.columns and (step.name != "clusters" or example.settings)  # to try every number of clusters takes long
]


def by_duckdb(step: ModelStep, example: Example, rows: pd.DataFrame, evaluator: Evaluator) -> Result:
    options = tuple(Option(name=name, value=value) for name, value in example.settings.items())
    model = Model(step=step.name, rows=Query(table="shop"), columns=tuple(example.columns.items()), options=options)
    shop = {"shop": pa.Table.from_pandas(rows, preserve_index=False)}
    (outcome,) = evaluator.evaluate([model], shop, Limits(seconds=60))
    assert isinstance(outcome, Rows), outcome
    return Result.of_columns(outcome.table.column_names, [column.to_pylist() for column in outcome.table.columns])


def by_pandas(step: ModelStep, example: Example, rows: pd.DataFrame, expected: Result) -> Result:
    """Of those checks that the other side has."""
    made: ModelResult = function_of(step)(rows, **example.columns, **example.settings)
    wanted = {row[:2] for row in expected.rows or ()}
    found = [(check.name, check.of, check.value) for check in made.checks if (check.name, check.of) in wanted]
    return Result.of_columns(CHECK_COLUMNS, list(zip(*found, strict=True)))


def rows_for(step: ModelStep) -> pd.DataFrame:
    """With gaps and infinities, but for forecasts, which refuse a period that comes twice."""
    return sample() if step.name == "forecast" else gappy()


@pytest.mark.parametrize(("step", "example"), EXAMPLES)
def test_two_computations_of_every_example_agree(step: ModelStep, example: Example, evaluator: Evaluator) -> None:
    rows = rows_for(step)
    expected = by_duckdb(step, example, rows, evaluator)
    assert compare(expected, by_pandas(step, example, rows, expected)) is None


@pytest.mark.parametrize("step", MODEL_STEPS.values(), ids=lambda step: step.name)
def test_what_has_a_closed_form_is_computed_again(step: ModelStep, evaluator: Evaluator) -> None:
    found = by_duckdb(step, step.example, rows_for(step), evaluator)
    names = {row[0] for row in found.rows or ()}
    assert {statistic.name for statistic in step.statistics if statistic.relational} <= names


def test_the_numbers_of_a_summary_and_of_correlations_are_computed_again(evaluator: Evaluator) -> None:
    two = Example("", {"columns": ("price", "visits")})
    targeted = Example("", {"target": ("sales",), "columns": ("price", "visits")})
    for name, example, cells in (("describe", two, 16), ("correlation_matrix", two, 1), ("strongest_correlations", targeted, 2)):  # fmt: skip
        expected = by_duckdb(MODEL_STEPS[name], example, gappy(), evaluator)
        assert sum(row[0] == CELL for row in expected.rows or ()) == cells
        assert compare(expected, by_pandas(MODEL_STEPS[name], example, gappy(), expected)) is None


def one_more(rows: pd.DataFrame) -> pd.DataFrame:
    return pd.concat([rows, rows.tail(1)], ignore_index=True)


def a_gap(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.assign(sales=rows.sales.where(rows.index != 7))


def another_sign(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.assign(sales=np.where(rows.index == 7, -rows.sales, rows.sales))


def changed_places(rows: pd.DataFrame) -> pd.DataFrame:
    """The same numbers, beside other ones and in other groups."""
    return rows.assign(sales=rows.sales.to_numpy()[::-1])


@pytest.mark.parametrize("change", [one_more, a_gap, another_sign, changed_places])
@pytest.mark.parametrize(
    ("name", "columns"),
    [
        ("clusters", {"columns": ("visits", "sales")}),
        ("kruskal_wallis", {"value": ("sales",), "group": ("region",)}),
        ("variance_test", {"value": ("before", "sales")}),
        ("forecast", {"value": ("sales",), "when": ("day",)}),
    ],
)
def test_other_rows_are_noticed_where_there_is_no_closed_form(
    name: str, columns: dict[str, tuple[str, ...]], change: Callable[[pd.DataFrame], pd.DataFrame], evaluator: Evaluator
) -> None:
    step, example = MODEL_STEPS[name], Example("", columns, {"k": 2} if name == "clusters" else {})
    if name == "forecast" and change is one_more:
        return  # refused before anything is compared
    expected = by_duckdb(step, example, sample(), evaluator)
    assert compare(expected, by_pandas(step, example, sample(), expected)) is None
    assert compare(expected, by_pandas(step, example, change(sample()), expected)) is not None


def test_the_statistic_that_is_asked_for_is_the_only_one(evaluator: Evaluator) -> None:
    asked = Example("", {"outcome": ("sales",), "predictors": ("visits",)}, {"statistic": "slope"})
    found = by_duckdb(MODEL_STEPS["linear_regression"], asked, sample(), evaluator)
    closed = {statistic.name for statistic in MODEL_STEPS["linear_regression"].statistics}
    assert {row[0] for row in found.rows or ()} & closed == {"slope"}


def test_a_model_over_columns_that_are_not_there_is_refused(evaluator: Evaluator) -> None:
    model = Model(step="correlation", rows=Query(table="shop"), columns=(("columns", ("price", "happiness")),))
    (outcome,) = evaluator.evaluate([model], {"shop": pa.Table.from_pandas(sample(), preserve_index=False)})
    assert isinstance(outcome, Refusal) and outcome.code == "ill_typed"
