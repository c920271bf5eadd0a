"""How likely a reading is right, and how likely it must be: weights fitted by `eval/fitting` (docs/decisions/0025)."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

WEIGHTS = "weights.json"
NEVER = 1.0
"""A score that no reading has."""


@dataclass(frozen=True)
class Scorer:
    """`thresholds`: pairs of an accepted share of wrong answers, rising, and the score from which readings are then answered."""

    intercept: float
    weights: Mapping[str, float]
    thresholds: tuple[tuple[float, float], ...]

    def score(self, features: Mapping[str, float]) -> float:
        """Between 0 and 1. Raises KeyError when a feature that was fitted is missing."""
        total = self.intercept + sum(weight * features[name] for name, weight in self.weights.items())
        return 1 / (1 + math.exp(-max(-500.0, min(500.0, total))))

    def threshold(self, max_wrong: float) -> float:
        """The score that keeps wrong answers within `max_wrong` of all questions; of shares that were not fitted the next smaller one's."""
        within = [score for share, score in self.thresholds if share <= max_wrong]
        return within[-1] if within else NEVER


@cache
def fitted_scorer() -> Scorer:
    body = json.loads(files(__package__).joinpath(WEIGHTS).read_text(encoding="utf-8"))
    thresholds = tuple((float(share), float(score)) for share, score in body["thresholds"])
    return Scorer(body["intercept"], body["weights"], thresholds)
