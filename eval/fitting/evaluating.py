"""Plans evaluated as dataproc does it, in this process."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from eval.grading import Result
from eval.running import result_of
from eval.tables import Table
from services.dataproc.evaluation import Engine, Evaluator, Rows, Sources
from shared.plan import Query


def evaluate(plans: Sequence[Query], tables: Sequence[Table]) -> list[Result | None]:
    """None where a plan is refused."""
    if not plans:
        return []
    outcomes = _evaluator().evaluate(plans, {table.facts.name: table.data for table in tables})
    return [result_of(outcome.table.to_pandas()) if isinstance(outcome, Rows) else None for outcome in outcomes]


@cache
def _evaluator() -> Evaluator:
    spill = Path(tempfile.gettempdir()) / "askframe-eval-spill"
    return Evaluator(Engine(spill, threads=1, memory_mb=1000, spill_mb=1000), Sources())
