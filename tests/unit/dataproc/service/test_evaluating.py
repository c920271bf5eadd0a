"""Requests for evaluation: whose tables they reach, what they carry back, and who waits for whom."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pydantic import ValidationError

from services.dataproc.errors import TableNotFound
from services.dataproc.evaluation import EvaluatorPool, Limits, Refusal, Rows
from services.dataproc.evaluation.results import plan_outcome
from services.dataproc.jail.places import FairPlaces
from services.dataproc.service import EvaluatePlans
from services.dataproc.tables.arrow_cache import ArrowTableCache
from shared.objects import MemoryObjectStore, keys
from shared.plan import AmongRows, Distinct, Join
from shared.rpc import MOST_BYTES, MOST_PLANS, MOST_ROWS, Evaluation, EvaluationRequest, PlannedTable
from tests.plan_pieces import count, group, keep, of, query, show

ORDERS = pa.table({"region": ["North", "South", None], "amount": [1.5, 2.0, 3.0]})
COUNT = query("orders", group(count()))


@pytest.fixture
async def pool(tmp_path: Path) -> AsyncIterator[EvaluatorPool]:
    made = EvaluatorPool(
        tmp_path / "spill", places=2, memory_bytes=128 << 20, spill_bytes=1 << 20, limits=Limits(seconds=1)
    )
    yield made
    await made.close()


@pytest.fixture
async def evaluate(tmp_path: Path, pool: EvaluatorPool) -> EvaluatePlans:
    objects = MemoryObjectStore()
    pq.write_table(ORDERS, tmp_path / "orders.parquet")
    await objects.put(keys.table_data("s_mine", "t_1", 2), (tmp_path / "orders.parquet").read_bytes())
    return EvaluatePlans(ArrowTableCache(tmp_path / "cache", objects, 1 << 30), pool, FairPlaces(2))


def request(session: str = "s_mine", table: str = "t_1", version: int = 2, plans: Any = (COUNT,)) -> EvaluationRequest:
    tables = (PlannedTable(name="orders", table_id=table, version=version),)
    return EvaluationRequest(session_id=session, tables=tables, plans=plans)


async def test_plans_are_answered_in_their_order(evaluate: EvaluatePlans) -> None:
    every = query("orders", show(region=of("orders", "region"), amount=of("orders", "amount")))
    wrong = query("orders", show(x=of("orders", "nothing")))
    counted, shown, refused = (await evaluate(request(plans=(COUNT, every, wrong)))).outcomes
    assert counted.result and counted.result.rows == ((3,),)
    assert shown.result and shown.result.columns == ("region", "amount")
    assert shown.result.rows == (("North", 1.5), ("South", 2.0), (None, 3.0))
    assert refused.refusal and refused.refusal.code == "ill_typed" and "nothing" in refused.refusal.reason


@pytest.mark.parametrize("named", [{"session": "s_other"}, {"table": "t_2"}, {"version": 1}])
async def test_only_stored_tables_of_the_session_are_found(evaluate: EvaluatePlans, named: Any) -> None:
    await evaluate(request())
    with pytest.raises(TableNotFound):
        await evaluate(request(**named))


@pytest.mark.parametrize(
    "named", [{"table": "../t_1"}, {"table": "t/1"}, {"session": "s_mine/tables/x"}, {"session": ".."}]
)
def test_no_name_leads_out_of_a_session(named: Any) -> None:
    with pytest.raises(ValidationError):
        request(**named)


async def test_a_table_that_the_request_does_not_name_is_none(evaluate: EvaluatePlans) -> None:
    inside = AmongRows(of=of("orders", "region"), query=query("customers"), column="region")
    (outcome,) = (await evaluate(request(plans=(query("orders", keep(inside)),)))).outcomes
    assert outcome.refusal and outcome.refusal.code == "ill_typed"


async def test_tables_that_no_plan_names_are_not_fetched(evaluate: EvaluatePlans) -> None:
    gone = PlannedTable(name="gone", table_id="t_gone", version=1)
    asked = request()
    (outcome,) = (await evaluate(asked.model_copy(update={"tables": (*asked.tables, gone)}))).outcomes
    assert outcome.result


async def test_the_loop_goes_on_and_an_engine_at_work_is_nobody_elses(pool: EvaluatorPool) -> None:
    many = pa.table({"key": [1] * 30_000})
    square = Join(table="many", alias="others", left=of("many", "key"), right="key", multiplies=True)
    endless = query("many", square, show(key=of("others", "key")), Distinct(), group(count()))
    tasks = [asyncio.create_task(pool.evaluate([endless], {"many": many})) for _ in range(2)]
    await asyncio.sleep(0.05)
    for task in tasks:
        task.cancel()
    (found,) = await pool.evaluate([query("one", group(count()))], {"one": pa.table({"x": [1]})})
    assert isinstance(found, Rows) and found.table.to_pydict() == {"rows": [1]}


def test_a_large_result_is_told_by_its_sketch() -> None:
    small = plan_outcome(Rows(pa.table({"x": list(range(MOST_ROWS))}))).result
    large = plan_outcome(Rows(pa.table({"x": list(range(MOST_ROWS + 1))}))).result
    wide = plan_outcome(Rows(pa.table({"x": ["y" * MOST_BYTES]}))).result
    assert small and small.rows and len(small.rows) == MOST_ROWS
    assert large and large.rows is None and large.total_rows == MOST_ROWS + 1
    assert wide and wide.rows is None and wide.total_rows == 1


def test_all_outcomes_of_a_request_fit_into_one_message() -> None:
    columns = {f"column {number}": ["é" * 30] * MOST_ROWS for number in range(9)}
    outcome = plan_outcome(Rows(pa.table(columns)))
    assert outcome.result and outcome.result.rows is None
    outcome = plan_outcome(Rows(pa.table(dict(list(columns.items())[:4]))))
    assert outcome.result and outcome.result.rows
    assert len(Evaluation(outcomes=(outcome,) * MOST_PLANS).model_dump_json().encode()) < 1 << 20
    wide = plan_outcome(Rows(pa.table({f"column {number}": [number] for number in range(2_000)})))
    assert wide.refusal and wide.refusal.code == "too_large"
    named = plan_outcome(Refusal("ill_typed", "x" * 5_000))
    assert named.refusal and len(named.refusal.reason) == 500


def test_values_are_told_as_the_jail_tells_them() -> None:
    table = pa.table(
        {
            "day": [dt.date(2024, 5, 1)],
            "midnight": pa.array([dt.datetime(2024, 5, 1)], pa.timestamp("us")),
            "moment": pa.array([dt.datetime(2024, 5, 1, 9, 30)], pa.timestamp("us")),
            "time": [dt.time(9, 30)],
            "nan": [float("nan")],
            "infinite": [float("inf")],
            "whole": [2**60],
            "truth": [True],
            "elapsed": pa.array([dt.timedelta(days=1, hours=2)], pa.duration("us")),
        }
    )
    result = plan_outcome(Rows(table)).result
    assert result and result.rows == (
        ("2024-05-01", "2024-05-01", "2024-05-01T09:30:00", "09:30:00", None, "inf", 2**60, True, "1 days 02:00:00"),
    )
