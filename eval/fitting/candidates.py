"""Questions read by the planner: each of their readings with its features, and whether its result is the right one."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from eval import tables
from eval.engines import EvaluatorHere
from eval.fitting.examples import Asked, Example
from eval.grading import Expectation, Result, is_right
from eval.questions import Item, QuestionSet, batches
from eval.tables import Table
from services.dataproc.reading import FileRefused
from services.nlq.planner.choosing.clarify import Candidate
from services.nlq.planner.choosing.features import features
from services.nlq.planner.choosing.outcomes import say_the_same
from services.nlq.planner.planner import Reading, read
from shared.plan import Query, Sort
from shared.plan.model import rows_of
from shared.plan.result import Result as Computed

TOGETHER = 10


@dataclass(frozen=True)
class Work:
    """Items over the same tables, for one process."""

    set: str
    items: tuple[Item, ...]
    today: date
    cache_folder: Path


def work(sets: Sequence[QuestionSet], today: date, cache_folder: Path) -> Iterator[Work]:
    return (Work(name, items, today, cache_folder) for name, items in batches(sets, TOGETHER))


def examples_of(some: Work) -> list[Asked]:
    """First turns only: what a follow-up changes was decided before it. Files that cannot be read are left out."""
    try:
        loaded = tables.load(some.items[0].tables, some.cache_folder)
    except FileRefused:
        return []
    return [_asked(some, item, loaded) for item in some.items if item.turns[0].expected.check != "none"]


def _asked(some: Work, item: Item, loaded: Sequence[Table]) -> Asked:
    turn = item.turns[0]
    read_as = read(turn.question, [table.facts for table in loaded], today=some.today).best
    # What the rows of a model come to is not what the model comes to: nothing here says whether that is right.
    readings = [reading for reading in read_as if isinstance(reading.query, Query)]
    outcomes = _evaluated(readings, loaded)
    able = [Candidate(reading, result) for reading, result in zip(readings, outcomes, strict=True) if result]
    examples = tuple(_example(one, able, turn.expected) for one in _distinct(able))
    return Asked(some.set, item.id, item.kind or some.set, examples)


def _evaluated(readings: Sequence[Reading], loaded: Sequence[Table]) -> list[Computed | None]:
    if not readings:
        return []
    evaluator = _evaluator()
    evaluator.tables = {table.facts.name: table.data for table in loaded}
    outcomes = asyncio.run(evaluator.evaluate("eval", (), [rows_of(reading.query) for reading in readings]))
    return [outcome.result for outcome in outcomes]


@cache
def _evaluator() -> EvaluatorHere:
    return EvaluatorHere()


def _distinct(able: Sequence[Candidate]) -> list[Candidate]:
    """Of readings that come to the same only the cheapest one."""
    return [one for at, one in enumerate(able) if not any(_same(one, other) for other in able[:at])]


def _example(one: Candidate, able: Sequence[Candidate], expected: Expectation) -> Example:
    rivals = [other.reading for other in able if not _same(one, other)]
    result = Result(one.outcome.columns, one.outcome.rows or ())
    right = one.outcome.rows is not None and is_right(result, expected)
    return Example(features(one.reading, one.outcome, rivals), right)


def _same(one: Candidate, other: Candidate) -> bool:
    """As the planner takes it where it decides."""
    ordered = all(any(isinstance(step, Sort) for step in rows_of(c.reading.query).steps) for c in (one, other))
    return say_the_same(one.outcome, other.outcome, ordered=ordered)
