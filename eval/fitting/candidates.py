"""Questions read by the planner: each of their readings with its features, and whether its result is the right one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from eval import tables
from eval.fitting.evaluating import evaluate
from eval.fitting.examples import Asked, Example
from eval.grading import Expectation, Result, is_right
from eval.questions import Item, QuestionSet, batches
from eval.tables import Table
from services.dataproc.reading import FileRefused
from services.nlq.planner.choosing.features import features
from services.nlq.planner.planner import Reading, read

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
    readings = read(turn.question, [table.facts for table in loaded], today=some.today).best
    results = evaluate([reading.query for reading in readings], loaded)
    able = [(reading, result) for reading, result in zip(readings, results, strict=True) if result is not None]
    examples = tuple(_example(at, able, turn.expected) for at in _firsts(able))
    return Asked(some.set, item.id, item.kind or some.set, examples)


def _firsts(able: Sequence[tuple[Reading, Result]]) -> list[int]:
    """Of readings that come to the same only the cheapest one is asked about."""
    return [at for at, (_, result) in enumerate(able) if not any(same(result, other) for _, other in able[:at])]


def _example(at: int, able: Sequence[tuple[Reading, Result]], expected: Expectation) -> Example:
    reading, result = able[at]
    rivals = [other for other, found in able if not same(result, found)]
    return Example(features(reading, rivals), is_right(result, expected))


def same(one: Result, other: Result) -> bool:
    """Whether two results hold the same rows, over the columns that both have."""
    few, many = sorted((one, other), key=lambda result: result.width)
    if len(few.rows) != len(many.rows):
        return False
    columns = [sorted(map(_spelled, many.column(i))) for i in range(many.width)]
    places: list[int] = []
    for i in range(few.width):
        wanted = sorted(map(_spelled, few.column(i)))
        found = next((at for at, column in enumerate(columns) if at not in places and column == wanted), None)
        if found is None:
            return False
        places.append(found)
    chosen = sorted(tuple(_spelled(row[at]) for at in places) for row in many.rows)
    return chosen == sorted(tuple(map(_spelled, row)) for row in few.rows)


def _spelled(cell: object) -> str:
    return f"{cell:.9g}" if isinstance(cell, int | float) and not isinstance(cell, bool) else repr(cell)
