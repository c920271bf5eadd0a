"""`python -m eval.fitting examples|fit|curves`: from questions with known answers to the planner's weights and its curves."""

from __future__ import annotations

import argparse
import json
import multiprocessing
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import chain
from pathlib import Path

from eval import in_process
from eval.families import writing
from eval.fitting import candidates, curves
from eval.fitting.examples import Asked, read_examples, write_examples
from eval.fitting.regression import Regression, Scored, best, fit_trees, score_held_out
from eval.fitting.thresholds import SHARES, at_threshold, threshold
from eval.fitting.wikisql import read_wikisql
from eval.questions import QuestionSet, read_set, sample
from services.nlq.planner import choosing
from services.nlq.planner.choosing.scorer import tree_of

WEIGHTS = Path(str(choosing.__file__)).parent / "weights.json"


def main(arguments: Sequence[str]) -> int:
    chosen = _parser().parse_args(arguments)
    chosen.do(chosen)
    return 0


def _examples(chosen: argparse.Namespace) -> None:
    """Read every question in every way: minutes, for thousands of them; so it is kept."""
    chosen.cache.mkdir(parents=True, exist_ok=True)
    sets = [replace(one, items=tuple(sample(one.items, chosen.limit))) for one in _sets(chosen)]
    work = list(candidates.work(sets, chosen.today, chosen.cache))
    with ProcessPoolExecutor(chosen.jobs, mp_context=multiprocessing.get_context("spawn")) as pool:
        count = write_examples(chain.from_iterable(pool.map(candidates.examples_of, work)), chosen.out)
    print(f"{count} questions written to {chosen.out}")


def _fit(chosen: argparse.Namespace) -> None:
    asked = list(read_examples(chosen.examples))
    scored = score_held_out(asked)
    regression = fit_trees(asked)
    thresholds = [(share, threshold(scored, share)) for share in SHARES]
    _write_weights(regression, thresholds, asked, chosen.out)
    for share, score in thresholds:
        point = at_threshold(scored, score)
        print(
            f"wrong ≤ {share:g}: score ≥ {score:.4f}  answered {point.answered:.3f}  wrong {point.wrong:.4f}  precision {point.precision:.3f}"
        )
    print(curves.calibration(scored))


def _curves(chosen: argparse.Namespace) -> None:
    """Sets that the weights were fitted on are scored by regressions that did not see their group; others by the weights."""
    body = json.loads(chosen.weights.read_text(encoding="utf-8"))
    regression = Regression(body["intercept"], body["weights"], trees=tuple(map(tree_of, body.get("trees", ()))))
    fitted = score_held_out(list(read_examples(chosen.fitted))) if chosen.fitted else []
    scored = [*fitted, *(best(one, regression) for one in read_examples(chosen.examples))]
    sets: dict[str, list[Scored]] = {}
    for one in scored:
        sets.setdefault(one.asked.set, []).append(one)
    chosen.out.with_suffix(".svg").write_text(curves.plot(sets), encoding="utf-8")
    thresholds = {float(share): float(score) for share, score in body["thresholds"]}
    print(curves.table(sets, thresholds))


def _write_weights(
    regression: Regression, thresholds: Sequence[tuple[float, float]], asked: Sequence[Asked], out: Path
) -> None:
    names = sorted({one.set for one in asked})
    body = {
        "fitted_on": {name: sum(one.set == name for one in asked) for name in names},
        "intercept": round(regression.intercept, 6),
        "weights": {name: round(weight, 6) for name, weight in regression.weights.items()},
        "trees": regression.trees,
        "thresholds": [[share, round(score, 6)] for share, score in thresholds],
    }
    out.write_text(json.dumps(body) + "\n", encoding="utf-8")


def _sets(chosen: argparse.Namespace) -> Iterator[QuestionSet]:
    unpacked = chosen.cache / "unpacked"
    for named in chosen.sets:
        yield read_set(writing.written(chosen.cache) if named == "families" else Path(named), unpacked)
    if chosen.wikisql:
        yield read_wikisql(chosen.wikisql, unpacked)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m eval.fitting", description=__doc__)
    commands = parser.add_subparsers(required=True)
    examples = commands.add_parser("examples", help="read questions and write their readings with features")
    examples.set_defaults(do=_examples)
    examples.add_argument("--sets", nargs="*", default=[], help="folders, or families: our own")
    examples.add_argument("--wikisql", type=Path, help="the folder of the training part of WikiSQL")
    examples.add_argument("--out", type=Path, required=True)
    examples.add_argument("--limit", type=int, help="only so many items of each set, always the same")
    examples.add_argument("--jobs", type=int, default=2)
    examples.add_argument("--today", type=date.fromisoformat, default=datetime.now(UTC).date())
    examples.add_argument("--cache", type=Path, default=in_process.default_cache())
    fitting = commands.add_parser("fit", help="fit weights and thresholds")
    fitting.set_defaults(do=_fit)
    fitting.add_argument("--examples", type=Path, nargs="+", required=True)
    fitting.add_argument("--out", type=Path, default=WEIGHTS)
    drawing = commands.add_parser("curves", help="draw risk–coverage curves and print their table")
    drawing.set_defaults(do=_curves)
    drawing.add_argument("--fitted", type=Path, nargs="*", default=[], help="examples that the weights were fitted on")
    drawing.add_argument("--examples", type=Path, nargs="*", default=[], help="examples of other sets")
    drawing.add_argument("--weights", type=Path, default=WEIGHTS)
    drawing.add_argument("--out", type=Path, required=True, help="the SVG's path")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
