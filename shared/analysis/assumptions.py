"""What the methods presuppose, tried on the rows at hand, and told."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from scipy import stats

from shared.analysis.results import Concern, Note

ALPHA = 0.05
# From about thirty rows on a mean is close to normal whatever the values are like, unless they are grossly lopsided.
LARGE_SAMPLE = 30
# Beyond, scipy warns that the p-value of Shapiro and Wilk is not to be relied on.
MOST_FOR_SHAPIRO = 5_000
_LEAST_FOR_SHAPIRO = 3
_LOPSIDED = 2.0


def holds(sentence: str) -> Note:
    return Note(Concern.HOLDS, sentence)


def doubt(sentence: str) -> Note:
    return Note(Concern.DOUBT, sentence)


def told(sentence: str) -> Note:
    return Note(Concern.METHOD, sentence)


def p_text(p_value: float) -> str:
    return "p < 0.001" if p_value < 0.001 else f"p = {p_value:.3f}"


def significance(p_value: float, what: str) -> Note:
    """Whether chance would do, at the usual 5 %."""
    if p_value < ALPHA:
        return told(f"{what} is statistically significant at 5 % ({p_text(p_value)}).")
    return told(f"{what} is not statistically significant at 5 % ({p_text(p_value)}): chance alone could explain it.")


def check_normal(samples: Mapping[str, np.ndarray], instead: str) -> tuple[list[Note], bool]:
    """Are means of these close to normal? By size, or by Shapiro and Wilk for small samples; `instead` names what needs it less."""
    notes = []
    for name, values in samples.items():
        if len(values) >= LARGE_SAMPLE:
            if abs(stats.skew(values)) > _LOPSIDED and len(values) < 10 * LARGE_SAMPLE:
                notes.append(doubt(f"{name} is very lopsided for {len(values)} rows: {instead} is safer."))
        elif len(values) < _LEAST_FOR_SHAPIRO or np.ptp(values) == 0:
            notes.append(doubt(f"{name} has too few different values to see whether it is normally distributed."))
        elif (p := float(stats.shapiro(values).pvalue)) < ALPHA:
            notes.append(
                doubt(f"{name} does not look normally distributed (Shapiro–Wilk {p_text(p)}): {instead} is safer.")
            )
    if notes:
        return notes, False
    return [holds("Nothing speaks against means that are close to normal.")], True


def check_equal_spread(samples: Mapping[str, np.ndarray]) -> tuple[float, bool]:
    """The p-value of Levene's test about the median (Brown and Forsythe), and whether the spreads may be taken for equal."""
    p_value = float(stats.levene(*samples.values(), center="median").pvalue)
    return p_value, not p_value < ALPHA
