"""Fitting, on made-up examples whose truth is known."""

from __future__ import annotations

import json
import random
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from eval.fitting import curves
from eval.fitting.__main__ import main
from eval.fitting.examples import Asked, Example, read_examples, write_examples
from eval.fitting.regression import TREES, Scored, best, fit, fit_trees, score_held_out
from eval.fitting.thresholds import NOTHING, at_threshold, risk_coverage, threshold
from eval.fitting.wikisql import read_wikisql
from services.nlq.planner.choosing.scorer import NEVER, Scorer, tree_of, value_of


def made(count: int, seed: int = 1) -> list[Asked]:
    """Readings that cost little are mostly right; `noise` says nothing. Every question has two."""
    rng = random.Random(seed)

    def example() -> Example:
        cost = rng.random()
        return Example({"cost": cost, "noise": rng.random()}, rng.random() > cost)

    return [Asked("made", str(i), f"family-{i % 10}", (example(), example())) for i in range(count)]


def scored(*pairs: tuple[float, bool]) -> list[Scored]:
    asked = Asked("s", "1", "g", ())
    return [Scored(asked, score, right) for score, right in pairs]


def test_what_matters_is_weighted_and_what_does_not_is_not() -> None:
    regression = fit(made(1500))
    assert regression.weights["cost"] < -3
    assert abs(regression.weights["noise"]) < 0.4


def test_scores_are_probabilities() -> None:
    """Of readings that score about 0.8, about 80 % are right, in families that were not seen."""
    found = score_held_out(made(3000))
    some = [one.right for one in found if 0.75 < one.score < 0.85]
    assert len(some) > 200 and abs(sum(some) / len(some) - 0.8) < 0.06


def test_a_question_is_scored_by_what_did_not_see_its_family() -> None:
    """In one family the truth is the other way round: scored by the rest, its readings come out wrongly."""
    asked = made(1000)
    turned = [
        Asked("made", f"t{one.id}", "contrary", tuple(Example(e.features, not e.right) for e in one.readings))
        for one in made(150, seed=2)
    ]
    found = [one for one in score_held_out([*asked, *turned]) if one.asked.group == "contrary" and one.score > 0.8]
    assert found and sum(one.right for one in found) / len(found) < 0.5


def test_the_likeliest_reading_is_answered_and_without_any_nothing_is() -> None:
    regression = fit(made(500))
    cheap, dear = Example({"cost": 0.1, "noise": 0}, right=True), Example({"cost": 0.9, "noise": 0}, right=False)
    assert best(Asked("s", "1", "g", (dear, cheap)), regression).right
    nothing = best(Asked("s", "1", "g", ()), regression)
    assert (nothing.score, nothing.right) == (0.0, False)


def test_a_threshold_keeps_wrong_answers_within_the_share() -> None:
    """Of a hundred, 60 right ones score high, then one wrong, 9 right, two wrong; the others are not read."""
    some = scored(*[(0.9, True)] * 60, (0.8, False), *[(0.7, True)] * 9, *[(0.6, False)] * 2, *[(0.0, False)] * 28)
    assert threshold(some, 0.01) == 0.9
    assert threshold(some, 0.02) == 0.7
    assert threshold(some, 0.05) == 0.6
    assert threshold(some, 0.005) == NOTHING, "a hundred questions cannot show a half of a percent"
    point = at_threshold(some, 0.7)
    assert (point.answered, point.wrong) == (0.7, 0.01)
    assert point.precision == pytest.approx(69 / 70)


def test_a_curve_has_a_point_for_each_score() -> None:
    points = risk_coverage(scored((0.9, True), (0.9, False), (0.5, True), (0.0, False)))
    assert [(p.score, p.answered, p.wrong) for p in points] == [(0.9, 0.5, 0.25), (0.5, 0.75, 0.25)]


def test_figures_and_curves_are_written_of_sets(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert write_examples(made(900), tmp_path / "made.jsonl") == 900
    assert list(read_examples([tmp_path / "made.jsonl"]))[:5] == made(900)[:5]
    weights = tmp_path / "weights.json"
    main(["fit", "--examples", str(tmp_path / "made.jsonl"), "--out", str(weights)])
    body = json.loads(weights.read_text())
    assert body["fitted_on"] == {"made": 900} and len(body["trees"]) == TREES
    main(
        [
            "curves",
            "--fitted",
            str(tmp_path / "made.jsonl"),
            "--weights",
            str(weights),
            "--out",
            str(tmp_path / "curves.svg"),
        ]
    )
    assert "| made | 900 |" in capsys.readouterr().out
    drawing = ET.fromstring((tmp_path / "curves.svg").read_text())
    assert len(drawing.findall("{*}polyline")) == 1


def test_calibration_counts_by_score() -> None:
    shown = curves.calibration(scored((0.95, True), (0.92, False), (0.35, True)))
    assert "| 0.9–1.0 | 2 | 0.935 | 0.500 |" in shown and "| 0.3–0.4 | 1 |" in shown


def test_the_scorer_of_the_planner_scores_as_it_was_fitted() -> None:
    regression = fit(made(400))
    scorer = Scorer(regression.intercept, regression.weights, ((0.01, 0.9), (0.02, 0.8)))
    features = {"cost": 0.3, "noise": 0.5}
    assert scorer.score(features) == regression.score(features)
    assert [scorer.threshold(share) for share in (0.005, 0.01, 0.015, 0.02, 0.5)] == [NEVER, 0.9, 0.9, 0.8, 0.8]
    with pytest.raises(KeyError):
        scorer.score({"cost": 0.3})


def test_trees_survive_json_and_score_the_same() -> None:
    trees = fit_trees(made(800))
    read = Scorer(trees.intercept, {}, trees=tuple(map(tree_of, json.loads(json.dumps(trees.trees)))))
    for cost in (0.05, 0.4, 0.95):
        features = {"cost": cost, "noise": 0.5}
        assert read.score(features) == pytest.approx(trees.score(features), abs=1e-12)
    with pytest.raises(KeyError):
        read.score({"noise": 0.3})


def test_a_dearer_reading_is_never_likelier_for_that_alone() -> None:
    trees = fit_trees(made(1500))
    for noise in (0.1, 0.5, 0.9):
        scores = [trees.score({"cost": cost / 50, "noise": noise}) for cost in range(51)]
        assert scores == sorted(scores, reverse=True)
        assert scores[0] > 0.8 > 0.2 > scores[-1]


def test_a_tree_is_followed_to_the_side_of_its_bound() -> None:
    tree = tree_of(["cost", 0.5, 1.0, ["noise", 2.0, -1.0, -3.0]])
    assert [value_of(tree, {"cost": c, "noise": n}) for c, n in ((0.5, 9), (0.6, 2), (0.6, 2.1))] == [1.0, -1.0, -3.0]


def test_questions_over_one_table_are_held_out_together(tmp_path: Path) -> None:
    import lzma

    (tmp_path / "tables").mkdir()
    lines = [{"id": str(i), "table": f"t{i % 30}.csv", "question": "q", "answer": [i]} for i in range(60)]
    for i in range(30):
        (tmp_path / f"tables/t{i}.csv").write_text("a\n1\n")
    (tmp_path / "questions.jsonl.xz").write_bytes(lzma.compress("\n".join(map(json.dumps, lines)).encode()))
    items = read_wikisql(tmp_path, tmp_path).items
    parts = {item.tables[0].name: item.kind for item in items}
    assert len(items) == 60 and all(item.kind == parts[item.tables[0].name] for item in items)
    assert len(set(parts.values())) > 3 and items[7].tables[0].is_file()
