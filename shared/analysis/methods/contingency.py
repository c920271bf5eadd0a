"""Do two groupings hang together?"""

from __future__ import annotations

from math import sqrt

import numpy as np
import pandas as pd
from scipy import stats

from shared.analysis.assumptions import doubt, holds, significance, told
from shared.analysis.effects import cramers_v_steps, size_of
from shared.analysis.inputs import MOST_GROUPS, complete
from shared.analysis.refusals import AnalysisRefused, Reason
from shared.analysis.results import Estimate, Findings, Note

# Cochran (1954): the chi-square distribution is near enough when no expected count is below 1 and at most a fifth are below 5.
_LEAST_EXPECTED, _USUAL_EXPECTED, _SHARE_BELOW = 1, 5, 0.2
_LEAST_ROWS = 5


def chi_square(rows: pd.DataFrame, columns: tuple[str, ...], correction: bool) -> Findings:
    """Pearson's test of independence; for two by two also Fisher's exact one, and Yates' correction where it is asked for."""
    sample = complete(rows, [], columns, least=_LEAST_ROWS)
    observed = pd.crosstab(
        sample.values[columns[0]].astype(object), sample.values[columns[1]].astype(object)
    ).to_numpy()
    for name, different in zip(columns, observed.shape, strict=True):
        _refuse_groups(name, different)
    found = stats.chi2_contingency(observed, correction=correction)
    smaller = min(observed.shape)
    uncorrected = stats.chi2_contingency(observed, correction=False).statistic
    effect = sqrt(float(uncorrected) / (observed.sum() * (smaller - 1)))
    estimates = [
        Estimate("p_value", "p-value", float(found.pvalue)),
        Estimate("chi_square", "χ²", float(found.statistic)),
        Estimate("degrees_of_freedom", "degrees of freedom", float(found.dof)),
        Estimate("effect_size", "effect size (Cramér's V)", effect),
        Estimate("smallest_expected", "smallest expected count", float(found.expected_freq.min())),
        Estimate("rows", "rows", len(sample)),
    ]
    if observed.shape == (2, 2):
        estimates.append(Estimate("fisher_p_value", "p-value of Fisher's exact test", float(stats.fisher_exact(observed).pvalue)))  # fmt: skip
    notes = [
        significance(float(found.pvalue), "The association"),
        told(f"The association is {size_of(effect, cramers_v_steps(smaller))} (Cramér's V, after Cohen)."),
        _check_counts(found.expected_freq, observed.shape == (2, 2)),
        *sample.notes,
    ]
    return Findings(estimates, notes)


def _refuse_groups(name: str, different: int) -> None:
    if different < 2:
        raise AnalysisRefused(Reason.CONSTANT, f"{name} has a single value, so that nothing can hang together with it.")
    if different > MOST_GROUPS:
        raise AnalysisRefused(
            Reason.TOO_MANY_GROUPS,
            f"{name} has {different:,} different values; at most {MOST_GROUPS} are compared. Group them first.",
        )


def _check_counts(expected: np.ndarray, is_two_by_two: bool) -> Note:
    below = float((expected < _USUAL_EXPECTED).mean())
    if expected.min() >= _LEAST_EXPECTED and below <= _SHARE_BELOW:
        return holds("Expected counts are large enough for the test (Cochran's rule).")
    instead = "rely on Fisher's exact test" if is_two_by_two else "put rare values together"
    return doubt(f"{100 * below:.0f} % of the expected counts are below {_USUAL_EXPECTED}, the least is {expected.min():.1f}: {instead}.")  # fmt: skip
