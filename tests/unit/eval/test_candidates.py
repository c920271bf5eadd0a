"""Examples from questions over real tables, read by the planner."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path

from eval.fitting.candidates import examples_of, work
from services.nlq.planner.choosing.scorer import Tree, fitted_scorer
from tests.unit.eval.test_asking import a_set

TODAY = date(2026, 1, 1)


def test_each_reading_of_a_question_is_right_or_wrong(tmp_path: Path) -> None:
    items = [
        {
            "question": "how many rows have region North",
            "expect": {"check": "scalar", "values": [2]},
            "kind": "counting",
        },
        {"question": "how many rows have region North", "expect": {"check": "scalar", "values": [9]}},
        {"question": "how many rows have region North", "expect": {"check": "refuse"}},
        {"question": "xyzzy plugh", "expect": {"check": "refuse"}},
    ]
    (some,) = work([a_set(tmp_path, *items)], TODAY, tmp_path / "cache")
    right, wrong, unanswerable, unread = examples_of(some)
    assert right.readings[0].right and right.group == "counting"
    assert not wrong.readings[0].right and not unanswerable.readings[0].right
    assert unread.readings == ()
    assert right.readings[0].features == wrong.readings[0].features


def features_of(trees: Iterable[Tree]) -> set[str]:
    found: set[str] = set()
    for tree in trees:
        if isinstance(tree, tuple):
            found |= {tree[0]} | features_of(tree[2:])
    return found


def test_the_fitted_weights_are_of_the_features_that_there_are(tmp_path: Path) -> None:
    """Whoever changes a feature fits anew: `python -m eval.fitting`."""
    item = {"question": "what is the highest fee", "expect": {"check": "scalar", "values": [10]}}
    (some,) = work([a_set(tmp_path, item)], TODAY, tmp_path / "cache")
    (asked,) = examples_of(some)
    assert features_of(fitted_scorer().trees) <= set(asked.readings[0].features)
    assert 0 < fitted_scorer().score(asked.readings[0].features) < 1
