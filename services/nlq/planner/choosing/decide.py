"""Answer, ask or decline, from the readings of a question and what each of them comes to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.nlq.planner.choosing.clarify import Candidate, ask_back, fits
from services.nlq.planner.choosing.outcomes import say_the_same
from services.nlq.planner.facts import Clarify, Decline
from services.nlq.planner.planner import Obstacle, Reading, Readings
from shared.plan import Sort
from shared.plan.result import Result

SURE = 0.75  # a reading that costs more is not offered as an answer
APART = 0.32  # a runner-up with another result must be this much dearer


@dataclass(frozen=True)
class Chosen:
    """The reading that is answered, and how sure that is."""

    reading: Reading
    confidence: float


def worth_evaluating(readings: Readings, choices: Mapping[str, str]) -> tuple[Reading, ...]:
    """Those that could be the answer or an option beside it."""
    fitting = [r for r in readings.best if fits(r, readings, choices)] or list(readings.best)
    return tuple(r for r in fitting if r.cost - fitting[0].cost < APART)


def decide(
    readings: Readings,
    considered: Sequence[Reading],
    outcomes: Sequence[Result | None],
    choices: Mapping[str, str],
) -> Chosen | Clarify | Decline:
    """`outcomes` are what the considered readings come to; None where one could not be evaluated."""
    able = [Candidate(r, o) for r, o in zip(considered, outcomes, strict=True) if o is not None]
    if not able:
        return _declined(readings)
    best = able[0]
    if best.reading.cost > SURE and not choices:
        return Decline("The question could not be read with certainty.", "Name the columns as the table does.", "other")
    distinct: list[Candidate] = [best]
    for candidate in able[1:]:
        near = candidate.reading.cost - best.reading.cost < APART
        if near and not any(_same(candidate, known) for known in distinct):
            distinct.append(candidate)
    if len(distinct) == 1:
        return Chosen(best.reading, max(0.0, 1.0 - best.reading.cost))
    return ask_back(readings, distinct)


def _declined(readings: Readings) -> Decline:
    if readings.obstacle is not None:
        return _not_numbers(readings.obstacle)
    words = ", ".join(f"'{w}'" for w in readings.unexplained[:3])
    reason = f"Nothing in the data matches {words}." if words else "The question could not be read as a whole."
    return Decline(reason, "Name the columns as the table does, or ask one thing at a time.", "other")


_DONE = {"sum": "added up", "mean": "averaged", "median": "ranked as numbers", "std": "measured for spread"}


def _not_numbers(obstacle: Obstacle) -> Decline:
    column = obstacle.column
    done = _DONE.get(obstacle.function, "reckoned with")
    reason = (
        f"The column {column.ref.column} of {column.ref.table} holds {column.facts.type.label}, which cannot be {done}."
    )
    if not column.numeric_text:
        return Decline(reason, "Ask for a column of numbers.", "aggregate")
    step = {"table": column.ref.table, "column": column.ref.column, "step": "cast", "type": "decimal"}
    hint = (
        "Most of its cells are numbers with something around them: turn them into numbers by cleaning the column first."
    )
    return Decline(reason, hint, "aggregate", cleaning=step)


def _same(left: Candidate, right: Candidate) -> bool:
    ordered = all(any(isinstance(step, Sort) for step in c.reading.query.steps) for c in (left, right))
    return say_the_same(left.outcome, right.outcome, ordered=ordered)
