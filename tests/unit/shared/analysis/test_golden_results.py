"""Every example of the registry against the same numbers by another way: by hand, by another library, or by another route of theirs."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise, product
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.api import OLS, add_constant
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.oneway import anova_oneway
from statsmodels.stats.weightstats import CompareMeans, DescrStatsW
from statsmodels.tsa.exponential_smoothing.ets import ETSModel

from shared.analysis import MODEL_STEPS
from tests.unit.shared.analysis.tables import fit, sample, statistics

Expected = dict[str, float]
GOLDEN: dict[tuple[str, int], Callable[[pd.DataFrame], Any]] = {}
EXAMPLES = [(name, number) for name, step in MODEL_STEPS.items() for number in range(len(step.examples))]


def golden(name: str, number: int = 0) -> Callable[[Callable[[pd.DataFrame], Any]], Callable[[pd.DataFrame], Any]]:
    def keep(compute: Callable[[pd.DataFrame], Any]) -> Callable[[pd.DataFrame], Any]:
        GOLDEN[name, number] = compute
        return compute

    return keep


def test_every_example_of_every_step_has_a_golden_result() -> None:
    assert set(EXAMPLES) == GOLDEN.keys()


@pytest.mark.parametrize(("name", "number"), EXAMPLES)
def test_the_step_finds_what_another_way_finds(name: str, number: int) -> None:
    example = MODEL_STEPS[name].examples[number]
    found, expected = fit(name, sample(), **example.columns, **example.settings), GOLDEN[name, number](sample())
    if isinstance(expected, pd.DataFrame):
        pd.testing.assert_frame_equal(found.table, expected, check_dtype=False, rtol=1e-7, atol=1e-9)
        return
    intervals = {f"{row.statistic} {end}": getattr(row, end) for row in found.table.itertuples() for end in ("low", "high", "p_value") if hasattr(row, end)}  # fmt: skip
    assert {**statistics(found), **intervals} == pytest.approx({**statistics(found), **intervals, **expected}, rel=1e-7, abs=1e-9, nan_ok=True)  # fmt: skip
    assert expected.keys() <= {**statistics(found), **intervals}.keys()
    assert len(expected) >= min(3, len(found.table))


@golden("correlation")
def pearson(shop: pd.DataFrame) -> Expected:
    r, n = np.corrcoef(shop["visits"], shop["sales"])[0, 1], 36
    low, high = stats.pearsonr(shop["visits"], shop["sales"]).confidence_interval()
    p = 2 * stats.t.sf(abs(r) * np.sqrt((n - 2) / (1 - r * r)), n - 2)
    ranks = np.corrcoef(stats.rankdata(shop["visits"]), stats.rankdata(shop["sales"]))[0, 1]
    t = ranks * np.sqrt((n - 2) / (1 - ranks * ranks))
    pairs = [(a - b, c - d) for (a, c), (b, d) in product(zip(shop["visits"], shop["sales"], strict=True), repeat=2)]
    agreeing = sum(np.sign(x * y) for x, y in pairs)
    untied = [sum(x != 0 for x, _ in pairs), sum(y != 0 for _, y in pairs)]
    return {
        "correlation coefficient": r, "p-value": p, "rows": n, "correlation coefficient low": low, "correlation coefficient high": high,
        "rank correlation coefficient ρ (Spearman)": ranks, "rank correlation coefficient ρ (Spearman) p_value": 2 * stats.t.sf(abs(t), n - 2),
        "rank correlation coefficient τ (Kendall)": agreeing / np.sqrt(untied[0] * untied[1]),
    }  # fmt: skip


@golden("correlation", 1)
def partial(shop: pd.DataFrame) -> Expected:
    """Off the inverse of the correlation matrix; its p-value is that of the slope in a regression with the control."""
    inverse = np.linalg.inv(np.corrcoef(shop[["visits", "sales", "price"]].to_numpy(), rowvar=False))
    r = -inverse[0, 1] / np.sqrt(inverse[0, 0] * inverse[1, 1])
    slope = OLS(shop["sales"], add_constant(shop[["visits", "price"]].astype(float))).fit()
    half = stats.norm.ppf(0.975) / np.sqrt(36 - 1 - 3)
    ends = np.tanh([np.arctanh(r) - half, np.arctanh(r) + half])
    return {
        "correlation coefficient": r,
        "p-value": slope.pvalues["visits"],
        "correlation coefficient low": ends[0],
        "correlation coefficient high": ends[1],
    }


def test_the_lilliefors_p_value_is_what_samples_of_a_normal_distribution_come_to() -> None:
    """The share of 4,000 drawn samples whose distribution is further from its own normal curve."""
    values, draw = sample()["price"].to_numpy(), np.random.default_rng(3)
    further = np.mean([_distance(draw.normal(size=len(values))) >= _distance(values) for _ in range(4000)])
    found = statistics(fit("normality", sample(), column=["price"]))["p-value of the Lilliefors test"]
    assert 0.1 < further < 0.9, "near the ends of the table p-values are cut"
    assert found == pytest.approx(further, abs=0.03)


def _distance(values: np.ndarray) -> float:
    """Between the steps of a sample and the normal curve through its mean and spread."""
    curve = stats.norm.cdf(np.sort((values - values.mean()) / values.std(ddof=1)))
    steps = np.arange(len(values) + 1) / len(values)
    return float(max((steps[1:] - curve).max(), (curve - steps[:-1]).max()))


@golden("correlation_matrix")
def matrix(shop: pd.DataFrame) -> pd.DataFrame:
    names = ["price", "visits", "sales"]
    found = pd.DataFrame(np.corrcoef(shop[names].to_numpy(dtype=float), rowvar=False), columns=names)
    found.insert(0, "column", names)
    return found


@golden("strongest_correlations")
def strongest(shop: pd.DataFrame) -> pd.DataFrame:
    found = [(name, *stats.pearsonr(shop[name], shop["sales"]), 36) for name in ("visits", "price")]
    table = pd.DataFrame(found, columns=["column", "correlation", "p_value", "rows"])
    return table.assign(adjusted_p_value=multipletests(table["p_value"], method="holm")[1])


@golden("linear_regression")
def simple_regression(shop: pd.DataFrame) -> Expected:
    line = stats.linregress(shop["visits"], shop["sales"])
    half = stats.t.ppf(0.975, 34) * line.stderr, stats.t.ppf(0.975, 34) * line.intercept_stderr
    residuals = shop["sales"] - line.intercept - line.slope * shop["visits"]
    return {
        "slope": line.slope, "slope low": line.slope - half[0], "slope high": line.slope + half[0], "slope p_value": line.pvalue,
        "intercept": line.intercept, "intercept low": line.intercept - half[1], "intercept high": line.intercept + half[1],
        "R²": line.rvalue**2, "adjusted R²": 1 - (1 - line.rvalue**2) * 35 / 34, "p-value": line.pvalue,
        "residual standard error": np.sqrt((residuals**2).sum() / 34), "rows": 36,
    }  # fmt: skip


@golden("linear_regression", 1)
def multiple_regression(shop: pd.DataFrame) -> Expected:
    """By the normal equations."""
    x = np.column_stack([np.ones(36), shop["visits"], shop["price"], shop["card"].astype(float)])
    y = shop["sales"].to_numpy()
    inverse = np.linalg.inv(x.T @ x)
    beta = inverse @ x.T @ y
    squares = ((y - x @ beta) ** 2).sum()
    errors = np.sqrt(np.diag(inverse) * squares / 32)
    half = stats.t.ppf(0.975, 32) * errors
    r_squared = 1 - squares / ((y - y.mean()) ** 2).sum()
    names = ["intercept", "slope of visits", "slope of price", "slope of card"]
    found = {"R²": r_squared, "p-value": stats.f.sf(r_squared / (1 - r_squared) * 32 / 3, 3, 32)}
    for i, name in enumerate(names):
        found |= {name: beta[i], f"{name} low": beta[i] - half[i], f"{name} high": beta[i] + half[i]}
        found[f"{name} p_value"] = 2 * stats.t.sf(abs(beta[i] / errors[i]), 32)
    return found


@golden("trend")
def trend_per_month(shop: pd.DataFrame) -> Expected:
    months = (shop["day"] - shop["day"].min()).dt.days / (365.2425 / 12)
    line = stats.linregress(months, shop["sales"])
    half = stats.t.ppf(0.975, 34) * line.stderr
    return {
        "change per month": line.slope, "change per month low": line.slope - half, "change per month high": line.slope + half,
        "R²": line.rvalue**2, "p-value": line.pvalue, "line at the start": line.intercept,
        "line at the end": line.intercept + line.slope * months.max(), "rows": 36,
    }  # fmt: skip


@golden("trend", 1)
def trend_along_numbers(shop: pd.DataFrame) -> Expected:
    line = stats.linregress(shop["visits"], shop["sales"])
    return {
        "change per step of visits": line.slope, "line at the start": line.intercept + line.slope * 279,
        "line at the end": line.intercept + line.slope * 486,
    }  # fmt: skip


@golden("t_test")
def welch(shop: pd.DataFrame) -> Expected:
    one, other = (shop.loc[shop["card"] == flag, "sales"].to_numpy() for flag in (False, True))
    t, p, freedom = CompareMeans(DescrStatsW(one), DescrStatsW(other)).ttest_ind(usevar="unequal")
    low, high = CompareMeans(DescrStatsW(one), DescrStatsW(other)).tconfint_diff(usevar="unequal")
    pooled = np.sqrt((((one - one.mean()) ** 2).sum() + ((other - other.mean()) ** 2).sum()) / 34)
    difference = "difference of means (False − True)"
    return {
        difference: one.mean() - other.mean(), f"{difference} low": low, f"{difference} high": high, "p-value": p, "t": t,
        "degrees of freedom": freedom, "effect size d": (one.mean() - other.mean()) / pooled, "mean of False": one.mean(),
        "rows of False": 17, "rows of True": 19, "p-value of the rank test": p_of_ranks(one, other),
    }  # fmt: skip


@golden("t_test", 1)
def paired(shop: pd.DataFrame) -> Expected:
    away = (shop["before"] - shop["after"]).dropna().to_numpy()
    error = away.std(ddof=1) / np.sqrt(35)
    half = stats.t.ppf(0.975, 34) * error
    difference = "mean difference (before − after)"
    return {
        difference: away.mean(), f"{difference} low": away.mean() - half, f"{difference} high": away.mean() + half,
        "t": away.mean() / error, "p-value": 2 * stats.t.sf(abs(away.mean() / error), 34),
        "effect size d (of the differences)": away.mean() / away.std(ddof=1), "pairs": 35, "degrees of freedom": 34,
    }  # fmt: skip


def wins(one: np.ndarray, other: np.ndarray) -> float:
    return sum(1.0 if a > b else 0.5 if a == b else 0.0 for a, b in product(one, other))


def p_of_ranks(one: np.ndarray, other: np.ndarray) -> float:
    """The normal approximation, corrected for ties and continuity."""
    n, m = len(one), len(other)
    _, ties = np.unique(np.concatenate([one, other]), return_counts=True)
    variance = n * m / 12 * ((n + m + 1) - (ties**3 - ties).sum() / ((n + m) * (n + m - 1)))
    greater = max(wins(one, other), n * m - wins(one, other))
    return float(2 * stats.norm.sf((greater - n * m / 2 - 0.5) / np.sqrt(variance)))


@golden("rank_test")
def mann_whitney(shop: pd.DataFrame) -> Expected:
    one, other = (shop.loc[shop["card"] == flag, "sales"].to_numpy() for flag in (False, True))
    u = wins(one, other)
    return {
        "U of False": u, "p-value": p_of_ranks(one, other), "effect size r (rank-biserial)": (u - (323 - u)) / 323,
        "median of False": np.median(one), "median of True": np.median(other),
    }  # fmt: skip


@golden("rank_test", 1)
def wilcoxon(shop: pd.DataFrame) -> Expected:
    """By the normal approximation, corrected for ties: there are some, once differences are what they are in decimals."""
    away = (shop["before"] - shop["after"]).dropna().round(1).to_numpy()
    assert len(away) == 35 and (away != 0).all()
    ranks = stats.rankdata(np.abs(away))
    up, down = ranks[away > 0].sum(), ranks[away < 0].sum()
    _, ties = np.unique(np.abs(away), return_counts=True)
    deviation = np.sqrt(35 * 36 * 71 / 24 - (ties**3 - ties).sum() / 48)
    return {
        "W": min(up, down), "effect size r (rank-biserial)": (up - down) / (up + down), "pairs": 35,
        "median difference (before − after)": np.median(away),
        "p-value": 2 * stats.norm.cdf((min(up, down) - 35 * 36 / 4) / deviation),
    }  # fmt: skip


def split(shop: pd.DataFrame, value: str = "sales") -> list[np.ndarray]:
    return [shop.loc[shop["region"] == region, value].to_numpy() for region in ("North", "South", "West")]


def spread_of(parts: list[np.ndarray]) -> Any:
    """Levene's test about medians is an analysis of variance of the distances from them."""
    return anova_oneway([np.abs(part - np.median(part)) for part in parts], use_var="equal")


def kruskal(parts: list[np.ndarray]) -> tuple[float, float]:
    everything = np.concatenate(parts)
    n, ranks = len(everything), stats.rankdata(everything)
    ends = np.cumsum([0, *map(len, parts)])
    squares = sum(ranks[a:b].sum() ** 2 / (b - a) for a, b in pairwise(ends))
    _, ties = np.unique(everything, return_counts=True)
    h = (12 / (n * (n + 1)) * squares - 3 * (n + 1)) / (1 - (ties**3 - ties).sum() / (n**3 - n))
    return float(h), float(stats.chi2.sf(h, len(parts) - 1))


def variance_of(parts: list[np.ndarray]) -> Expected:
    found = anova_oneway(parts, use_var="equal")
    everything = np.concatenate(parts)
    between = sum(len(part) * (part.mean() - everything.mean()) ** 2 for part in parts)
    return {
        "F": found.statistic, "p-value": found.pvalue, "degrees of freedom between groups": len(parts) - 1,
        "degrees of freedom within groups": len(everything) - len(parts),
        "effect size η²": between / ((everything - everything.mean()) ** 2).sum(),
        "p-value of Levene's test of equal spread": spread_of(parts).pvalue,
    }  # fmt: skip


@golden("anova")
def anova(shop: pd.DataFrame) -> Expected:
    parts = split(shop)
    ranks = {"p-value of the Kruskal–Wallis test": kruskal(parts)[1]}
    return {**variance_of(parts), **ranks, "mean of North": parts[0].mean(), "rows of West": 15}


@golden("anova", 1)
def anova_of_columns(shop: pd.DataFrame) -> Expected:
    parts = [shop[name].dropna().to_numpy() for name in ("price", "before", "after")]
    return {**variance_of(parts), "p-value of Welch's version": anova_oneway(parts, use_var="unequal").pvalue}


@golden("kruskal_wallis")
def kruskal_by_hand(shop: pd.DataFrame) -> Expected:
    parts = split(shop)
    h, p = kruskal(parts)
    return {"H": h, "p-value": p, "degrees of freedom": 2, "effect size ε²": h * 37 / (36**2 - 1), "median of South": np.median(parts[1])}  # fmt: skip


@golden("variance_test")
def levene(shop: pd.DataFrame) -> Expected:
    found = spread_of(split(shop))
    return {"p-value": found.pvalue, "test statistic": found.statistic, "standard deviation of North": split(shop)[0].std(ddof=1)}  # fmt: skip


@golden("variance_test", 1)
def levene_of_columns(shop: pd.DataFrame) -> Expected:
    found = spread_of([shop[name].dropna().to_numpy() for name in ("before", "after")])
    return {"p-value": found.pvalue, "test statistic": found.statistic, "rows of before": 35, "rows of after": 36}


def independence(shop: pd.DataFrame, one: str, other: str) -> Expected:
    observed = np.array([[((shop[one] == a) & (shop[other] == b)).sum() for b in sorted(shop[other].unique())] for a in sorted(shop[one].unique())])  # fmt: skip
    expected = np.outer(observed.sum(axis=1), observed.sum(axis=0)) / 36
    chi_square = ((observed - expected) ** 2 / expected).sum()
    freedom = (observed.shape[0] - 1) * (observed.shape[1] - 1)
    return {
        "χ²": chi_square, "degrees of freedom": freedom, "p-value": stats.chi2.sf(chi_square, freedom), "rows": 36,
        "effect size (Cramér's V)": np.sqrt(chi_square / 36 / (min(observed.shape) - 1)), "smallest expected count": expected.min(),
    }  # fmt: skip


@golden("chi_square")
def two_by_two(shop: pd.DataFrame) -> Expected:
    """Fisher's p-value: all tables with the same totals that are no likelier than this one."""
    card, small = shop["card"].sum(), (shop["segment"] == "small").sum()
    likelihood = stats.hypergeom(36, card, small).pmf(np.arange(37))
    seen = likelihood[(shop["card"] & (shop["segment"] == "small")).sum()]
    exact = likelihood[likelihood <= seen * (1 + 1e-7)].sum()
    return {**independence(shop, "segment", "card"), "p-value of Fisher's exact test": exact}


@golden("chi_square", 1)
def two_by_three(shop: pd.DataFrame) -> Expected:
    return independence(shop, "segment", "region")


@golden("describe")
def summary(shop: pd.DataFrame) -> Expected:
    names = {"count": "values", "mean": "average", "std": "standard deviation", "min": "lowest", "25%": "lower quartile", "50%": "median", "75%": "upper quartile", "max": "highest"}  # fmt: skip
    return {**shop["sales"].describe().rename(names).to_dict(), "missing": 0}


@golden("describe", 1)
def summaries(shop: pd.DataFrame) -> pd.DataFrame:
    names = ["price", "visits", "sales", "before", "after"]
    table = shop[names].describe().T.reset_index(names="column")
    table.columns = pd.Index(["column", "values", "average", "standard deviation", "lowest", "lower quartile", "median", "upper quartile", "highest"])  # fmt: skip
    table.insert(2, "missing", [0, 0, 0, 1, 0])
    return table


@golden("distribution")
def histogram(shop: pd.DataFrame) -> pd.DataFrame:
    counts, edges = np.histogram(shop["sales"], np.arange(100, 551, 50))
    return pd.DataFrame({"from": edges[:-1], "below": edges[1:], "rows": counts, "percent": counts / 0.36})


@golden("distribution", 1)
def frequencies(shop: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame({"region": ["West", "South", "North"], "rows": [15, 12, 9], "percent": [1500 / 36, 1200 / 36, 25]})  # fmt: skip


@golden("normality")
def normal(shop: pd.DataFrame) -> Expected:
    return {
        "p-value": 0.4005041, "Shapiro–Wilk statistic": 0.96906331, "skewness": float(shop["visits"].skew()),
        "excess kurtosis": float(shop["visits"].kurt()), "rows": 36,
    }  # fmt: skip


@golden("outliers")
def beyond_the_fences(shop: pd.DataFrame) -> pd.DataFrame:
    low, high = shop["sales"].quantile([0.25, 0.75])
    reach = 1.5 * (high - low)
    return shop[~shop["sales"].between(low - reach, high + reach)].reset_index(drop=True)


@golden("outliers", 1)
def far_from_the_mean(shop: pd.DataFrame) -> pd.DataFrame:
    scores = (shop["sales"] - shop["sales"].mean()) / shop["sales"].std()
    return shop[scores.abs() > 2].reset_index(drop=True)


def centres(shop: pd.DataFrame, k: int) -> pd.DataFrame:
    """Lloyd's steps from a thousand random starts, the least squares of all."""
    values = shop[["visits", "price"]].to_numpy(dtype=float)
    scaled, draw = stats.zscore(values), np.random.default_rng(5)
    starts = np.stack([scaled[draw.choice(36, k, replace=False)] for _ in range(1000)])
    for _ in range(30):
        nearest = ((scaled[None, :, None] - starts[:, None]) ** 2).sum(axis=3)
        chosen = np.eye(k)[nearest.argmin(axis=2)]
        starts = np.einsum("snk,nd->skd", chosen, scaled) / np.maximum(chosen.sum(axis=1), 1)[:, :, None]
    labels = nearest[nearest.min(axis=2).sum(axis=1).argmin()].argmin(axis=1)
    parts = sorted((values[labels == i] for i in range(k)), key=lambda part: (-len(part), part[:, 0].mean()))
    found = [(i, len(part), *part.mean(axis=0)) for i, part in enumerate(parts, start=1)]
    return pd.DataFrame(found, columns=["cluster", "rows", "average visits", "average price"])


@golden("clusters", 1)
def as_many_as_separate_best(shop: pd.DataFrame) -> pd.DataFrame:
    return centres(shop, 6)


@golden("clusters")
def three_clusters(shop: pd.DataFrame) -> pd.DataFrame:
    return centres(shop, 3)


@golden("forecast")
def level(shop: pd.DataFrame) -> pd.DataFrame:
    model = ETSModel(shop["sales"], error="add", initialization_method="heuristic").fit(disp=False)
    ahead = model.get_prediction(36, 38).summary_frame(alpha=0.05)
    return pd.DataFrame(
        {"day": pd.to_datetime(["2025-01-01", "2025-02-01", "2025-03-01"]), "forecast": ahead["mean"].to_numpy(),
         "low": ahead["pi_lower"].to_numpy(), "high": ahead["pi_upper"].to_numpy()}
    )  # fmt: skip


@golden("forecast", 1)
def line(shop: pd.DataFrame) -> pd.DataFrame:
    fitted = OLS(shop["price"], add_constant(np.arange(36.0))).fit()
    ahead = fitted.get_prediction(add_constant(np.arange(36.0, 38.0))).summary_frame(alpha=0.05)
    return pd.DataFrame(
        {"day": pd.to_datetime(["2025-01-01", "2025-02-01"]), "forecast": ahead["mean"], "low": ahead["obs_ci_lower"], "high": ahead["obs_ci_upper"]}
    )  # fmt: skip
