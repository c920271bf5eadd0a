"""What is measured: an engine takes a question and tables, and answers, asks back or declines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from eval.grading.result import Result
from eval.running import run_code
from eval.tables import Table
from services.nlq.planner.facts import Clarify, Decline, Planned, Turn
from services.nlq.planning import plan


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


class OldPlanner:
    """The engine of `services.nlq.planning`, its code run in this process."""

    def __init__(self, today: date) -> None:
        self._today = today

    def ask(
        self, question: str, tables: Sequence[Table], history: Sequence[Turn], choices: Mapping[str, str]
    ) -> Outcome:
        facts = [table.facts for table in tables]
        planned = plan(question, facts, history=history, choices=choices, today=self._today)
        if not isinstance(planned, Planned):
            return planned
        rows = run_code(planned.code, tables)
        return Answered(planned.plan, planned.code, rows, planned.explanation, planned.confidence)


ENGINES = {"old": OldPlanner}
