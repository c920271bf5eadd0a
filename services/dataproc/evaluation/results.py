"""Outcomes as JSON, as they go over the bus."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import pyarrow as pa

from services.dataproc.evaluation.model import Outcome, Refusal
from shared.plan.result import Result
from shared.rpc.evaluation import MOST_BYTES, MOST_ROWS, PlanOutcome, PlanRefused


def result_of(table: pa.Table) -> Result:
    return Result.of_columns(table.column_names, [_values(column) for column in table.columns])


def plan_outcome(outcome: Outcome) -> PlanOutcome:
    """Without the rows of a result that would take too much of a message."""
    if isinstance(outcome, Refusal):
        return PlanOutcome(refusal=PlanRefused(code=outcome.code, reason=outcome.reason[:500], rows=outcome.rows))
    result = result_of(outcome.table).within(MOST_ROWS, MOST_BYTES)
    if result.size > MOST_BYTES:
        wide = PlanRefused(code="too_large", reason="The result has too many columns.", rows=result.total_rows)
        return PlanOutcome(refusal=wide)
    return PlanOutcome(result=result)


def _values(column: pa.ChunkedArray) -> Iterable[Any]:
    """DuckDB has no elapsed times but intervals of months, days and nanoseconds; ours have no months."""
    values: list[Any] = column.to_pylist()
    if not pa.types.is_interval(column.type):
        return values
    return [value and timedelta(days=value.days, microseconds=value.nanoseconds // 1000) for value in values]
