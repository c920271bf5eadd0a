"""Groups of rows that are alike."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from sklearn.cluster import KMeans
from sklearn.metrics import silhouette_score

from shared.analysis.assumptions import doubt, holds, told
from shared.analysis.inputs import Sample, complete
from shared.analysis.refusals import AnalysisRefused, Reason
from shared.analysis.results import Estimate, Findings, Note

_SEED = 0
# The best of so many starts. Ten missed the best five clusters of 36 rows, which fifty found; many rows leave no time for more than ten.
_STARTS, _STARTS_OF_MANY, _MANY = 50, 10, 5_000
_MOST_CLUSTERS = 8
_ROWS_PER_CLUSTER = 5
# Silhouettes compare each row with each; centres of so many rows do not move by more.
_ROWS_FOR_SILHOUETTES, _ROWS_FOR_CENTRES = 2_000, 20_000
# Kaufman and Rousseeuw (1990) of the mean silhouette: no structure, weak, reasonable, strong.
_STRUCTURE = ((0.25, "no substantial structure"), (0.5, "a weak structure"), (0.7, "a reasonable structure"))


def clusters(rows: pd.DataFrame, columns: tuple[str, ...], k: int, show: str) -> Findings:
    """k-means over standardised columns; k of 0 is the one with the best mean silhouette. Cluster 1 is the largest."""
    k = int(k)
    sample = complete(rows, columns, least=max(10, _ROWS_PER_CLUSTER * (k or 2)), why=f"for {k or 2} clusters")
    values = sample.values[list(columns)].to_numpy()
    scaled = (values - values.mean(axis=0)) / values.std(axis=0)
    different = int((~sample.values[list(columns)].duplicated()).sum())
    if different <= (k or 2):
        raise AnalysisRefused(Reason.TOO_FEW_ROWS, f"Only {different} different combinations of values are there to be divided.")  # fmt: skip
    labels, silhouette = _best(scaled, k, different)
    labels = _by_size(labels, scaled)
    found = int(labels.max())
    estimates = [Estimate("clusters", "clusters", found), Estimate("silhouette", "mean silhouette", silhouette)]
    notes = [
        told(
            f"{found} clusters of rows by {len(columns)} standardised columns"
            + ("." if k else ", as many as separate best.")
        ),
        _structure(silhouette),
        *sample.notes,
    ]
    table = _with_labels(rows, sample, labels) if show == "rows" else _centres(sample, columns, labels)
    return Findings(estimates, notes, table)


def _best(scaled: np.ndarray, k: int, different: int) -> tuple[np.ndarray, float]:
    """Labels from 0 and the mean silhouette, of the given k or the best one. Only the rows that decide are looked at for each k."""
    some = scaled[_some(len(scaled), _ROWS_FOR_SILHOUETTES)]
    most = min(_MOST_CLUSTERS, len(scaled) // _ROWS_PER_CLUSTER, different - 1)
    best: tuple[KMeans, float] | None = None
    for count in [k] if k else range(2, most + 1):
        fitted = _fit(scaled, count)
        labels = fitted.predict(some)
        if len(np.unique(labels)) < 2:
            continue
        score = float(silhouette_score(some, labels))
        if best is None or score > best[1]:
            best = fitted, score
    if best is None:
        raise AnalysisRefused(Reason.CONSTANT, "All rows but a few are alike; they fall into no clusters.")
    return np.asarray(best[0].predict(scaled)), best[1]


def _fit(scaled: np.ndarray, count: int) -> KMeans:
    starts = _STARTS if len(scaled) <= _MANY else _STARTS_OF_MANY
    return KMeans(count, n_init=starts, random_state=_SEED).fit(scaled[_some(len(scaled), _ROWS_FOR_CENTRES)])


def _some(rows: int, most: int) -> np.ndarray:
    """Positions of all rows, or of a sample of them that is always the same."""
    return np.arange(rows) if rows <= most else np.random.default_rng(_SEED).choice(rows, most, replace=False)


def _by_size(labels: np.ndarray, scaled: np.ndarray) -> np.ndarray:
    """Numbered from 1, the largest first, equal ones by their first column's mean: k-means numbers them by chance."""
    kinds = np.unique(labels)
    ranked = sorted(kinds, key=lambda kind: (-(labels == kind).sum(), tuple(scaled[labels == kind].mean(axis=0))))
    numbers = np.zeros(int(kinds.max()) + 1, dtype=np.int64)
    numbers[ranked] = np.arange(1, len(ranked) + 1)
    return np.asarray(numbers[labels])


def _centres(sample: Sample, columns: Sequence[str], labels: np.ndarray) -> pd.DataFrame:
    grouped = sample.values.groupby(labels)
    table = pd.DataFrame({"cluster": sorted(set(labels.tolist())), "rows": grouped.size().to_numpy()})
    for name in columns:
        table[f"average {name}"] = grouped[name].mean().to_numpy()
    return table


def _with_labels(rows: pd.DataFrame, sample: Sample, labels: np.ndarray) -> pd.DataFrame:
    name = "cluster" if "cluster" not in rows.columns else "cluster found"
    return rows.loc[sample.values.index].assign(**{name: labels}).reset_index(drop=True)


def _structure(silhouette: float) -> Note:
    word = next((word for most, word in _STRUCTURE if silhouette <= most), "a strong structure")
    sentence = f"The mean silhouette is {silhouette:.2f}: {word} (after Kaufman and Rousseeuw)."
    return holds(sentence) if silhouette > _STRUCTURE[1][0] else doubt(sentence)
