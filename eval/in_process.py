"""Question sets over an engine in this machine's processes: no stack, no jail, seconds for hundreds of questions."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date
from functools import cache, partial
from pathlib import Path

from eval import tables
from eval.asking import Graded, ask_item
from eval.conversations import Conversation, EngineConversation, NoConversation
from eval.engines import ENGINES, Engine
from eval.questions import Item, QuestionSet, batches
from services.dataproc.reading import FileRefused

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
    work = [Batch(name, items, engine, today, cache_folder) for name, items in batches(sets, TOGETHER)]
    if jobs <= 1:
        for batch in work:
            yield from run_batch(batch)
        return
    # Spawned: libraries that hold threads do not survive a fork.
    with ProcessPoolExecutor(jobs, mp_context=multiprocessing.get_context("spawn")) as pool:
        for graded in pool.map(run_batch, work):
            yield from graded


def run_batch(batch: Batch) -> list[Graded]:
    begin = _beginning(batch)
    return [graded for item in batch.items for graded in ask_item(begin(), item, batch.set)]


def _beginning(batch: Batch) -> Callable[[], Conversation]:
    """Begins a conversation over the batch's tables."""
    try:
        loaded = tables.load(batch.items[0].tables, batch.cache_folder)
    except FileRefused as error:
        return partial(NoConversation, f"{error.code}: {error.detail}")
    return partial(EngineConversation, _engine(batch.engine, batch.today), loaded)


@cache
def _engine(name: str, today: date) -> Engine:
    return ENGINES[name](today)
