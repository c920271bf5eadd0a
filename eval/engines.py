"""What is measured: an engine takes a question and tables, and answers, asks back or declines."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Protocol

from eval.grading.result import Result
from eval.running import run_code
from eval.tables import Table
from services.dataproc.evaluation.engine import Engine as DuckEngine
from services.dataproc.evaluation.evaluator import Evaluator
from services.dataproc.evaluation.model import Limits
from services.dataproc.evaluation.results import plan_outcome
from services.dataproc.evaluation.sources import Sources
from services.nlq.planner.facts import Clarify, Decline, Planned, Turn
from services.nlq.service.checking import checks_in, is_model
from services.nlq.service.planning import PlanOffline
from shared.events import ChosenTable
from shared.plan import Plan
from shared.plan.agreement import compare
from shared.plan.result import Result as ComputedResult
from shared.rpc import PlanOutcome


@dataclass(frozen=True)
class Answered:
    """What was computed, by which plan and code; `reading` says how the question was understood."""

    plan: Mapping[str, Any]
    code: str
    rows: Result
    reading: str = ""
    confidence: float | None = None


Outcome = Answered | Clarify | Decline


class Engine(Protocol):
    """`choices` maps the slot of an earlier question back to the id of the option that was chosen."""

    def ask(
        self, question: str, tables: Sequence[Table], history: Sequence[Turn], choices: Mapping[str, str]
    ) -> Outcome: ...


class Disagreement(Exception):
    """The code of an answer and its plan's second rendering differ: nothing would be shown."""


class OfflineEngine:
    """The product's offline engine; evaluation and code run in this process, without a bus and without a jail."""

    def __init__(self, today: date) -> None:
        self._evaluator = EvaluatorHere()
        self._plan = PlanOffline(self._evaluator, lambda: today)

    def ask(
        self, question: str, tables: Sequence[Table], history: Sequence[Turn], choices: Mapping[str, str]
    ) -> Outcome:
        self._evaluator.tables = {table.facts.name: table.data for table in tables}
        facts = [table.facts for table in tables]
        planned = asyncio.run(self._plan(question, "eval", (), facts, history, choices))
        if not isinstance(planned, Planned):
            return planned
        ran = run_code(planned.code, tables)
        if planned.expected is not None:
            found = (
                checks_in({"checks": ran.checks}, planned.expected) if is_model(planned.plan) else computed(ran.rows)
            )
            if (parted := compare(planned.expected, found, planned.sorted_by)) is not None:
                raise Disagreement(f"{parted.kind}: {parted.detail}")
        return Answered(planned.plan, planned.code, ran.rows, planned.explanation, planned.confidence)


def computed(rows: Result) -> ComputedResult:
    return ComputedResult.of_columns(rows.columns, list(zip(*rows.rows, strict=True)) or [()] * len(rows.columns))


# Figures must not depend on what else the machine does: what takes too long in the product shows there, not here.
PATIENT = Limits(seconds=120.0)


class EvaluatorHere:
    """What dataproc does for the product, on the tables at hand."""

    def __init__(self) -> None:
        self.tables: Mapping[str, Path] = {}
        self._evaluator = Evaluator(
            DuckEngine(Path(tempfile.mkdtemp()), threads=1, memory_mb=1000, spill_mb=1000), Sources()
        )

    async def evaluate(
        self, session_id: str, tables: Sequence[ChosenTable], plans: Sequence[Plan]
    ) -> tuple[PlanOutcome, ...]:
        return tuple(map(plan_outcome, self._evaluator.evaluate(plans, self.tables, PATIENT)))


ENGINES = {"offline": OfflineEngine}
