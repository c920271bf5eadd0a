"""What values are like: summaries, histograms, normality, outliers."""

from __future__ import annotations

from math import floor, log10, sqrt
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats
from statsmodels.stats.diagnostic import lilliefors

from shared.analysis.assumptions import ALPHA, MOST_FOR_SHAPIRO, doubt, holds, p_text, told
from shared.analysis.inputs import MOST_GROUPS, complete, family_of, group_name, refuse_constant, refuse_few, to_floats
from shared.analysis.model import cell_place
from shared.analysis.refusals import AnalysisRefused, Reason
from shared.analysis.results import Concern, Estimate, Findings, Note
from shared.columns import Family

_TESTS = {"shapiro": "Shapiro–Wilk", "dagostino": "D'Agostino–Pearson", "lilliefors": "Lilliefors", "jarque_bera": "Jarque–Bera"}  # fmt: skip
_LEAST = {"shapiro": 3, "dagostino": 20, "lilliefors": 5, "jarque_bera": 20}
# With so many rows a test finds departures that matter to nobody.
_SENSITIVE = 2_000
_LOPSIDED = 1.0
_FENCES = {"iqr": 1.5, "z_score": 3.0}  # Tukey's inner fences; three standard deviations
_FEW_WHOLE_NUMBERS = 12  # different whole numbers that are shown one by one
_USUAL_BINS = 10
_NICE_WIDTHS = (1.0, 2.0, 2.5, 5.0, 10.0)


def describe(rows: pd.DataFrame, columns: tuple[str, ...]) -> Findings:
    """Quartiles lie between values by linear interpolation; the spread is that of a sample (n − 1)."""
    names = columns or tuple(str(name) for name in rows.columns if family_of(rows[name]) is Family.NUMBER)
    if not names:
        raise AnalysisRefused(Reason.WRONG_COLUMNS, "There is no column of numbers to describe.")
    values = {name: to_floats(rows[name]) for name in names}
    for name, found in values.items():
        refuse_few(int(found.notna().sum()), 1, [name])
    if len(names) == 1:
        return Findings(_summary(names[0], values[names[0]]))
    summaries = [_summary(name, found) for name, found in values.items()]
    labels = [estimate.label for estimate in summaries[0]]
    table = pd.DataFrame([[estimate.value for estimate in one] for one in summaries], columns=labels)
    table = table.astype({"values": "int64", "missing": "int64"})
    table.insert(0, "column", list(names))
    cells = {cell_place(e.name, at): e.value for at, one in enumerate(summaries) for e in one if e.name != "missing"}
    return Findings([], (), table, cells)


def distribution(rows: pd.DataFrame, column: tuple[str, ...], bins: int) -> Findings:
    """How often each value occurs, or how many numbers lie in bins of one round width; each bin takes its lower end."""
    present = rows[column[0]].dropna()
    refuse_few(len(present), 1, column)
    missing = len(rows) - len(present)
    notes = [Note(Concern.ROWS, f"{missing:,} of {len(rows):,} rows have no value in {column[0]}.")] if missing else []
    if family_of(present) is not Family.NUMBER:
        return Findings([], notes, _counted(present, column[0]))
    numbers = to_floats(present).dropna()
    if not bins and numbers.nunique() <= _FEW_WHOLE_NUMBERS and (numbers == numbers.round()).all():
        return Findings([], notes, _counted(present, column[0], in_order=True))
    return Findings([], notes, _binned(numbers.to_numpy(), bins))


def normality(rows: pd.DataFrame, column: tuple[str, ...], method: str) -> Findings:
    """Could the values come from a normal distribution? "auto" is Shapiro–Wilk, for many rows D'Agostino–Pearson."""
    sample = complete(rows, column, least=3)
    values = sample.column(column[0])
    beside = method == "auto" and len(values) >= _LEAST["lilliefors"] and np.ptp(values) > 0
    if method == "auto":
        method = "shapiro" if len(values) <= MOST_FOR_SHAPIRO else "dagostino"
    if method == "shapiro" and len(values) > MOST_FOR_SHAPIRO:
        raise AnalysisRefused(
            Reason.WRONG_SETTING,
            f"Shapiro and Wilk's p-value holds up to {MOST_FOR_SHAPIRO:,} rows, and there are {len(values):,}; choose 'dagostino'.",
        )
    refuse_few(len(values), _LEAST[method], column, f"for the test of {_TESTS[method]}")
    statistic, p_value = _test_normal(values, method)
    estimates = [
        Estimate("p_value", "p-value", p_value),
        Estimate("statistic", f"{_TESTS[method]} statistic", statistic),
        Estimate("skewness", "skewness", float(stats.skew(values, bias=False))),
        Estimate("rows", "rows", len(values)),
    ]
    if beside:
        # The distance of the distributions, where Shapiro and Wilk look at the quantiles: two tests that may well differ.
        estimates.insert(2, Estimate("lilliefors_p_value", "p-value of the Lilliefors test", _test_normal(values, "lilliefors")[1]))  # fmt: skip
    if len(values) > 3:
        estimates.insert(-1, Estimate("kurtosis", "excess kurtosis", float(stats.kurtosis(values, bias=False))))
    return Findings(estimates, [*_normality_notes(column[0], values, p_value, method), *sample.notes])


def outliers(rows: pd.DataFrame, value: tuple[str, ...], method: str, threshold: float) -> Findings:
    """The rows beyond the fences: so many quartile ranges outside the middle half, or standard deviations from the mean.

    A threshold of 0 is the usual one, 1.5 or 3.
    """
    numbers = to_floats(rows[value[0]])
    present = numbers.dropna().to_numpy()
    threshold = float(threshold) or _FENCES[method]
    low, high = (
        _iqr_fences(present, value[0], threshold) if method == "iqr" else _z_fences(present, value[0], threshold)
    )
    beyond = ((numbers < low) | (numbers > high)).fillna(value=False)
    found = rows[beyond.to_numpy(dtype=bool)]
    estimates = [
        Estimate("count", "outliers", len(found)),
        Estimate("low_fence", "low fence", low),
        Estimate("high_fence", "high fence", high),
    ]
    how = f"{threshold:g} times the quartile range outside the middle half" if method == "iqr" else f"{threshold:g} standard deviations from the mean"  # fmt: skip
    notes = [told(f"{len(found):,} of {len(present):,} values of {value[0]} lie more than {how}: below {low:,.6g} or above {high:,.6g}.")]  # fmt: skip
    if abs(stats.skew(present)) > _LOPSIDED:
        notes.append(doubt(f"{value[0]} is lopsided: large values may be ordinary for it, and not mistakes."))
    if missing := len(rows) - len(present):
        notes.append(Note(Concern.ROWS, f"{missing:,} of {len(rows):,} rows have no value in {value[0]}."))
    return Findings(estimates, notes, found.reset_index(drop=True))


def _summary(name: str, values: pd.Series[float]) -> list[Estimate]:
    present = values.dropna().to_numpy()
    q1, median, q3 = np.quantile(present, [0.25, 0.5, 0.75])
    spread = float(present.std(ddof=1)) if len(present) > 1 else 0.0
    found: dict[str, tuple[str, Any]] = {
        "values": ("values", len(present)), "missing": ("missing", len(values) - len(present)), "mean": ("average", present.mean()),
        "standard_deviation": ("standard deviation", spread), "min": ("lowest", present.min()), "q1": ("lower quartile", q1),
        "median": ("median", median), "q3": ("upper quartile", q3), "max": ("highest", present.max()),
    }  # fmt: skip
    return [Estimate(key, label, float(value)) for key, (label, value) in found.items()]


def _counted(present: pd.Series[Any], name: str, *, in_order: bool = False) -> pd.DataFrame:
    """The most frequent first, equal ones by value; whole numbers by value."""
    counts = present.value_counts(sort=False)
    if len(counts) > 20 * MOST_GROUPS:
        raise AnalysisRefused(Reason.TOO_MANY_GROUPS, f"{name} has {len(counts):,} different values; they are no distribution.")  # fmt: skip
    counts = counts[counts > 0].sort_index()
    counts = counts if in_order else counts.sort_values(ascending=False, kind="stable")
    labels = list(counts.index) if in_order else [group_name(value) for value in counts.index]
    shares = 100 * counts.to_numpy() / len(present)
    return pd.DataFrame({name: labels, "rows" if name != "rows" else "count": counts.to_numpy(), "percent": shares})


def _binned(numbers: np.ndarray, bins: int) -> pd.DataFrame:
    low, high = float(numbers.min()), float(numbers.max())
    width = _round_width((high - low) / (bins or _USUAL_BINS)) if high > low else 1.0
    first, last = floor(low / width), floor(high / width)
    # By number rather than by edge: 0.1 and 0.2 add up to no edge exactly.
    positions = np.floor(numbers / width).astype(np.int64)
    counts = np.bincount(positions - first, minlength=last - first + 1)
    starts = [round(position * width, 12) for position in range(first, last + 2)]
    return pd.DataFrame(
        {"from": starts[:-1], "below": starts[1:], "rows": counts, "percent": 100 * counts / len(numbers)}
    )


def _round_width(width: float) -> float:
    """The next 1, 2, 2.5 or 5 times a power of ten."""
    power = 10.0 ** floor(log10(width))
    return next(step for step in _NICE_WIDTHS if step * power >= width * (1 - 1e-9)) * power


def _test_normal(values: np.ndarray, method: str) -> tuple[float, float]:
    if method == "lilliefors":
        statistic, p_value = lilliefors(values, dist="norm", pvalmethod="table")
        return float(statistic), float(p_value)
    functions: dict[str, Any] = {
        "shapiro": stats.shapiro,
        "dagostino": stats.normaltest,
        "jarque_bera": stats.jarque_bera,
    }
    found = functions[method](values)
    return float(found.statistic), float(found.pvalue)


def _normality_notes(name: str, values: np.ndarray, p_value: float, method: str) -> list[Note]:
    if p_value < ALPHA:
        notes = [told(f"{name} departs from a normal distribution ({_TESTS[method]}, {p_text(p_value)}).")]
        if len(values) > _SENSITIVE and abs(stats.skew(values)) < 0.5:
            notes.append(
                doubt(f"With {len(values):,} rows the test finds departures too small to matter; look at a histogram.")
            )
        return notes
    notes = [told(f"Nothing speaks against a normal distribution of {name} ({_TESTS[method]}, {p_text(p_value)}).")]
    few = len(values) < _LEAST["dagostino"]
    return [*notes, doubt(f"{len(values)} rows are few: only gross departures would be seen.")] if few else [*notes, holds("There are enough rows for the test.")]  # fmt: skip


def _iqr_fences(present: np.ndarray, name: str, threshold: float) -> tuple[float, float]:
    refuse_few(len(present), 5, [name])
    refuse_constant(present, name)
    q1, q3 = (float(q) for q in np.quantile(present, [0.25, 0.75]))
    if q3 == q1:
        raise AnalysisRefused(
            Reason.CONSTANT,
            f"The middle half of {name} is one and the same value, so that every other value would be an outlier; try method='z_score'.",
        )
    return q1 - threshold * (q3 - q1), q3 + threshold * (q3 - q1)


def _z_fences(present: np.ndarray, name: str, threshold: float) -> tuple[float, float]:
    """Among n values none can be further than (n − 1)/√n standard deviations from their mean."""
    least = next(n for n in range(2, 10_000) if (n - 1) / sqrt(n) > threshold)
    refuse_few(len(present), least, [name], f"before any of them can be {threshold:g} standard deviations away")
    refuse_constant(present, name)
    mean, spread = float(present.mean()), float(present.std(ddof=1))
    return mean - threshold * spread, mean + threshold * spread
