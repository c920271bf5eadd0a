"""An assumption that fails is told and its alternative given; one that holds raises no doubt. Rows that are left out are counted."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from tests.unit.shared.analysis.tables import doubts, fit, sample, statistics

DRAW = np.random.default_rng(7)
N = 200
X = DRAW.normal(size=N)
NOISE = DRAW.normal(size=N)
ROWS = pd.DataFrame(
    {
        "x": X, "line": 2 * X + NOISE, "bend": np.exp(3 * X) + NOISE * 0.01, "fan": X + NOISE * np.exp(X), "near": X + 0.01 * NOISE,
        "z": DRAW.normal(size=N), "g": ["a", "b"] * (N // 2), "h": ["a", "b", "c", "d"] * (N // 4),
        "wide": NOISE * np.where(np.arange(N) % 2, 1, 6), "lopsided": np.exp(2 * NOISE), "t": np.arange(N),
        "walk": np.cumsum(NOISE), "jump": NOISE + np.where(np.arange(N) < 150, 0, 30),
    }
)  # fmt: skip


@pytest.mark.parametrize(
    ("name", "given", "told"),
    [
        ("correlation", {"columns": ["x", "bend"]}, "the relationship bends"),
        ("linear_regression", {"outcome": "fan", "predictors": "x"}, "Breusch–Pagan"),
        ("linear_regression", {"outcome": "line", "predictors": ["x", "near"]}, "x and near largely follow"),
        ("trend", {"value": "walk", "when": "t"}, "Durbin–Watson"),
        ("t_test", {"value": "lopsided", "group": "g"}, "the rank test is safer"),
        ("anova", {"value": "wide", "group": "g"}, "rely on Welch's version"),
        ("anova", {"value": "lopsided", "group": "h"}, "the Kruskal–Wallis test is safer"),
        ("rank_test", {"value": "wide", "group": "g"}, "differ in more than their middle"),
        ("variance_test", {"value": "lopsided", "group": "g", "method": "bartlett"}, "Levene's test is safer"),
        ("outliers", {"value": "lopsided"}, "lopsided"),
        ("clusters", {"columns": ["x", "z"], "k": 5}, "a weak structure"),
        ("forecast", {"value": "jump", "when": "t", "method": "linear"}, "no better"),
    ],
)
def test_a_failing_assumption_is_told(name: str, given: dict[str, object], told: str) -> None:
    assert told in doubts(fit(name, ROWS, **given))
    assert any(told in sentence for sentence in fit(name, ROWS, **given).warnings)


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("correlation", {"columns": ["x", "line"]}),
        ("correlation", {"columns": ["x", "bend"], "method": "spearman"}),
        ("linear_regression", {"outcome": "line", "predictors": ["x", "z"]}),
        ("trend", {"value": "line", "when": "t"}),
        ("t_test", {"value": "line", "group": "g"}),
        ("anova", {"value": "line", "group": "h"}),
        ("rank_test", {"value": "line", "group": "g"}),
        ("chi_square", {"columns": ["g", "h"]}),
        ("normality", {"column": "x"}),
        ("outliers", {"value": "x"}),
    ],
)
def test_where_assumptions_hold_there_is_no_doubt(name: str, given: dict[str, object]) -> None:
    result = fit(name, ROWS, **given)
    assert doubts(result) == ""
    assert any(note.concern == "holds" for note in result.notes) or name == "outliers"
    assert result.warnings == ()


def test_robust_errors_answer_the_doubt_about_spread_and_leave_the_line_as_it_is() -> None:
    classic, robust = (fit("linear_regression", ROWS, outcome="fan", predictors="x", errors=errors) for errors in ("classic", "robust"))  # fmt: skip
    assert "Breusch" not in doubts(robust)
    assert robust.table["value"][0] == pytest.approx(classic.table["value"][0])
    design = np.column_stack([np.ones(N), X])
    inverse = np.linalg.inv(design.T @ design)
    leverage = np.einsum("ij,jk,ik->i", design, inverse, design)
    residuals = (ROWS["fan"] - design @ inverse @ design.T @ ROWS["fan"]) / (1 - leverage)
    error = np.sqrt((inverse @ (design.T * residuals.to_numpy() ** 2) @ design @ inverse)[1, 1])
    assert robust.table["high"][0] - robust.table["value"][0] == pytest.approx(stats.t.ppf(0.975, N - 2) * error)


def test_few_rows_that_are_not_normal_are_told_and_ranks_stand_beside() -> None:
    few = pd.DataFrame({"v": [1.0, 1.1, 1.2, 1.3, 1.2, 1.1, 1.0, 9.0] * 2, "w": range(16), "g": ["a"] * 8 + ["b"] * 8})
    result = fit("t_test", few, value="v", group="g")
    assert "does not look normally distributed" in doubts(result)
    assert statistics(result)["p-value of the rank test"] == pytest.approx(1.0)
    assert "does not look normally distributed" in doubts(fit("correlation", few, columns=["v", "w"]))


def test_a_single_row_that_carries_the_line_is_named() -> None:
    rows = pd.DataFrame({"x": [*np.arange(20) % 5, 60.0], "y": [*DRAW.normal(size=20), 30.0]})
    assert "One row moves the line by itself (row 20)" in doubts(
        fit("linear_regression", rows, outcome="y", predictors="x")
    )


def test_small_expected_counts_are_told_with_fishers_test_beside() -> None:
    rows = pd.DataFrame({"a": ["x"] * 9 + ["y"] * 3, "b": ["u"] * 8 + ["v", "v", "v", "u"]})
    result = fit("chi_square", rows, columns=["a", "b"])
    assert "rely on Fisher's exact test" in doubts(result)
    assert statistics(result)["smallest expected count"] == 0.75
    corrected = fit("chi_square", rows, columns=["a", "b"], correction=True)
    assert statistics(corrected)["χ²"] < statistics(result)["χ²"]


@pytest.mark.parametrize(
    ("name", "given", "left_out"),
    [
        ("correlation", {"columns": ["before", "sales"]}, "1 of 36 rows were left out"),
        ("t_test", {"value": ["before", "after"]}, "1 of 36 rows were left out"),
        ("anova", {"value": "before", "group": "region"}, "1 of 36 rows were left out"),
        ("distribution", {"column": "before"}, "1 of 36 rows have no value"),
        ("outliers", {"value": "before"}, "1 of 36 rows have no value"),
        ("clusters", {"columns": ["before", "price"]}, "1 of 36 rows were left out"),
        ("correlation_matrix", {}, "each pair stands on the rows that have both"),
    ],
)
def test_rows_without_a_value_are_counted(name: str, given: dict[str, object], left_out: str) -> None:
    assert any(left_out in sentence for sentence in fit(name, sample(), **given).warnings)


def test_a_forecast_continues_a_line_and_a_season() -> None:
    months = pd.date_range("2019-01-01", periods=60, freq="MS")
    season = 100 + 2 * np.arange(72) + 30 * np.sin(np.arange(72) * np.pi / 6)
    rows = pd.DataFrame({"month": months, "v": season[:60] + DRAW.normal(0, 3, 60)})
    result = fit("forecast", rows, value="v", when="month", periods=12)
    assert list(result.table["month"]) == list(pd.date_range("2024-01-01", periods=12, freq="MS"))
    assert np.abs(result.table["forecast"] - season[60:]).mean() < 6
    assert ((result.table["low"] < season[60:]) & (season[60:] < result.table["high"])).mean() >= 0.9
    assert "season" in result.notes[0].sentence and doubts(result) == ""
    straight = fit("forecast", rows.assign(v=np.arange(60.0)), value="v", when="month", method="linear")
    assert straight.table["forecast"].tolist() == pytest.approx([60, 61, 62])


@pytest.mark.parametrize(("unit", "frequency"), [("quarter", "QS"), ("week", "W-MON"), ("year", "YS"), ("day", "D")])
def test_a_forecast_finds_the_unit_of_its_periods(unit: str, frequency: str) -> None:
    days = pd.date_range("2001-01-01", periods=20, freq=frequency)
    result = fit("forecast", pd.DataFrame({"d": days[:16], "v": X[:16]}), value="v", when="d", periods=4)
    assert list(result.table["d"]) == list(days[16:])
    assert f" 16 {unit}s" in result.notes[0].sentence


def test_numbers_of_every_kind_give_the_same() -> None:
    """As the jail loads tables, and as later steps of a plan leave columns."""
    plain = sample()
    wanted = statistics(fit("linear_regression", plain, outcome="sales", predictors=["visits", "card", "before"]))
    kinds = {
        "nullable": plain.convert_dtypes(),
        "arrow": plain.convert_dtypes(dtype_backend="pyarrow"),
        "objects": plain.astype(object),
        "indexed": plain.set_index(pd.Index([0] * 36)),
    }
    for kind, rows in kinds.items():
        found = fit("linear_regression", rows, outcome="sales", predictors=["visits", "card", "before"])
        assert statistics(found) == pytest.approx(wanted), kind
        groups = fit("anova", rows.assign(region=rows["region"].astype("category")), value="sales", group="region")
        assert statistics(groups) == pytest.approx(statistics(fit("anova", plain, value="sales", group="region"))), kind
        assert len(fit("clusters", rows, columns=["before", "price"], show="rows").table) == 35, kind
        assert len(fit("outliers", rows, value="sales").table) == 1, kind
        trend = fit("trend", rows, value="sales", when="day", per="year")
        assert statistics(trend)["change per year"] == pytest.approx(12 * 3.343623870663043), kind
    days = plain.assign(day=[moment.date() for moment in plain["day"]])
    assert isinstance(days["day"].iloc[0], dt.date)
    assert fit("forecast", days, value="sales", when="day").table.equals(
        fit("forecast", plain, value="sales", when="day").table
    )


def test_clusters_are_the_same_for_rows_in_another_order() -> None:
    shuffled = sample().sample(frac=1, random_state=3)
    one, other = (fit("clusters", rows, columns=["visits", "price"], k=3).table for rows in (sample(), shuffled))
    pd.testing.assert_frame_equal(one, other)


def test_a_result_shows_itself_in_a_notebook() -> None:
    shown = fit("correlation", sample(), columns=["visits", "sales"])._repr_html_()
    assert "<table" in shown and "Cohen" in shown
    single = fit("correlation", sample(), columns=["visits", "sales"], statistic="correlation")
    assert single.answer == single.value == pytest.approx(0.3178878869)
    assert "0.3178" in single._repr_html_()
