"""How likely a reading is right, from its features: boosted trees, beside a logistic regression that they have to beat."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold
from sklearn.preprocessing import StandardScaler

from eval.fitting.examples import Asked, Example
from services.nlq.planner.choosing.scorer import Scorer, Tree

# L2, over standardised features: with some thousand questions and some ten features it hardly matters between 0.1 and 10.
INVERSE_STRENGTH = 1.0
FOLDS = 8


Regression = Scorer
"""A scorer before its thresholds are known."""


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


# Eighty trees of at most eight leaves answered .57 of the questions at the share of wrong answers at which the regression answered .45
# (docs/decisions/0025). Bounds keep them sensible where there were few examples: a dearer reading, or one with a nearer rival, is never
# likelier for that alone.
TREES, LEAVES, RATE, LEAST_IN_A_LEAF = 80, 8, 0.1, 30
_ONE_WAY = {"cost": -1, "gap": 1, "rivals_near": -1, "part_of_a_cell": -1, "dearest_link": -1}


def fit_trees(asked: Sequence[Asked]) -> Regression:
    """Boosted trees on the readings of all these questions, as nested tuples that need no library to be followed."""
    examples = [example for one in asked for example in one.readings]
    names = sorted(examples[0].features)
    cells = np.array([[example.features[name] for name in names] for example in examples])
    model = HistGradientBoostingClassifier(
        max_iter=TREES,
        max_leaf_nodes=LEAVES,
        learning_rate=RATE,
        min_samples_leaf=LEAST_IN_A_LEAF,
        l2_regularization=1.0,
        early_stopping=False,
        monotonic_cst=[_ONE_WAY.get(name, 0) for name in names],
        random_state=0,
    )
    model.fit(cells, [example.right for example in examples])
    trees = tuple(_tree(stage[0].nodes, 0, names) for stage in model._predictors)
    return Regression(float(model._baseline_prediction.ravel()[0]), {}, trees=trees)


def _tree(nodes: Any, at: int, names: Sequence[str]) -> Tree:
    node = nodes[at]
    if node["is_leaf"]:
        return round(float(node["value"]), 5)
    sides = (_tree(nodes, int(node[side]), names) for side in ("left", "right"))
    low, high = sides
    return names[int(node["feature_idx"])], round(float(node["num_threshold"]), 6), low, high


Fit = Callable[[Sequence[Asked]], Regression]


def score_held_out(asked: Sequence[Asked], fit: Fit = fit_trees) -> list[Scored]:
    """Each question scored by a scorer that saw no question of its group."""
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
