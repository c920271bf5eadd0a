"""Straight lines by least squares: through several columns, and along time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats
from statsmodels.regression.linear_model import OLS
from statsmodels.stats.diagnostic import het_breuschpagan
from statsmodels.stats.stattools import durbin_watson

from shared.analysis.assumptions import ALPHA, LARGE_SAMPLE, doubt, holds, p_text, significance, told
from shared.analysis.effects import R_SQUARED, size_of
from shared.analysis.inputs import Sample, complete, listed
from shared.analysis.methods.moments import TrendUnit, along, trend_unit
from shared.analysis.refusals import AnalysisRefused, Reason
from shared.analysis.results import Estimate, Findings, Note
from shared.analysis.units import DAYS

_LEAST_FREEDOM = 2  # with fewer a line fits whatever the values are
_ROWS_PER_PREDICTOR = 10  # a rule of thumb of long standing; below, R² flatters
_INFLATED = 10.0  # of a variance inflation factor: nine tenths of a predictor follow from the others
_INFLUENTIAL = 1.0  # of Cook's distance: leaving one row out moves the line to the edge of its own region of confidence
_PERFECT = 1 - 1e-10
# Durbin and Watson's statistic is 2 where neighbours are independent; below 1 or above 3 they are clearly not.
_INDEPENDENT = (1.0, 3.0)
_FEW_POINTS = 8


def linear_regression(
    rows: pd.DataFrame, outcome: tuple[str, ...], predictors: tuple[str, ...], errors: str
) -> Findings:
    """Ordinary least squares with an intercept."""
    least = len(predictors) + 1 + _LEAST_FREEDOM
    sample = complete(rows, [*outcome, *predictors], least=least, why=f"for {len(predictors)} predictors")
    y, x = sample.column(outcome[0]), sample.values[list(predictors)].to_numpy()
    _refuse_collinear(x, predictors)
    # Centred columns: the intercept of large numbers in a narrow range, as years are, would otherwise be lost in rounding.
    centres = x.mean(axis=0)
    fitted = OLS(y, np.column_stack([np.ones(len(y)), x - centres])).fit(
        **({"cov_type": "HC3", "use_t": True} if errors == "robust" else {})
    )
    estimates = [
        *_slopes(fitted, predictors),
        _intercept(fitted, centres),
        Estimate("r_squared", "R²", float(fitted.rsquared)),
        Estimate("adjusted_r_squared", "adjusted R²", float(fitted.rsquared_adj)),
        Estimate("p_value", "p-value", float(fitted.f_pvalue)),
        Estimate("residual_error", "residual standard error", float(np.sqrt(fitted.scale))),
        Estimate("rows", "rows", len(sample)),
    ]
    notes = [
        _explained(fitted.rsquared, outcome[0]),
        significance(float(fitted.f_pvalue), "The regression as a whole"),
        *_checks(fitted, sample, x, predictors, errors),
        *sample.notes,
    ]
    return Findings(estimates, notes)


def trend(rows: pd.DataFrame, value: tuple[str, ...], when: tuple[str, ...], per: str) -> Findings:
    """A line along time. Its slope is the change per unit; months and years have their average length."""
    moments = along(rows[when[0]])
    sample = complete(rows.assign(**{when[0]: moments}), [*value, *when], least=4, why="for a trend")
    unit = trend_unit(rows[when[0]], per, float(np.ptp(sample.column(when[0]))))
    order = np.argsort(sample.column(when[0]), kind="stable")
    y, x = sample.column(value[0])[order], sample.column(when[0])[order] / unit.length
    fitted = OLS(y, np.column_stack([np.ones(len(y)), x - x.mean()])).fit()
    slope = _slopes(fitted, (value[0],))[0]
    ends = fitted.params[0] + fitted.params[1] * (x[[0, -1]] - x.mean())
    estimates = [
        Estimate("slope", f"change per {unit.label}", slope.value, slope.low, slope.high, slope.p_value),
        Estimate("r_squared", "R²", float(fitted.rsquared)),
        Estimate("p_value", "p-value", float(fitted.f_pvalue)),
        Estimate("start", "line at the start", float(ends[0])),
        Estimate("end", "line at the end", float(ends[1])),
        Estimate("rows", "rows", len(sample)),
    ]
    notes = [
        _explained(fitted.rsquared, value[0]),
        significance(float(fitted.f_pvalue), "The trend"),
        *_trend_checks(fitted, unit),
        *sample.notes,
    ]
    return Findings(estimates, notes)


def _slopes(fitted: Any, predictors: Sequence[str]) -> list[Estimate]:
    bounds = fitted.conf_int(ALPHA)
    labels = [f"slope of {name}" if len(predictors) > 1 else "slope" for name in predictors]
    return [
        Estimate(
            "slope", label, float(fitted.params[i]), float(bounds[i][0]), float(bounds[i][1]), float(fitted.pvalues[i])
        )
        for i, label in enumerate(labels, start=1)
    ]


def _intercept(fitted: Any, centres: np.ndarray) -> Estimate:
    """Back from the centre of the predictors to where all of them are 0."""
    away = np.concatenate([[1.0], -centres])
    value, error = float(away @ fitted.params), float(np.sqrt(away @ fitted.cov_params() @ away))
    half = float(stats.t.ppf(1 - ALPHA / 2, fitted.df_resid)) * error
    p_value = float(2 * stats.t.sf(abs(value / error), fitted.df_resid)) if error else 0.0
    return Estimate("intercept", "intercept", value, value - half, value + half, p_value)


def _refuse_collinear(x: np.ndarray, predictors: Sequence[str]) -> None:
    scaled = (x - x.mean(axis=0)) / x.std(axis=0)
    for last in range(1, len(predictors)):
        if np.linalg.matrix_rank(scaled[:, : last + 1]) <= last:
            raise AnalysisRefused(
                Reason.COLLINEAR,
                f"{predictors[last]} follows from {listed(predictors[:last])}, so that their effects cannot be told apart; leave it out.",
            )


def _explained(r_squared: float, outcome: str) -> Note:
    return told(
        f"The line explains {100 * r_squared:.1f} % of the variation of {outcome} (a {size_of(r_squared, R_SQUARED)} share after Cohen)."
    )


def _checks(fitted: Any, sample: Sample, x: np.ndarray, predictors: Sequence[str], errors: str) -> list[Note]:
    rows = len(sample)
    notes = []
    if rows < _ROWS_PER_PREDICTOR * len(predictors):
        notes.append(doubt(f"{rows} rows for {len(predictors)} predictors are few: R² flatters, intervals are wide."))
    notes += _inflation(x, predictors)
    if fitted.rsquared > _PERFECT:
        return [*notes, told("The points lie on the line; there are no residuals to check.")]
    if rows < LARGE_SAMPLE and (p := float(stats.shapiro(fitted.resid).pvalue)) < ALPHA:
        notes.append(doubt(f"The residuals do not look normally distributed ({p_text(p)}); p-values are rough."))
    spread = float(het_breuschpagan(fitted.resid, fitted.model.exog)[1])
    if spread < ALPHA and errors == "classic":
        notes.append(
            doubt(
                f"The residuals spread unevenly (Breusch–Pagan {p_text(spread)}): errors='robust' gives intervals that allow for it."
            )
        )
    notes += _influence(fitted, sample)
    return notes or [holds("Residuals were checked for even spread, normality and single rows that carry the line.")]


def _inflation(x: np.ndarray, predictors: Sequence[str]) -> list[Note]:
    """The diagonal of the inverse correlation matrix is the factor by which each slope's variance is inflated."""
    if len(predictors) == 1:
        return []
    factors = np.diag(np.linalg.pinv(np.corrcoef(x, rowvar=False)))
    entangled = [name for name, factor in zip(predictors, factors, strict=True) if factor > _INFLATED]
    if not entangled:
        return []
    return [doubt(f"{listed(entangled)} largely follow from the other predictors: single slopes mean little.")]


def _influence(fitted: Any, sample: Sample) -> list[Note]:
    q, _ = np.linalg.qr(fitted.model.exog)
    leverage = (q**2).sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        distance = fitted.resid**2 * leverage / (q.shape[1] * fitted.mse_resid * (1 - leverage) ** 2)
    worst = int(np.nanargmax(distance))
    if not distance[worst] > _INFLUENTIAL:
        return []
    return [doubt(f"One row moves the line by itself (row {sample.values.index[worst]}); look at it.")]


def _trend_checks(fitted: Any, unit: TrendUnit) -> list[Note]:
    notes = []
    if len(fitted.resid) < _FEW_POINTS:
        notes.append(doubt(f"{len(fitted.resid)} points are few for a trend."))
    if fitted.rsquared <= _PERFECT:
        statistic = float(durbin_watson(fitted.resid))
        if not _INDEPENDENT[0] <= statistic <= _INDEPENDENT[1]:
            notes.append(
                doubt(
                    f"Neighbouring values hang together (Durbin–Watson {statistic:.2f}), as with seasons: the interval and the p-value "
                    "are too sure of themselves."
                )
            )
    if unit.length > DAYS["day"] and unit.is_time:
        notes.append(told(f"A {unit.label} counts {unit.length:g} days on average."))
    return notes or [holds("Neighbouring values were checked for independence.")]
