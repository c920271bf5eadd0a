"""How likely a reading is right, and how likely it must be: weights fitted by `eval/fitting` (docs/decisions/0025)."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, TypeAlias

WEIGHTS = "weights.json"
NEVER = 1.0
"""A score that no reading has."""


Tree: TypeAlias = float | tuple[str, float, "Tree", "Tree"]
"""What it adds; or a feature, a bound, and the trees for values up to that bound and beyond it."""


@dataclass(frozen=True)
class Scorer:
    """`thresholds`: pairs of an accepted share of wrong answers, rising, and the score from which readings are then answered."""

    intercept: float
    weights: Mapping[str, float]
    thresholds: tuple[tuple[float, float], ...] = ()
    trees: tuple[Tree, ...] = ()

    def score(self, features: Mapping[str, float]) -> float:
        """Between 0 and 1. Raises KeyError when a feature that was fitted is missing."""
        total = self.intercept + sum(weight * features[name] for name, weight in self.weights.items())
        total += sum(value_of(tree, features) for tree in self.trees)
        return 1 / (1 + math.exp(-max(-500.0, min(500.0, total))))

    def threshold(self, max_wrong: float) -> float:
        """The score that keeps wrong answers within `max_wrong` of all questions; of shares that were not fitted the next smaller one's."""
        within = [score for share, score in self.thresholds if share <= max_wrong]
        return within[-1] if within else NEVER


def value_of(tree: Tree, features: Mapping[str, float]) -> float:
    while isinstance(tree, tuple):
        name, bound, low, high = tree
        tree = low if features[name] <= bound else high
    return tree


def tree_of(body: Any) -> Tree:
    """As JSON has it: lists in place of tuples."""
    if not isinstance(body, list):
        return float(body)
    name, bound, low, high = body
    return str(name), float(bound), tree_of(low), tree_of(high)


@cache
def fitted_scorer() -> Scorer:
    body = json.loads(files(__package__).joinpath(WEIGHTS).read_text(encoding="utf-8"))
    thresholds = tuple((float(share), float(score)) for share, score in body["thresholds"])
    return Scorer(body["intercept"], body["weights"], thresholds, tuple(map(tree_of, body.get("trees", ()))))
