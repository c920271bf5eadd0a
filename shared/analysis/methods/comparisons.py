"""Do groups differ? Tests of means, ranks and spread."""

from __future__ import annotations

from collections.abc import Callable
from math import sqrt
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats
from statsmodels.stats.oneway import anova_oneway

from shared.analysis.assumptions import check_equal_spread, check_normal, doubt, holds, p_text, significance, told
from shared.analysis.effects import ETA_SQUARED, D, R, size_of
from shared.analysis.inputs import Groups, complete, groups, refuse_constant
from shared.analysis.refusals import AnalysisRefused, Reason
from shared.analysis.results import Estimate, Findings, Note

_LEAST_ROWS = 2  # of a group: one value has no spread
_FEW_RANKS = 5  # with fewer values in a group hardly any order of them is rare enough to be significant


def t_test(rows: pd.DataFrame, value: tuple[str, ...], group: tuple[str, ...], pairing: str) -> Findings:
    """Welch's test of two groups, which does not presuppose equal spreads; of two columns of the same rows, the paired test."""
    if _is_paired(value, group, pairing):
        return _paired_t(rows, value)
    compared = groups(rows, value, group, least=_LEAST_ROWS, exactly=2)
    (one, other), names = compared.arrays, list(compared.values)
    found = stats.ttest_ind(one, other, equal_var=False)
    bounds = found.confidence_interval()
    difference = float(one.mean() - other.mean())
    effect = difference / _pooled_spread(one, other)
    estimates = [
        Estimate("difference", f"difference of means ({names[0]} − {names[1]})", difference, bounds.low, bounds.high),
        Estimate("p_value", "p-value", float(found.pvalue)),
        Estimate("t", "t", float(found.statistic)),
        Estimate("degrees_of_freedom", "degrees of freedom", float(found.df)),
        Estimate("effect_size", "effect size d", effect),
        *_of_each("mean", "mean", compared, np.mean),
        *_of_each("rows", "rows", compared, len),
    ]
    notes, normal = check_normal(compared.values, "the rank test")
    if not normal:
        p_ranks = float(stats.mannwhitneyu(one, other).pvalue)
        estimates.append(Estimate("rank_p_value", "p-value of the rank test", p_ranks))
    return Findings(
        estimates, [significance(float(found.pvalue), "The difference"), _d_in_words(effect), *notes, *compared.notes]
    )


def rank_test(rows: pd.DataFrame, value: tuple[str, ...], group: tuple[str, ...], pairing: str) -> Findings:
    """Mann and Whitney's test of two groups; of two columns of the same rows, Wilcoxon's of signed ranks."""
    if _is_paired(value, group, pairing):
        return _paired_ranks(rows, value)
    compared = groups(rows, value, group, least=_LEAST_ROWS, exactly=2)
    (one, other), names = compared.arrays, list(compared.values)
    found = stats.mannwhitneyu(one, other)
    effect = 2 * float(found.statistic) / (len(one) * len(other)) - 1
    estimates = [
        Estimate("p_value", "p-value", float(found.pvalue)),
        Estimate("u", f"U of {names[0]}", float(found.statistic)),
        Estimate("effect_size", "effect size r (rank-biserial)", effect),
        *_of_each("median", "median", compared, np.median),
        *_of_each("rows", "rows", compared, len),
    ]
    share = told(
        f"A value of {names[0]} is above one of {names[1]} in {50 * (1 + effect):.0f} % of pairs, ties halved."
    )
    return Findings(
        estimates,
        [significance(float(found.pvalue), "The difference"), share, *_rank_checks(compared), *compared.notes],
    )


def anova(rows: pd.DataFrame, value: tuple[str, ...], group: tuple[str, ...]) -> Findings:
    """One-way analysis of variance; where spreads differ Welch's version stands beside it, where values are not normal the ranks'."""
    compared = groups(rows, value, group, least=_LEAST_ROWS)
    found = stats.f_oneway(*compared.arrays)
    within = len(compared) - len(compared.values)
    between = len(compared.values) - 1
    eta_squared = between * found.statistic / (between * found.statistic + within)
    spread, even = check_equal_spread(compared.values)
    estimates = [
        Estimate("p_value", "p-value", float(found.pvalue)),
        Estimate("f", "F", float(found.statistic)),
        Estimate("between", "degrees of freedom between groups", between),
        Estimate("within", "degrees of freedom within groups", within),
        Estimate("effect_size", "effect size η²", float(eta_squared)),
        Estimate("levene_p_value", "p-value of Levene's test of equal spread", spread),
    ]
    notes, normal = check_normal(compared.values, "the Kruskal–Wallis test")
    if not even:
        welch = float(anova_oneway(compared.arrays, use_var="unequal").pvalue)
        estimates.append(Estimate("welch_p_value", "p-value of Welch's version", welch))
        notes.append(doubt(f"The groups spread unevenly (Levene {p_text(spread)}): rely on Welch's version."))
    if not normal:
        ranks = float(stats.kruskal(*compared.arrays).pvalue)
        estimates.append(Estimate("rank_p_value", "p-value of the Kruskal–Wallis test", ranks))
    estimates += [*_of_each("mean", "mean", compared, np.mean), *_of_each("rows", "rows", compared, len)]
    size = told(f"The groups explain {100 * eta_squared:.1f} % of the variation, a {size_of(eta_squared, ETA_SQUARED)} share after Cohen.")  # fmt: skip
    return Findings(
        estimates,
        [significance(float(found.pvalue), "That some group differs"), size, *notes, *compared.notes],
    )


def kruskal_wallis(rows: pd.DataFrame, value: tuple[str, ...], group: tuple[str, ...]) -> Findings:
    """Ranks of several groups; ε² is the share of their variation that the groups explain."""
    compared = groups(rows, value, group, least=_LEAST_ROWS)
    found = stats.kruskal(*compared.arrays)
    effect = float(found.statistic) / (len(compared) - 1)
    estimates = [
        Estimate("p_value", "p-value", float(found.pvalue)),
        Estimate("h", "H", float(found.statistic)),
        Estimate("degrees_of_freedom", "degrees of freedom", len(compared.values) - 1),
        Estimate("effect_size", "effect size ε²", effect),
        *_of_each("median", "median", compared, np.median),
        *_of_each("rows", "rows", compared, len),
    ]
    size = told(f"The effect is {size_of(effect, ETA_SQUARED)} (after Cohen).")
    return Findings(
        estimates,
        [significance(float(found.pvalue), "That some group differs"), size, *_rank_checks(compared), *compared.notes],
    )


def variance_test(rows: pd.DataFrame, value: tuple[str, ...], group: tuple[str, ...], method: str) -> Findings:
    """Equal spread: Levene's test about medians (Brown and Forsythe), or Bartlett's, which presupposes normal values."""
    compared = groups(rows, value, group, least=3)
    arrays = compared.arrays
    if method == "bartlett" and any(np.ptp(values) == 0 for values in arrays):
        raise AnalysisRefused(
            Reason.CONSTANT, "A group does not vary at all, which Bartlett's test cannot weigh; choose 'levene'."
        )
    found = stats.bartlett(*arrays) if method == "bartlett" else stats.levene(*arrays, center="median")
    spreads = [float(values.std(ddof=1)) for values in arrays]
    estimates = [
        Estimate("p_value", "p-value", float(found.pvalue)),
        Estimate("statistic", "test statistic", float(found.statistic)),
        *_of_each("standard_deviation", "standard deviation", compared, lambda values: values.std(ddof=1)),
        *_of_each("rows", "rows", compared, len),
    ]
    notes = [significance(float(found.pvalue), "The difference in spread")]
    if min(spreads) > 0:
        notes.append(told(f"The widest spread is {max(spreads) / min(spreads):.2f} times the narrowest."))
    if method == "bartlett":
        notes += check_normal(compared.values, "Levene's test")[0]
    else:
        notes.append(holds("Levene's test about medians needs no normal values."))
    return Findings(estimates, [*notes, *compared.notes])


def _is_paired(value: tuple[str, ...], group: tuple[str, ...], pairing: str) -> bool:
    if pairing == "paired" and group:
        raise AnalysisRefused(
            Reason.WRONG_SETTING, "Pairs are two columns of the same rows; groups in one column are independent."
        )
    return not group and len(value) == 2 and pairing != "independent"


def _paired_t(rows: pd.DataFrame, value: tuple[str, ...]) -> Findings:
    sample = complete(rows, value, least=_LEAST_ROWS + 1)
    one, other = (sample.column(name) for name in value)
    differences = one - other
    refuse_constant(differences, "The difference")
    found = stats.ttest_rel(one, other)
    bounds = found.confidence_interval()
    effect = float(differences.mean() / differences.std(ddof=1))
    estimates = [
        Estimate(
            "difference",
            f"mean difference ({value[0]} − {value[1]})",
            float(differences.mean()),
            bounds.low,
            bounds.high,
        ),
        Estimate("p_value", "p-value", float(found.pvalue)),
        Estimate("t", "t", float(found.statistic)),
        Estimate("degrees_of_freedom", "degrees of freedom", float(found.df)),
        Estimate("effect_size", "effect size d (of the differences)", effect),
        Estimate("mean", f"mean of {value[0]}", float(one.mean())),
        Estimate("mean", f"mean of {value[1]}", float(other.mean())),
        Estimate("rows", "pairs", len(sample)),
    ]
    notes, normal = check_normal({"The difference": differences}, "Wilcoxon's test of signed ranks")
    if not normal:
        ranks = float(stats.wilcoxon(_differences(one, other)).pvalue)
        estimates.append(Estimate("rank_p_value", "p-value of the test of signed ranks", ranks))
    return Findings(
        estimates, [significance(float(found.pvalue), "The difference"), _d_in_words(effect), *notes, *sample.notes]
    )


def _paired_ranks(rows: pd.DataFrame, value: tuple[str, ...]) -> Findings:
    sample = complete(rows, value, least=_FEW_RANKS)
    one, other = (sample.column(name) for name in value)
    differences = _differences(one, other)
    refuse_constant(differences, "The difference")
    found = stats.wilcoxon(differences)
    ranks = stats.rankdata(np.abs(differences[differences != 0]))
    signs = np.sign(differences[differences != 0])
    effect = float((ranks * signs).sum() / ranks.sum())
    estimates = [
        Estimate("p_value", "p-value", float(found.pvalue)),
        Estimate("w", "W", float(found.statistic)),
        Estimate("effect_size", "effect size r (rank-biserial)", effect),
        Estimate("median", f"median difference ({value[0]} − {value[1]})", float(np.median(differences))),
        Estimate("rows", "pairs", len(sample)),
    ]
    size = told(f"The effect is {size_of(effect, R)} (after Cohen).")
    return Findings(estimates, [significance(float(found.pvalue), "The difference"), size, *sample.notes])


def _differences(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """To ten digits: 42.0 − 37.1 and 9.9 − 5.0 are equal, which ranks must not lose to the rounding of doubles."""
    differences = one - other
    digits = 10 - int(np.ceil(np.log10(max(np.abs(one).max(), np.abs(other).max()) or 1.0)))
    return np.asarray(np.round(differences, digits))


def _pooled_spread(one: np.ndarray, other: np.ndarray) -> float:
    squares = (len(one) - 1) * one.var(ddof=1) + (len(other) - 1) * other.var(ddof=1)
    return sqrt(float(squares) / (len(one) + len(other) - 2))


def _d_in_words(effect: float) -> Note:
    return told(f"The difference is {size_of(effect, D)}: {abs(effect):.2f} standard deviations (Cohen's d).")


def _of_each(name: str, label: str, compared: Groups, compute: Callable[[Any], Any]) -> list[Estimate]:
    return [Estimate(name, f"{label} of {group}", float(compute(v))) for group, v in compared.values.items()]


def _rank_checks(compared: Groups) -> list[Note]:
    few = [name for name, values in compared.values.items() if len(values) < _FEW_RANKS]
    if few:
        return [doubt(f"{few[0]} has fewer than {_FEW_RANKS} rows: such a test finds large differences only.")]
    spread, even = check_equal_spread(compared.values)
    if not even:
        return [doubt(f"The groups spread unevenly (Levene {p_text(spread)}): they differ in more than their middle.")]
    return [holds("Ranks need no normal values, and the groups spread alike.")]
