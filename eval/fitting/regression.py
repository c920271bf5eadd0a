"""A logistic regression over the features of readings: small enough that its weights can be read."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold
from sklearn.preprocessing import StandardScaler

from eval.fitting.examples import Asked, Example

# L2, over standardised features: with some thousand questions and some ten features it hardly matters between 0.1 and 10.
INVERSE_STRENGTH = 1.0
FOLDS = 8


@dataclass(frozen=True)
class Regression:
    """Over raw features: what standardising did is in the weights."""

    intercept: float
    weights: Mapping[str, float]

    def score(self, features: Mapping[str, float]) -> float:
        """How likely a reading with these features is right."""
        total = self.intercept + sum(weight * features[name] for name, weight in self.weights.items())
        return 1 / (1 + math.exp(-max(-500.0, min(500.0, total))))


@dataclass(frozen=True)
class Scored:
    """A question, and the reading that would be answered: `score` 0 when there is none."""

    asked: Asked
    score: float
    right: bool


def fit(asked: Sequence[Asked]) -> Regression:
    """On the readings of all these questions. Raises ValueError where all are right, or all wrong."""
    examples = [example for one in asked for example in one.readings]
    names = sorted(examples[0].features)
    cells = np.array([[example.features[name] for name in names] for example in examples])
    scaler = StandardScaler().fit(cells)
    model = LogisticRegression(C=INVERSE_STRENGTH, max_iter=1000)
    model.fit(scaler.transform(cells), [example.right for example in examples])
    weights = model.coef_[0] / scaler.scale_
    intercept = float(model.intercept_[0] - weights @ scaler.mean_)
    return Regression(intercept, {name: float(weight) for name, weight in zip(names, weights, strict=True)})


def score_held_out(asked: Sequence[Asked]) -> list[Scored]:
    """Each question scored by a regression that saw no question of its group."""
    groups = [one.group for one in asked]
    folds = GroupKFold(min(FOLDS, len(set(groups)))).split(asked, groups=groups)
    scored: dict[int, Scored] = {}
    for seen, held_out in folds:
        regression = fit([asked[at] for at in seen])
        scored |= {int(at): best(asked[at], regression) for at in held_out}
    return [scored[at] for at in range(len(asked))]


def best(asked: Asked, regression: Regression) -> Scored:
    """The question with its likeliest reading."""
    rated = [(regression.score(example.features), example) for example in asked.readings]
    score, example = max(rated, key=lambda pair: pair[0], default=(0.0, Example({}, right=False)))
    return Scored(asked, score, example.right)
