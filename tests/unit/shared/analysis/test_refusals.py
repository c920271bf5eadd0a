"""What the rows cannot carry is refused with a reason; a wrong number never stands in for it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from shared.analysis import AnalysisRefused, Reason
from tests.unit.shared.analysis.tables import fit, sample

TWO = ["visits", "sales"]
ROWS = sample().assign(
    same=1.5, empty=np.nan, twice=lambda rows: 2 * rows["visits"] + 1, number=range(36), name=[f"n{i}" for i in range(36)],
    two=["a", "b"] * 18, flat=[0.0, 1.0] * 18, mostly=[0.0] * 30 + [1.0] * 6, rare=["x"] * 35 + ["y"],
    late=lambda rows: rows["after"] + 3,
)  # fmt: skip
MANY = pd.DataFrame({"g": [str(i) for i in range(60)] * 2, "v": np.random.default_rng(1).normal(size=120)})
DAYS = pd.DataFrame({"day": pd.date_range("2024-01-01", periods=40), "v": np.random.default_rng(2).normal(size=40)})
REFUSED: list[tuple[str, pd.DataFrame, dict[str, Any], Reason]] = [
    ("correlation", ROWS, {"columns": ["visits", "nowhere"]}, Reason.NO_SUCH_COLUMN),
    ("correlation", pd.DataFrame([[1, 2, 3]], columns=["visits", "sales", "visits"]), {"columns": TWO}, Reason.NO_SUCH_COLUMN),
    ("correlation", ROWS, {"columns": ["visits", "visits"]}, Reason.WRONG_COLUMNS),
    ("correlation", ROWS, {"columns": ["visits", "price", "sales"]}, Reason.WRONG_COLUMNS),
    ("correlation", ROWS, {}, Reason.WRONG_COLUMNS),
    ("correlation", ROWS, {"columns": [*TWO[:1], 3]}, Reason.NO_SUCH_COLUMN),
    ("correlation", ROWS, {"columns": ["visits", "region"]}, Reason.WRONG_TYPE),
    ("correlation", ROWS, {"columns": ["visits", "day"]}, Reason.WRONG_TYPE),
    ("correlation", ROWS, {"columns": TWO, "method": "best"}, Reason.WRONG_SETTING),
    ("correlation", ROWS, {"columns": TWO, "colour": "red"}, Reason.WRONG_SETTING),
    ("correlation", ROWS, {"columns": TWO, "statistic": "slope"}, Reason.WRONG_SETTING),
    ("correlation", ROWS.head(3), {"columns": TWO}, Reason.TOO_FEW_ROWS),
    ("correlation", ROWS, {"columns": ["visits", "empty"]}, Reason.TOO_FEW_ROWS),
    ("correlation", ROWS, {"columns": ["visits", "same"]}, Reason.CONSTANT),
    ("correlation", ROWS.assign(nearly=1e9 + ROWS["flat"] * 1e-6), {"columns": ["visits", "nearly"]}, Reason.CONSTANT),
    ("correlation", ROWS, {"columns": ["sales", "twice"], "controls": ["visits"]}, Reason.COLLINEAR),
    ("correlation", ROWS, {"columns": ["sales", "price"], "controls": ["visits", "twice"]}, Reason.COLLINEAR),
    ("correlation", ROWS, {"columns": TWO, "controls": ["price"], "method": "kendall"}, Reason.WRONG_SETTING),
    ("correlation_matrix", ROWS, {"columns": ["visits", "same"]}, Reason.WRONG_COLUMNS),
    ("correlation_matrix", ROWS, {"columns": TWO, "statistic": "correlation"}, Reason.WRONG_SETTING),
    ("strongest_correlations", ROWS, {"target": "sales", "columns": ["same"]}, Reason.WRONG_COLUMNS),
    ("linear_regression", ROWS, {"outcome": "sales", "predictors": ["visits", "twice"]}, Reason.COLLINEAR),
    ("linear_regression", ROWS.head(4), {"outcome": "sales", "predictors": ["visits", "price"]}, Reason.TOO_FEW_ROWS),
    ("linear_regression", ROWS, {"outcome": "sales", "predictors": ["region"]}, Reason.WRONG_TYPE),
    ("linear_regression", ROWS, {"outcome": "sales", "predictors": ["visits", "price"], "statistic": "slope"}, Reason.WRONG_SETTING),
    ("trend", ROWS, {"value": "sales", "when": "region"}, Reason.WRONG_TYPE),
    ("trend", ROWS.head(3), {"value": "sales", "when": "day"}, Reason.TOO_FEW_ROWS),
    ("t_test", ROWS, {"value": "sales", "group": "region"}, Reason.TOO_MANY_GROUPS),
    ("t_test", ROWS[ROWS["card"]], {"value": "sales", "group": "card"}, Reason.TOO_FEW_GROUPS),
    ("t_test", ROWS, {"value": "sales", "group": "rare"}, Reason.TOO_FEW_ROWS),
    ("t_test", ROWS, {"value": "sales"}, Reason.WRONG_COLUMNS),
    ("t_test", ROWS, {"value": TWO, "group": "card"}, Reason.WRONG_COLUMNS),
    ("t_test", ROWS, {"value": "flat", "group": "two"}, Reason.CONSTANT),
    ("t_test", ROWS, {"value": ["after", "late"]}, Reason.CONSTANT),
    ("t_test", ROWS, {"value": TWO, "group": "card", "pairing": "paired"}, Reason.WRONG_SETTING),
    ("t_test", ROWS, {"value": "before", "group": "card", "statistic": "rank_p_value"}, Reason.WRONG_SETTING),
    ("rank_test", ROWS.head(4), {"value": ["before", "after"]}, Reason.TOO_FEW_ROWS),
    ("anova", MANY, {"value": "v", "group": "g"}, Reason.TOO_MANY_GROUPS),
    ("anova", ROWS, {"value": "sales", "group": "name"}, Reason.TOO_FEW_GROUPS),
    ("variance_test", ROWS.assign(v=ROWS["sales"].where(ROWS["card"], 1.0)), {"value": "v", "group": "card", "method": "bartlett"}, Reason.CONSTANT),
    ("chi_square", ROWS.assign(one="x"), {"columns": ["region", "one"]}, Reason.CONSTANT),
    ("chi_square", MANY, {"columns": ["g", "v"]}, Reason.TOO_MANY_GROUPS),
    ("describe", ROWS[["region"]], {}, Reason.WRONG_COLUMNS),
    ("distribution", ROWS[["empty"]], {"column": "empty"}, Reason.TOO_FEW_ROWS),
    ("normality", ROWS, {"column": "same"}, Reason.CONSTANT),
    ("normality", ROWS.head(12), {"column": "sales", "method": "dagostino"}, Reason.TOO_FEW_ROWS),
    ("normality", pd.DataFrame({"v": np.arange(6000.0)}), {"column": "v", "method": "shapiro"}, Reason.WRONG_SETTING),
    ("outliers", ROWS, {"value": "mostly"}, Reason.CONSTANT),
    ("outliers", ROWS.head(10), {"value": "sales", "method": "z_score"}, Reason.TOO_FEW_ROWS),
    ("outliers", ROWS.head(4), {"value": "sales"}, Reason.TOO_FEW_ROWS),
    ("clusters", ROWS.head(9), {"columns": ["visits"]}, Reason.TOO_FEW_ROWS),
    ("clusters", ROWS, {"columns": ["visits"], "k": 8}, Reason.TOO_FEW_ROWS),
    ("clusters", ROWS, {"columns": ["flat"], "k": 3}, Reason.TOO_FEW_ROWS),
    ("clusters", ROWS, {"columns": ["visits"], "k": 2.5}, Reason.WRONG_SETTING),
    ("forecast", ROWS.head(7), {"value": "sales", "when": "day"}, Reason.TOO_FEW_ROWS),
    ("forecast", ROWS.head(10), {"value": "sales", "when": "day", "method": "smoothing"}, Reason.TOO_FEW_ROWS),
    ("forecast", pd.concat([DAYS, DAYS]), {"value": "v", "when": "day"}, Reason.REPEATED_PERIOD),
    ("forecast", DAYS.assign(day=range(0, 80, 2)).drop([*range(4, 30, 2)]), {"value": "v", "when": "day"}, Reason.MISSING_PERIODS),
    ("forecast", DAYS.assign(day=np.arange(40) ** 1.5), {"value": "v", "when": "day"}, Reason.MISSING_PERIODS),
    ("forecast", DAYS.drop([5, 6]), {"value": "v", "when": "day", "method": "smoothing"}, Reason.MISSING_PERIODS),
    ("forecast", ROWS, {"value": "same", "when": "day"}, Reason.CONSTANT),
    ("forecast", ROWS, {"value": "sales", "when": "day", "periods": 0}, Reason.WRONG_SETTING),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "rows", "given", "reason"), REFUSED, ids=lambda part: part if isinstance(part, str) else ""
)
def test_a_refusal_has_its_reason_and_a_sentence(
    name: str, rows: pd.DataFrame, given: dict[str, Any], reason: Reason
) -> None:
    with pytest.raises(AnalysisRefused) as refused:
        fit(name, rows, **given)
    assert refused.value.reason is reason, refused.value
    assert str(refused.value).endswith(".")


def test_every_reason_that_data_can_give_is_shown_by_a_case() -> None:
    assert {reason for *_, reason in REFUSED} == set(Reason) - {Reason.UNDEFINED}


def test_a_number_that_comes_out_undefined_is_refused() -> None:
    """Values so large that they cannot be added up."""
    rows = pd.DataFrame({"a": [1.7e308, 1.2e308, 1.6e308, 1.5e308] * 4, "g": ["x", "y"] * 8})
    with pytest.raises(AnalysisRefused) as refused:
        fit("t_test", rows, value="a", group="g")
    assert refused.value.reason is Reason.UNDEFINED


def test_what_is_no_table_is_refused() -> None:
    with pytest.raises(AnalysisRefused, match="needs a table"):
        fit("describe", ROWS["sales"])  # type: ignore[arg-type]
