"""A question put to the planner over tables that a test writes as CSV: read as the product reads them, evaluated, decided."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from eval import tables
from services.dataproc.evaluation import engine, sources
from services.dataproc.evaluation.evaluator import Evaluator
from services.dataproc.evaluation.model import Limits, Outcome, Rows
from services.nlq.planner.choosing.decide import Chosen, decide, worth_evaluating
from services.nlq.planner.facts import Clarify, Decline
from services.nlq.planner.planner import Readings, read
from shared.plan import Query
from shared.plan.result import Result

TODAY = date(2024, 6, 30)
UNHURRIED = Limits(seconds=60)
"""What a reading comes to is no question of time here, on a busy machine too."""


@dataclass
class Tables:
    """Tables in a folder of the test's own, and what is answered over them."""

    folder: Path
    sheets: Mapping[str, str]

    @cached_property
    def loaded(self) -> tuple[tables.Table, ...]:
        files = []
        for name, text in self.sheets.items():
            files.append(self.folder / f"{name}.csv")
            files[-1].write_text(textwrap.dedent(text).strip() + "\n", encoding="utf-8")
        return tables.load(files, self.folder / "cache")

    @cached_property
    def evaluator(self) -> Evaluator:
        spill = self.folder / "spill"
        spill.mkdir()
        return Evaluator(engine.Engine(spill, threads=1, memory_mb=500, spill_mb=500), sources.Sources())

    def evaluate(self, queries: Sequence[Query]) -> list[Outcome]:
        data = {t.facts.name: t.data for t in self.loaded}
        return self.evaluator.evaluate(queries, data, UNHURRIED) if queries else []

    def readings(self, question: str) -> Readings:
        return read(question, [t.facts for t in self.loaded], today=TODAY)

    def decided(self, question: str) -> tuple[Chosen | Clarify | Decline, list[Any]]:
        readings = self.readings(question)
        considered = worth_evaluating(readings, {}) if readings.best else ()
        found = self.evaluate([r.query for r in considered])
        outcomes = [result_of(f) if isinstance(f, Rows) else None for f in found]
        return decide(readings, considered, outcomes, {}), [
            (r, f.table) for r, f in zip(considered, found, strict=True) if isinstance(f, Rows)
        ]

    def answer(self, question: str) -> list[tuple[Any, ...]]:
        """The rows of the answer; a question that is asked back or declined fails here."""
        decided, computed = self.decided(question)
        assert isinstance(decided, Chosen), (decided, [r.query for r in self.readings(question).best[:3]])
        table = next(table for reading, table in computed if reading is decided.reading)
        return [tuple(row.values()) for row in table.to_pylist()]

    def values(self, question: str, column: str | None = None) -> list[Any]:
        """One column of the answer (the first, where it is not named), in order of its values."""
        decided, computed = self.decided(question)
        assert isinstance(decided, Chosen), (decided, [r.query for r in self.readings(question).best[:3]])
        table = next(table for reading, table in computed if reading is decided.reading)
        return sorted(table.column(column or 0).to_pylist(), key=str)

    def likeliest(self, question: str, column: str | None = None) -> list[Any]:
        """The same of the likeliest reading, whether it is sure enough to be answered or not: what the grammar makes of the question."""
        (found,) = self.evaluate([self.readings(question).best[0].query])
        assert isinstance(found, Rows), found
        return sorted(found.table.column(column or 0).to_pylist(), key=str)

    def is_answered(self, question: str) -> bool:
        return isinstance(self.decided(question)[0], Chosen)


def result_of(found: Rows) -> Result:
    return Result.of_columns(found.table.column_names, [column.to_pylist() for column in found.table.columns])
