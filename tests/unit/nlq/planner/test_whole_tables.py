"""Questions about all columns at once, as people put them, over tables of the test's own."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from eval import tables
from eval.engines import Answered, OfflineEngine
from services.nlq.planner.planner import Readings, read
from shared.plan import Model
from tests.unit.nlq.planner.test_models import TODAY

DRAW = np.random.default_rng(5)
HOUSES = pd.DataFrame(
    {
        "house_id": np.arange(1000, 1040),
        "built": DRAW.integers(1950, 2020, 40),
        "area": DRAW.normal(120, 30, 40).round(1),
        "rent": DRAW.normal(900, 200, 40).round(0),
        "floor": DRAW.integers(0, 5, 40),
        "quarter": DRAW.choice(["north", "south"], 40),
    }
)
QUANTITIES = ("area", "rent", "floor")


@pytest.fixture(scope="module")
def houses(tmp_path_factory: pytest.TempPathFactory) -> tuple[tables.Table, ...]:
    return stored(tmp_path_factory.mktemp("houses"), houses=HOUSES)


def stored(folder: Path, **frames: pd.DataFrame) -> tuple[tables.Table, ...]:
    files = [folder / f"{name}.csv" for name in frames]
    for file, frame in zip(files, frames.values(), strict=True):
        frame.to_csv(file, index=False)
    return tables.load(files, folder / "cache")


def readings(question: str, over: tuple[tables.Table, ...]) -> Readings:
    return read(question, [table.facts for table in over], today=date(2026, 11, 29))


def likeliest(question: str, over: tuple[tables.Table, ...]) -> Model:
    plan = readings(question, over).best[0].query
    assert isinstance(plan, Model), plan
    return plan


@pytest.mark.parametrize(
    "question",
    [
        "correlation matrix",
        "Show me the correlation matrix",
        "correlation matrix of all numeric columns",
        "correlations between all numeric columns",
        "all pairwise correlations",
        "pairwise correlations of all variables",
        "How do all the numeric columns correlate?",
        "correlations in the data",
        "matrix of correlations",
    ],
)
def test_every_quantity_is_correlated_with_every_other(question: str, houses: tuple[tables.Table, ...]) -> None:
    plan = likeliest(question, houses)
    assert plan.step == "correlation_matrix"
    columns = dict(plan.columns)["columns"]
    assert set(QUANTITIES) <= set(columns) and not {"house_id", "quarter"} & set(columns)


@pytest.mark.parametrize(
    "question",
    [
        "Which columns correlate most with rent?",
        "What correlates most strongly with rent?",
        "which column correlates best with rent",
        "Which column is most correlated with rent?",
        "correlation between rent and all other columns",
    ],
)
def test_one_column_is_compared_with_all_others(question: str, houses: tuple[tables.Table, ...]) -> None:
    plan = likeliest(question, houses)
    assert plan.step == "strongest_correlations"
    assert dict(plan.columns)["target"] == ("rent",)
    assert {"area", "floor"} <= set(dict(plan.columns)["columns"])


@pytest.mark.parametrize(
    "question",
    ["describe the data", "describe all columns", "summary statistics of all numeric columns", "Summarize the dataset"],
)  # fmt: skip
def test_a_summary_of_all_is_of_the_quantities(question: str, houses: tuple[tables.Table, ...]) -> None:
    plan = likeliest(question, houses)
    assert plan.step == "describe"
    assert set(QUANTITIES) <= set(dict(plan.columns)["columns"])


def test_the_matrix_is_what_pandas_finds(houses: tuple[tables.Table, ...]) -> None:
    found = OfflineEngine(TODAY).ask("correlations between area, rent and floor", houses, (), {})
    assert isinstance(found, Answered), found
    expected = HOUSES[list(QUANTITIES)].corr()
    for row in found.rows.rows:
        assert row[1:] == pytest.approx(tuple(expected.loc[row[0]]))


def test_of_two_named_columns_the_correlation_is_one_number(houses: tuple[tables.Table, ...]) -> None:
    assert likeliest("correlation between area and rent", houses).step == "correlation"


def test_which_of_several_tables_is_meant_is_not_guessed(tmp_path: Path) -> None:
    both = stored(tmp_path, houses=HOUSES, flats=HOUSES[["area", "rent"]])
    assert not isinstance(OfflineEngine(TODAY).ask("correlations between all numeric columns", both, (), {}), Answered)


@pytest.mark.parametrize(
    "question",
    ["correlations between all happy columns", "correlation matrix of quarter and rent", "which columns cause rent?", "describe the happiness of the data"],
)  # fmt: skip
def test_what_the_table_does_not_hold_is_not_answered(question: str, houses: tuple[tables.Table, ...]) -> None:
    assert not isinstance(OfflineEngine(TODAY).ask(question, houses, (), {}), Answered)
