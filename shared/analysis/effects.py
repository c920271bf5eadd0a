"""How large an effect is, in a word. The steps are Cohen's (Statistical Power Analysis for the Behavioral Sciences, 1988): conventions,
not laws, and said as such."""

from __future__ import annotations

from bisect import bisect_right
from math import sqrt

_WORDS = ("negligible", "small", "medium", "large")
D = (0.2, 0.5, 0.8)
R = (0.1, 0.3, 0.5)
ETA_SQUARED = (0.01, 0.06, 0.14)
# Of R², from Cohen's f² = R² / (1 − R²) of 0.02, 0.15 and 0.35.
R_SQUARED = (0.02, 0.13, 0.26)


def size_of(effect: float, steps: tuple[float, ...]) -> str:
    return _WORDS[bisect_right(steps, abs(effect))]


def cramers_v_steps(smaller_side: int) -> tuple[float, ...]:
    """Cohen's w of 0.1, 0.3 and 0.5 as V, which shrinks with the table's smaller side."""
    return tuple(step / sqrt(smaller_side - 1) for step in R)
