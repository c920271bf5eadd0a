"""A model step's answer beside its second computation: the rows that went in, and every statistic with a closed form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from services.nlq.planner.facts import Decline
from shared.analysis import MODEL_STEPS
from shared.plan import Group, Measure, Model, Plan, Query
from shared.plan.model import CHECK_COLUMNS, rows_of
from shared.plan.result import Result

NOT_CHECKED = Decline(
    "The rows that the model stands on could not be computed a second time, so that its numbers are not shown.",
    "Ask it of fewer rows or columns.",
    "model",
)


def candidate_of(plan: Plan) -> Query:
    """What is computed of a reading before it is chosen: of a model only how many rows go in, for the model itself takes longer."""
    if isinstance(plan, Query):
        return plan
    rows = rows_of(plan)
    count = Group(measures=(Measure(name="rows", function="count"),))
    return rows.model_copy(update={"steps": (*rows.steps, count)})


def is_model(plan: Mapping[str, Any] | None) -> bool:
    """Of a plan as it is stored."""
    return plan is not None and plan.get("kind") == "model"


def computed_twice(plan: Model, expected: Result) -> tuple[str, ...]:
    """The labels of those statistics that both computations have."""
    step = MODEL_STEPS[plan.step]
    checked = {row[0] for row in expected.rows or ()}
    return tuple(s.label for s in (*step.statistics, *([step.cells] if step.cells else [])) if s.name in checked)


def checks_in(result: Mapping[str, Any], expected: Result) -> Result:
    """Of what the jail's model can be checked by, that which the second computation knows; what is missing is missed by the comparison."""
    wanted = {tuple(row[:2]) for row in expected.rows or ()}
    found = [check for check in result.get("checks") or () if tuple(check[:2]) in wanted]
    return Result.of_columns(CHECK_COLUMNS, _columns(found))


def _columns(rows: Sequence[Sequence[Any]]) -> list[list[Any]]:
    return [[row[at] for row in rows] for at in range(len(CHECK_COLUMNS))]
