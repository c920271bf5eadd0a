"""Each world is read once for all questions about it; what is asked is computed by both renderings, which have to agree."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from eval.running import run_code
from eval.tables import Table, load
from services.dataproc.evaluation.engine import Engine
from services.dataproc.evaluation.evaluator import Evaluator
from services.dataproc.evaluation.model import Limits, Rows
from services.dataproc.evaluation.sources import Sources
from services.nlq.planner import codegen
from services.nlq.planner.facts import Turn
from services.nlq.planner.planner import read
from shared.plan import Query
from shared.plan.agreement import compare
from shared.plan.result import Result

TODAY = date(2024, 6, 30)
PATIENCE = Limits(seconds=60)
Answer = list[tuple[Any, ...]]


class World:
    def __init__(self, tables: tuple[Table, ...], evaluator: Evaluator) -> None:
        self._tables = tables
        self._evaluator = evaluator

    def ask(self, *questions: str) -> Answer | str:
        """The rows of the likeliest reading of the last question, each of the others answered before it."""
        history: list[Turn] = []
        for question in questions:
            readings = read(question, [t.facts for t in self._tables], history=history, today=TODAY)
            if not readings.best:
                return f"declined: {readings.unexplained}"
            plan = readings.best[0].query
            assert isinstance(plan, Query), plan
            history.append(Turn(question=question, code=None, answer_text=None, plan=plan.model_dump(mode="json")))
        (found,) = self._evaluator.evaluate([plan], {t.facts.name: t.data for t in self._tables}, PATIENCE)
        assert isinstance(found, Rows), (found, plan)
        computed = Result.of_columns(found.table.column_names, [c.to_pylist() for c in found.table.columns])
        code = codegen.write(plan, {t.facts.name: t.facts for t in self._tables}, self._tables[0].facts.name)
        run = run_code(code, self._tables).rows
        columns = [list(c) for c in zip(*run.rows, strict=True)] or [[] for _ in run.columns]
        assert compare(computed, Result.of_columns(list(run.columns), columns), ()) is None
        return [tuple(row.values()) for row in found.table.to_pylist()]


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Mapping[str, str]], World]:
    folder = tmp_path_factory.mktemp("kinds")
    evaluator = Evaluator(Engine(folder / "spill", threads=1, memory_mb=500, spill_mb=500), Sources())
    made: dict[tuple[str, ...], World] = {}

    def of(sheets: Mapping[str, str]) -> World:
        if tuple(sheets) not in made:
            made[tuple(sheets)] = World(_written(folder, sheets), evaluator)
        return made[tuple(sheets)]

    return of


def _written(folder: Path, sheets: Mapping[str, str]) -> tuple[Table, ...]:
    files = []
    for name, text in sheets.items():
        file = folder / f"{name}.csv"
        file.write_text(textwrap.dedent(text).strip() + "\n", encoding="utf-8")
        files.append(file)
    return load(files, folder / "read")
