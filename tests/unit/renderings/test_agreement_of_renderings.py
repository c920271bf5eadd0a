"""pandas code and relational expression of one plan find the same, whatever the plan and the tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, Phase, assume, given, note, settings

from services.dataproc.evaluation import Engine, Evaluator, Limits, Refusal, Rows, Sources
from services.dataproc.jail.columns import columns_of
from services.dataproc.jail.results import answer_of
from shared.plan import Query
from shared.plan.agreement import compare, sorted_by
from shared.plan.result import Result
from tests.unit.nlq.planner.codegen.conftest import code_of, compute
from tests.unit.renderings.plans import pivots, plans, tables

# Shrinking takes minutes where an example takes a tenth of a second; what is noted tells enough.
EXAMPLES = settings(max_examples=60, deadline=None, phases=(Phase.generate,), suppress_health_check=list(HealthCheck))


@pytest.fixture(scope="module")
def evaluator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Evaluator]:
    engine = Engine(tmp_path_factory.mktemp("spill"), threads=1, memory_mb=256, spill_mb=64)
    yield Evaluator(engine, Sources())
    engine.close()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("tables")


def by_pandas(plan: Query, given: Mapping[str, pa.Table], folder: Path) -> Result:
    """As it comes back from the jail."""
    answer = answer_of(compute(plan, given, folder), 1_000)
    if answer.frame is None:
        return Result.of_value(answer.value)
    columns = columns_of(answer.frame, 1_000)
    return Result.of_columns([one.name for one in columns], [one.shown or one.values.to_pylist() for one in columns])


def by_duckdb(plan: Query, given: Mapping[str, pa.Table], evaluator: Evaluator) -> Result:
    (outcome,) = evaluator.evaluate([plan], given, Limits(seconds=60))
    assume(not (isinstance(outcome, Refusal) and outcome.code in ("out_of_range", "not_single")))
    assert isinstance(outcome, Rows), outcome
    return Result.of_columns(outcome.table.column_names, [column.to_pylist() for column in outcome.table.columns])


def agree(plan: Query, given: Mapping[str, pa.Table], evaluator: Evaluator, folder: Path) -> None:
    note(code_of(plan, given))
    found, expected = by_pandas(plan, given, folder), by_duckdb(plan, given, evaluator)
    note(f"pandas {found.columns} {found.rows}\nduckdb {expected.columns} {expected.rows}")
    assert compare(found, expected, sorted_by(plan)) is None


@EXAMPLES
@given(plan=plans(), given_tables=tables())
def test_the_renderings_of_any_plan_agree(plan: Query, given_tables: Any, evaluator: Evaluator, folder: Path) -> None:
    agree(plan, given_tables, evaluator, folder)


@EXAMPLES
@given(plan=pivots(), given_tables=tables())
def test_the_renderings_of_any_pivot_agree(plan: Query, given_tables: Any, evaluator: Evaluator, folder: Path) -> None:
    agree(plan, given_tables, evaluator, folder)
