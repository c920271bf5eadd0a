"""Code of our own planner, run in this process: nobody else's may be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from eval.grading.result import Result
from eval.tables import Table
from services.dataproc.jail.cells import cell
from services.dataproc.jail.execution import execute
from services.dataproc.jail.results import answer_of

MOST_ROWS = 100_000


@dataclass(frozen=True)
class Ran:
    """What code came to; `checks` are there where a model step computed it."""

    rows: Result
    checks: tuple[tuple[str, str, float], ...] = ()


def run_code(code: str, tables: Sequence[Table]) -> Ran:
    """As the jail would answer it. Raises SnippetFailed and NoAnswer."""
    answer = answer_of(execute(code, {table.facts.name: table.frame() for table in tables}).value, MOST_ROWS)
    rows = Result.of(answer.value) if answer.frame is None else result_of(answer.frame)
    return Ran(rows, tuple((check.name, check.of, check.value) for check in answer.checks))


def result_of(frame: pd.DataFrame) -> Result:
    """A frame's cells as JSON; its index carries nothing."""
    columns = [[cell(value) for value in frame.iloc[:MOST_ROWS, i]] for i in range(frame.shape[1])]
    rows = zip(*columns, strict=True) if columns else [()] * len(frame)
    return Result(tuple(map(str, frame.columns)), tuple(rows))
