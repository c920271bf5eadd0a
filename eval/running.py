"""Code of our own planner, run in this process: nobody else's may be."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from eval.grading.result import Result
from eval.tables import Table
from services.dataproc.jail.cells import cell
from services.dataproc.jail.execution import execute
from services.dataproc.jail.results import answer_of

MOST_ROWS = 100_000


def run_code(code: str, tables: Sequence[Table]) -> Result:
    """As the jail would answer it. Raises SnippetFailed and NoAnswer."""
    answer = answer_of(execute(code, {table.facts.name: table.frame() for table in tables}).value, MOST_ROWS)
    return Result.of(answer.value) if answer.frame is None else result_of(answer.frame)


def result_of(frame: pd.DataFrame) -> Result:
    """A frame's cells as JSON; its index carries nothing."""
    columns = [[cell(value) for value in frame.iloc[:MOST_ROWS, i]] for i in range(frame.shape[1])]
    rows = zip(*columns, strict=True) if columns else [()] * len(frame)
    return Result(tuple(map(str, frame.columns)), tuple(rows))
