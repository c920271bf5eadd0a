"""What the scorer is told of a reading and of what it comes to."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from services.dataproc.evaluation.model import Rows
from services.nlq.planner.choosing.features import comes_to_nothing, features
from shared.plan.result import Result

from .asking import Tables, result_of

SHIPS = """
    ship,port,tons
    Ada,Bergen,4
    Bo,Bergen,6
    Cleo,Oslo,9
"""


@pytest.mark.parametrize(
    ("rows", "nothing"), [([], True), ([(None,)], True), ([(None, None), (None, 0)], False), ([("",)], False)]
)
def test_a_lookup_in_vain_is_told_from_a_value(rows: Sequence[tuple[Any, ...]], nothing: bool) -> None:
    columns = list(zip(*rows, strict=True)) or [()]
    assert comes_to_nothing(Result.of_columns([f"c{n}" for n in range(len(columns))], columns)) is nothing


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("How many ships are there?", {"counts": 1, "reckons": 0, "groups": 0, "conditions": 0, "one_row": 1}),
        ("What is the total of tons by port?", {"counts": 0, "reckons": 1, "groups": 1, "one_row": 0}),
        ("Which ship has port Oslo?", {"counts": 0, "reckons": 0, "conditions": 1, "one_row": 1}),
    ],
)
def test_the_shape_of_a_plan_is_told(tmp_path: Path, question: str, told: dict[str, float]) -> None:
    over = Tables(tmp_path, {"ships": SHIPS})
    best = over.readings(question).best[0]
    (found,) = over.evaluate([best.query])
    assert isinstance(found, Rows)
    outcome = result_of(found)
    seen = features(best, outcome, ())
    assert {name: seen[name] for name in told} == told


def test_a_model_is_told_and_its_count_of_rows_is_no_answer_of_one_row(tmp_path: Path) -> None:
    over = Tables(tmp_path, {"ships": "tons,crew\n" + "".join(f"{n * 7 % 11},{n * n}\n" for n in range(12))})
    count = Result.of_value(12)
    for question, told in (("correlation between tons and crew", (1, 0)), ("total tons", (0, 1))):
        seen = features(over.readings(question).best[0], count, ())
        assert (seen["model"], seen["one_row"]) == told
