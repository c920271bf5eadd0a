"""An answer of a model step is shown only where the rows it stands on, and what has a closed form, were found twice."""

from __future__ import annotations

from typing import Any

import pytest

from services.nlq.domain import Question
from services.nlq.service.checking import candidate_of
from services.nlq.service.planning import COMPUTED_ONCE, once_remarks, twice_remarks
from services.nlq.views import view
from shared.columns import ColumnType
from shared.plan import Group, Model, Query
from shared.plan.model import CHECK_COLUMNS, Option
from shared.plan.result import Result
from shared.telemetry import metrics
from tests.fakes.nlq import House
from tests.unit.nlq.test_one_step import asked, ran

OUTLIERS = "How many outliers are there in amount?"
NOTES = ["1 of 5 values of amount lies beyond.", "Nothing speaks against it."]


def found_by_the_jail(question: Question, **changed: float) -> dict[str, Any]:
    """What the jail says beside the number, where all is well; or with another value of some check."""
    assert question.expected is not None and question.expected.columns == CHECK_COLUMNS
    checks = [[name, of, changed.get(f"{name}", value)] for name, of, value in question.expected.rows or ()]
    return {"value": 0.0, "checks": [*checks, ["p_value", "", 0.5]], "notes": NOTES}


async def test_a_model_whose_checks_agree_is_shown_with_its_notes() -> None:
    house = House()
    question = await asked(house, OUTLIERS)
    done = await ran(house, question, **found_by_the_jail(question))
    assert done.state == "answered" and done.answer is not None
    assert view(done)["answer"]["notes"] == NOTES
    assert all(note in done.answer["text"] for note in NOTES)


@pytest.mark.parametrize("check", ["given rows", "size", "count"])
async def test_a_model_over_other_rows_is_not_shown(check: str) -> None:
    house = House()
    question = await asked(house, OUTLIERS)
    before = metrics.ANSWERS_DISAGREED.labels(kind="values")._value.get()
    done = await ran(house, question, **found_by_the_jail(question, **{check: 77.0}))
    assert done.state == "failed" and done.answer is None
    assert done.error is not None and "do not agree" in done.error.message
    assert metrics.ANSWERS_DISAGREED.labels(kind="values")._value.get() == before + 1


PAIRS = {"visits": [1.0, 2.0, 3.0, 5.0, 8.0, 13.0], "spend": [2.0, 3.0, 7.0, 9.0, 15.0, 20.0]}


async def test_statistics_are_not_called_rows_and_what_was_found_twice_is_no_warning() -> None:
    house = House()
    house.has_table("pairs", PAIRS, visits=ColumnType.DECIMAL, spend=ColumnType.DECIMAL)
    question = await asked(house, "Regression of spend on visits")
    assert question.plan_notes and "found the same" in question.plan_notes[0]
    assert question.expected is not None
    checks = [list(check) for check in question.expected.rows or ()]
    over = next(value for name, _, value in checks if name == "rows")
    table = {"columns": ["statistic", "value"], "rows": [["correlation", 1.0], ["p_value", 0.0]], "total_rows": 2}
    done = await ran(house, question, kind="table", value=None, checks=checks, notes=NOTES, **table)
    assert done.answer is not None, done.error
    assert f": computed over {over:.0f} rows." in done.answer["text"] and "2 rows" not in done.answer["text"]
    assert done.answer["notes"] == [*NOTES, *question.plan_notes]
    assert not any("Computed twice" in warning for warning in done.warnings)


async def test_a_model_that_says_nothing_to_check_is_not_shown() -> None:
    house = House()
    question = await asked(house, OUTLIERS)
    assert (await ran(house, question, value=0.0)).state == "failed"


ROWS = [("given rows", "", 36.0), ("complete rows", "", 36.0)]


def remarks(step: str, found: list[tuple[str, str, float]], **options: str) -> str:
    plan = Model(step=step, rows=Query(table="t"), columns=(), options=tuple(Option(name=k, value=v) for k, v in options.items()))  # fmt: skip
    expected = Result.of_columns(CHECK_COLUMNS, list(zip(*found, strict=True)))
    return " ".join([*once_remarks(plan, expected), *twice_remarks(plan, expected)])


def test_an_answer_says_what_of_it_was_computed_once() -> None:
    correlation = [*ROWS, ("correlation", "", 0.5), ("rows", "", 36.0)]
    assert remarks("correlation", correlation, statistic="correlation") == ""
    assert remarks("correlation", ROWS, statistic="p_value") == COMPUTED_ONCE
    assert "found the same: correlation coefficient, rows." in remarks("correlation", correlation)
    assert remarks("clusters", ROWS) == COMPUTED_ONCE
    assert "found the same: correlations." in remarks("correlation_matrix", [*ROWS, ("cell", "0:1", 0.5)])
    assert (
        once_remarks(Query(table="t"), Result.of_value(1)) == twice_remarks(Query(table="t"), Result.of_value(1)) == ()
    )


def test_of_a_candidate_that_is_a_model_only_the_rows_are_counted() -> None:
    plan = Model(step="correlation", rows=Query(table="t"), columns=(("columns", ("a", "b")),))
    (count,) = candidate_of(plan).steps
    assert isinstance(count, Group) and [measure.function for measure in count.measures] == ["count"]
