"""From scores to decisions: how many answers are wrong when only those above a score are given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from eval.fitting.regression import Scored

# The shares of wrong answers that `max_wrong` may name; between two of them the smaller one holds.
SHARES = (0.0025, 0.005, 0.01, 0.015, 0.02, 0.03, 0.05, 0.1)
NOTHING = 1.0
"""A threshold that no score passes."""


@dataclass(frozen=True)
class Point:
    """When readings that score at least `score` are answered: the shares of all questions that get an answer, and a wrong one."""

    score: float
    answered: float
    wrong: float

    @property
    def precision(self) -> float:
        return 1 - self.wrong / self.answered if self.answered else 1.0


def risk_coverage(scored: Sequence[Scored]) -> list[Point]:
    """A point for each score that occurs, from the highest down."""
    ordered = sorted((one for one in scored if one.score > 0), key=lambda one: -one.score)
    points: list[Point] = []
    wrong = 0
    for count, one in enumerate(ordered, 1):
        wrong += not one.right
        if count == len(ordered) or ordered[count].score < one.score:
            points.append(Point(one.score, count / len(scored), wrong / len(scored)))
    return points


def threshold(scored: Sequence[Scored], share: float) -> float:
    """The lowest score above which the share of wrong answers, of all questions, is expected to stay within `share`.

    One wrong answer more than was seen is counted: with that the expectation holds for a further question of the same kind (conformal
    risk control, Angelopoulos et al. 2022).
    """
    allowed = share * (len(scored) + 1)
    within = [point.score for point in risk_coverage(scored) if point.wrong * len(scored) + 1 <= allowed]
    return within[-1] if within else NOTHING


def at_threshold(scored: Sequence[Scored], score: float) -> Point:
    """What comes of a threshold."""
    given = [one for one in scored if one.score >= score > 0]
    wrong = sum(not one.right for one in given)
    return Point(score, len(given) / len(scored), wrong / len(scored))
