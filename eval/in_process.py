"""Question sets over an engine in this machine's processes: no stack, no jail, seconds for hundreds of questions."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import groupby
from pathlib import Path

from eval import tables
from eval.asking import Graded, ask_item
from eval.engines import ENGINES, Engine
from eval.questions import Item, QuestionSet

# Items over the same tables that one process takes together: few enough that two processes end at about the same time.
TOGETHER = 10


@dataclass(frozen=True)
class Batch:
    """Items over the same tables, for one process."""

    set: str
    items: tuple[Item, ...]
    engine: str
    today: date
    cache_folder: Path


def default_cache() -> Path:
    home = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(home).expanduser() / "askframe-eval"


def run(sets: Sequence[QuestionSet], engine: str, today: date, cache_folder: Path, jobs: int) -> Iterator[Graded]:
    """Graded questions in the order of the sets and their tables."""
    batches = [batch for questions in sets for batch in _batches(questions, engine, today, cache_folder)]
    if jobs <= 1:
        for batch in batches:
            yield from run_batch(batch)
        return
    # Spawned: libraries that hold threads do not survive a fork.
    with ProcessPoolExecutor(jobs, mp_context=multiprocessing.get_context("spawn")) as pool:
        for graded in pool.map(run_batch, batches):
            yield from graded


def run_batch(batch: Batch) -> list[Graded]:
    engine = _engine(batch.engine, batch.today)
    loaded = tables.load(batch.items[0].tables, batch.cache_folder)
    return [graded for item in batch.items for graded in ask_item(engine, item, loaded, batch.set)]


@cache
def _engine(name: str, today: date) -> Engine:
    return ENGINES[name](today)


def _batches(questions: QuestionSet, engine: str, today: date, cache_folder: Path) -> Iterator[Batch]:
    by_tables = sorted(questions.items, key=lambda item: item.tables)
    for _, group in groupby(by_tables, key=lambda item: item.tables):
        items = tuple(group)
        for start in range(0, len(items), TOGETHER):
            yield Batch(questions.name, items[start : start + TOGETHER], engine, today, cache_folder)
