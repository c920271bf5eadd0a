"""Questions over tables that a test makes: read, evaluated and decided as in service, in this process."""

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
from services.nlq.planner.choosing.decide import Chosen, decide, worth_evaluating
from services.nlq.planner.facts import Clarify, Decline
from services.nlq.planner.planner import Reading, read
from shared.plan.result import Result

TODAY = date(2026, 11, 29)
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

    def decided(self, question: str, tables: Sequence[Table]) -> Reading | Clarify | Decline:
        readings = read(question, [t.facts for t in tables], today=TODAY)
        considered = worth_evaluating(readings, {}) if readings.best else ()
        outcomes = [self._result(r, tables) for r in considered]
        made = decide(readings, considered, outcomes, {})
        return made.reading if isinstance(made, Chosen) else made

    def answer(self, question: str, tables: Sequence[Table]) -> Answer | str:
        """The rows of the answer; the kind of what comes instead."""
        made = self.decided(question, tables)
        if not isinstance(made, Reading):
            return type(made).__name__.lower()
        result = self._result(made, tables)
        return [tuple(row) for row in result.rows or ()] if result is not None else "nothing"

    def _result(self, reading: Reading, tables: Sequence[Table]) -> Result | None:
        (made,) = self._evaluator.evaluate([reading.query], {t.facts.name: t.data for t in tables})
        if not isinstance(made, Rows):
            return None
        return Result.of_columns(made.table.column_names, [c.to_pylist() for c in made.table.columns])


@contextmanager
def asker(folder: Path) -> Iterator[Asker]:
    engine = Engine(folder / "spill", threads=1, memory_mb=500, spill_mb=500)
    yield Asker(folder, Evaluator(engine, Sources()))
