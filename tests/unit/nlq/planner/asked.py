"""Questions over tables that a test makes, read and evaluated in this process. How sure a reading must be is fitted and no matter here:
it must be clearly the cheapest."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from eval.tables import Table, load
from services.dataproc.evaluation.engine import Engine
from services.dataproc.evaluation.evaluator import Evaluator
from services.dataproc.evaluation.model import Rows
from services.dataproc.evaluation.sources import Sources
from services.nlq.planner.choosing.decide import HARDLY
from services.nlq.planner.choosing.outcomes import say_the_same
from services.nlq.planner.planner import Reading, read
from shared.plan.result import Result

TODAY = date(2026, 11, 29)
APART = 0.3
"""Of readings that come to something else, the next must cost so much more: what the fitted scorer can tell apart."""
Answer = list[tuple[Any, ...]]


class Asker:
    def __init__(self, folder: Path, evaluator: Evaluator) -> None:
        self._folder = folder
        self._evaluator = evaluator

    def tables(self, **written: str) -> tuple[Table, ...]:
        """Tables of these names, written as lines of CSV."""
        files = []
        for name, text in written.items():
            file = self._folder / f"{name}.csv"
            file.write_text("\n".join(line.strip() for line in text.strip().splitlines()) + "\n", encoding="utf-8")
            files.append(file)
        return load(files, self._folder / "read")

    def answer(self, question: str, tables: Sequence[Table]) -> Answer | str:
        """The rows of the likeliest reading; what comes instead, where another one is about as likely and comes to something else."""
        readings = read(question, [t.facts for t in tables], today=TODAY).best
        if not readings or readings[0].cost > HARDLY:
            return "declined"
        best, *others = [self._result(r, tables) for r in readings if r.cost - readings[0].cost < APART]
        if best is None or not all(other and say_the_same(best, other, ordered=False) for other in others):
            return "asked back"
        return [tuple(row) for row in best.rows or ()]

    def _result(self, reading: Reading, tables: Sequence[Table]) -> Result | None:
        (made,) = self._evaluator.evaluate([reading.query], {t.facts.name: t.data for t in tables})
        if not isinstance(made, Rows):
            return None
        return Result.of_columns(made.table.column_names, [c.to_pylist() for c in made.table.columns])


@contextmanager
def asker(folder: Path) -> Iterator[Asker]:
    engine = Engine(folder / "spill", threads=1, memory_mb=500, spill_mb=500)
    yield Asker(folder, Evaluator(engine, Sources()))
