"""How closely columns move together."""

from __future__ import annotations

from collections.abc import Sequence
from math import atanh, inf, isfinite, sqrt, tanh

import numpy as np
import pandas as pd
from scipy import stats

from shared.analysis.assumptions import LARGE_SAMPLE, check_normal, doubt, holds, significance, told
from shared.analysis.effects import R, size_of
from shared.analysis.inputs import complete, family_of, refuse_few, to_floats
from shared.analysis.model import cell_place
from shared.analysis.refusals import AnalysisRefused, Reason
from shared.analysis.results import Concern, Estimate, Findings, Note
from shared.columns import Family

_NORMAL_95 = float(stats.norm.ppf(0.975))
# Ranks and values that differ by what Cohen calls a small effect tell of a bend, or of a few rows that carry the number.
_RANKS_DIFFER = 0.1
_LEAST_ROWS = 4  # one more than Fisher's interval divides by
_ONE = 1 - 1e-12
_FUNCTIONS = {"pearson": stats.pearsonr, "spearman": stats.spearmanr, "kendall": stats.kendalltau}


def correlation(rows: pd.DataFrame, columns: tuple[str, ...], controls: tuple[str, ...], method: str) -> Findings:
    """Of two columns; with controls, of what is left of both when a straight line through the controls is taken off."""
    sample = complete(rows, [*columns, *controls], least=_LEAST_ROWS + len(controls))
    one, other = (sample.column(name) for name in columns)
    if controls:
        coefficient, p_value = _partial(one, other, [sample.column(name) for name in controls], method)
    else:
        coefficient, p_value = pair(one, other, method)
    low, high = _interval(coefficient, len(sample) - len(controls), method)
    estimates = [
        Estimate("correlation", "correlation coefficient", coefficient, low, high),
        Estimate("p_value", "p-value", p_value),
        *(_of_ranks(one, other) if method == "pearson" and not controls else ()),
        Estimate("rows", "rows", len(sample)),
    ]
    notes = [
        _in_words(coefficient, method),
        significance(p_value, "The correlation"),
        *_checks(one, other, columns, method, coefficient if not controls else None),
        *sample.notes,
    ]
    return Findings(estimates, notes)


def _of_ranks(one: np.ndarray, other: np.ndarray) -> list[Estimate]:
    """Beside the coefficient of the values those of their ranks, which a bend or a few far rows do not move."""
    found = ((name, *pair(one, other, name)) for name in ("spearman", "kendall"))
    labels = {"spearman": "rank correlation coefficient ρ (Spearman)", "kendall": "rank correlation coefficient τ (Kendall)"}  # fmt: skip
    return [Estimate(name, labels[name], coefficient, p_value=p_value) for name, coefficient, p_value in found]


def correlation_matrix(rows: pd.DataFrame, columns: tuple[str, ...], method: str) -> Findings:
    """Each with each, over the rows that have both."""
    names, left_out = _varying(rows, columns or _number_columns(rows))
    if len(names) < 2:
        raise AnalysisRefused(Reason.WRONG_COLUMNS, "A correlation matrix needs two columns of numbers that vary.")
    values = pd.DataFrame({name: to_floats(rows[name]) for name in names})
    matrix = values.corr(method=method, min_periods=_LEAST_ROWS)  # type: ignore[arg-type]
    table = pd.DataFrame({_free_name("column", names): names} | {name: matrix[name].to_numpy() for name in names})
    return Findings(
        [], [*_gaps(values), *left_out], table, _matrix_cells(matrix, columns) if method == "pearson" else {}
    )


def strongest_correlations(
    rows: pd.DataFrame, target: tuple[str, ...], columns: tuple[str, ...], method: str
) -> Findings:
    """Of one column with each of the others, the strongest first."""
    refuse_few(int(to_floats(rows[target[0]]).notna().sum()), _LEAST_ROWS, target)
    others, left_out = _varying(rows, columns or [name for name in _number_columns(rows) if name != target[0]])
    found = [_with_target(rows, target[0], name, method) for name in others]
    if not found:
        raise AnalysisRefused(
            Reason.WRONG_COLUMNS, f"There is no other column of numbers that varies with {target[0]}."
        )
    table = pd.DataFrame(found, columns=["column", "correlation", "p_value", "rows"])
    cells = {cell_place(columns.index(name)): r for name, r, _, _ in found if method == "pearson" and name in columns}
    table["adjusted_p_value"] = _holm(table["p_value"].to_numpy())
    table = table.iloc[np.argsort(-table["correlation"].abs().to_numpy(), kind="stable")].reset_index(drop=True)
    notes = list(left_out)
    if len(found) > 1:
        notes.append(told(f"{len(found)} columns were tried; the adjusted p-values allow for that (Holm)."))
    return Findings([], notes, table, {place: r for place, r in cells.items() if isfinite(r)})


def _matrix_cells(matrix: pd.DataFrame, columns: tuple[str, ...]) -> dict[str, float]:
    """By the positions of the columns that were named; of those that were not, the second computation knows nothing."""
    kept = [name for name in columns if name in matrix.columns]
    cells = {
        cell_place(columns.index(one), columns.index(other)): float(matrix.loc[one, other])  # type: ignore[arg-type]
        for at, other in enumerate(kept)
        for one in kept[:at]
    }
    return {place: r for place, r in cells.items() if isfinite(r)}


def pair(one: np.ndarray, other: np.ndarray, method: str) -> tuple[float, float]:
    """The coefficient and its two-sided p-value."""
    found = _FUNCTIONS[method](one, other)
    return float(found.statistic), float(found.pvalue)


def _partial(one: np.ndarray, other: np.ndarray, controls: Sequence[np.ndarray], method: str) -> tuple[float, float]:
    """Of residuals, with a degree of freedom less for each control; ranks take the place of values for Spearman's."""
    if method == "kendall":
        raise AnalysisRefused(
            Reason.WRONG_SETTING, "Kendall's tau is not computed with controls; choose 'spearman' or 'pearson'."
        )
    ranked = [stats.rankdata(v) if method == "spearman" else v for v in (one, other, *controls)]
    design = np.column_stack([np.ones(len(one)), *ranked[2:]])
    if np.linalg.matrix_rank(design) < design.shape[1]:
        raise AnalysisRefused(Reason.COLLINEAR, "One control follows from the others; leave it out.")
    left = [values - design @ np.linalg.lstsq(design, values, rcond=None)[0] for values in ranked[:2]]
    for residual, values in zip(left, ranked, strict=False):
        if np.linalg.norm(residual) <= 1e-10 * np.linalg.norm(values - values.mean()):
            raise AnalysisRefused(
                Reason.COLLINEAR, "The controls explain one of the columns completely; nothing is left."
            )
    coefficient = float(np.clip(np.corrcoef(left[0], left[1])[0, 1], -1, 1))
    freedom = len(one) - 2 - len(controls)
    if abs(coefficient) > _ONE:
        return coefficient, 0.0
    return coefficient, float(2 * stats.t.sf(abs(coefficient) * sqrt(freedom / (1 - coefficient**2)), freedom))


def _interval(coefficient: float, rows: int, method: str) -> tuple[float | None, float | None]:
    """95 %, after Fisher; the variances for ranks are Bonett and Wright's (2000), None where there are too few rows for them."""
    divisor, weight = {"pearson": (3, 1.0), "spearman": (3, 1 + coefficient**2 / 2), "kendall": (4, 0.437)}[method]
    if rows <= divisor:
        return None, None
    centre = atanh(coefficient) if abs(coefficient) < _ONE else inf * coefficient
    half = _NORMAL_95 * sqrt(weight / (rows - divisor))
    return tanh(centre - half), tanh(centre + half)


def _in_words(coefficient: float, method: str) -> Note:
    direction = "rises" if coefficient > 0 else "falls"
    size = size_of(coefficient, R)
    sense = "" if size == "negligible" else f": where one rises, the other {direction}"
    return told(f"The {method.capitalize()} correlation is {size}{sense} (after Cohen). It does not say why.")


def _checks(
    one: np.ndarray, other: np.ndarray, names: tuple[str, ...], method: str, coefficient: float | None
) -> list[Note]:
    """Pearson's measures straight lines; its p-value presupposes normal values in small samples."""
    if method != "pearson":
        return [holds("Rank correlations need no straight line and no normal values.")]
    notes: list[Note] = []
    if coefficient is not None and abs(pair(one, other, "spearman")[0] - coefficient) > _RANKS_DIFFER:
        ranks = pair(one, other, "spearman")[0]
        notes.append(
            doubt(
                f"The correlation of ranks is {ranks:.2f}, of values {coefficient:.2f}: the relationship bends, or a few rows "
                "carry it. Look at Spearman's too."
            )
        )
    if len(one) < LARGE_SAMPLE:
        notes += check_normal(dict(zip(names, (one, other), strict=True)), "Spearman's rank correlation")[0]
    return notes or [holds("Ranks and values tell the same, so that a straight line describes it.")]


def _number_columns(rows: pd.DataFrame) -> list[str]:
    return [str(name) for name in rows.columns if family_of(rows[name]) is Family.NUMBER]


def _varying(rows: pd.DataFrame, names: Sequence[str]) -> tuple[list[str], list[Note]]:
    """Without columns that are constant or nearly empty, which are told."""
    values = {name: to_floats(rows[name]).dropna() for name in names}
    kept = [name for name, found in values.items() if len(found) >= _LEAST_ROWS and found.nunique() > 1]
    gone = [name for name in names if name not in kept]
    if not gone:
        return kept, []
    return kept, [Note(Concern.ROWS, f"Left out, because they do not vary or have too few values: {', '.join(gone)}.")]


def _gaps(values: pd.DataFrame) -> list[Note]:
    if not values.isna().to_numpy().any():
        return []
    return [Note(Concern.ROWS, "Values are missing: each pair stands on the rows that have both.")]


def _with_target(rows: pd.DataFrame, target: str, name: str, method: str) -> tuple[str, float, float, int]:
    both = pd.DataFrame({0: to_floats(rows[target]), 1: to_floats(rows[name])}).dropna()
    if len(both) < _LEAST_ROWS or both.nunique().min() < 2:
        return name, float("nan"), float("nan"), len(both)
    coefficient, p_value = pair(both[0].to_numpy(), both[1].to_numpy(), method)
    return name, coefficient, p_value, len(both)


def _holm(p_values: np.ndarray) -> np.ndarray:
    """Holm's step-down correction; gaps stay gaps."""
    adjusted = np.full(len(p_values), np.nan)
    known = np.flatnonzero(~np.isnan(p_values))
    order = known[np.argsort(p_values[known], kind="stable")]
    factors = np.arange(len(order), 0, -1)
    adjusted[order] = np.minimum(1.0, np.maximum.accumulate(p_values[order] * factors))
    return adjusted


def _free_name(name: str, taken: Sequence[str]) -> str:
    return name if name not in taken else _free_name(name + " ", taken)
