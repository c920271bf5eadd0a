"""Validated code on its way through the jail: what is loaded, what is kept, what is told."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from services.dataproc.jail import Failure, JailLimits, RunOutcome
from services.dataproc.jail.places import FairPlaces
from services.dataproc.service import RunCode
from shared.bus import Stops
from shared.errors import NotFound
from shared.events import ChosenTable, QueryExecuted, QueryExecutionFailed, QueryValidated
from shared.objects import MemoryObjectStore
from tests.fakes.bus import RecordingBus
from tests.fakes.dataproc import NoCache, ScriptedRunner

OK = RunOutcome(outcome="ok", kind="scalar", value=7, total_rows=1, seconds=0.01)


class House:
    def __init__(self, scratch: Path, *outcomes: RunOutcome) -> None:
        self.objects, self.bus, self.runner = MemoryObjectStore(), RecordingBus(), ScriptedRunner(*outcomes)
        self.stops = Stops()
        self.run = RunCode(
            objects=self.objects,
            cache=NoCache(),
            runner=self.runner,
            places=FairPlaces(2),
            clock=lambda: 1000.0,
            bus=self.bus,
            scratch=scratch,
            limits=JailLimits(),
            stops=self.stops,
        )


def validated(session: str = "s_1", **changes: object) -> QueryValidated:
    table = ChosenTable(
        table_id="t_1", name="sales", version=1, data_key=f"sessions/{session}/tables/t_1/v1/data.parquet"
    )
    fields = {
        "session_id": "s_1",
        "query_id": "q_1",
        "code": "result = 7",
        "tables": [table],
        "columns_used": {"sales": ("amount",)},
    }
    return QueryValidated.model_validate(fields | changes)


@pytest.mark.parametrize("language", ["python", "sql"])
async def test_code_runs_in_the_language_that_it_is_written_in(tmp_path: Path, language: str) -> None:
    house = House(tmp_path, OK)
    await house.run(validated(language=language))
    assert house.runner.languages == [language]


async def test_only_the_columns_that_the_code_names_are_loaded(tmp_path: Path) -> None:
    house = House(tmp_path, OK)
    await house.run(validated())
    assert [t.columns for t in house.runner.ran[0][1]] == [("amount",)]


async def test_result_is_stored_before_it_is_told(tmp_path: Path) -> None:
    house = House(tmp_path, OK)
    await house.run(validated())
    event = house.bus.of(QueryExecuted)[0]
    assert json.loads(await house.objects.get(event.result_key))["value"] == 7


async def test_table_is_kept_whole_as_parquet(tmp_path: Path) -> None:
    path = tmp_path / "result.arrow"
    table = pa.table({"n": list(range(1000))})
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)
    house = House(
        tmp_path / "scratch",
        RunOutcome(outcome="ok", kind="table", columns=("n",), preview=((0,),), total_rows=1000, result_path=path),
    )
    await house.run(validated())
    key = house.bus.of(QueryExecuted)[0].table_key
    assert key is not None
    assert pq.read_table(pa.BufferReader(await house.objects.get(key))).num_rows == 1000


async def test_column_missed_by_the_pruning_is_made_good_by_loading_all(tmp_path: Path) -> None:
    missed = RunOutcome(outcome="failed", reasons=("Line 1: KeyError: 'city'",), failure=Failure.NAME_NOT_FOUND)
    house = House(tmp_path, missed, OK)
    await house.run(validated())
    assert [t.columns for _, tables in house.runner.ran for t in tables] == [("amount",), None]
    assert house.bus.of(QueryExecutionFailed) == []


async def test_code_that_only_speaks_of_a_missed_column_is_not_run_again(tmp_path: Path) -> None:
    said = ("Line 1: ValueError: no KeyError, and no AttributeError either",)
    house = House(tmp_path, RunOutcome(outcome="failed", reasons=said, failure=Failure.OTHER))
    await house.run(validated())
    assert len(house.runner.ran) == 1
    assert house.bus.of(QueryExecutionFailed)[0].reasons == said


async def test_code_that_fails_is_reported_with_its_reasons(tmp_path: Path) -> None:
    house = House(tmp_path, RunOutcome(outcome="failed", reasons=("Line 1: ZeroDivisionError: division by zero",)))
    await house.run(validated())
    assert len(house.runner.ran) == 1
    assert house.bus.of(QueryExecutionFailed)[0].reasons == ("Line 1: ZeroDivisionError: division by zero",)


@pytest.mark.parametrize(("deadline", "runs"), [(999.0, 0), (1001.0, 1), (None, 1)])
async def test_code_that_nobody_waits_for_any_more_is_not_run(
    tmp_path: Path, deadline: float | None, runs: int
) -> None:
    house = House(tmp_path, OK)
    await house.run(validated(deadline=deadline))
    assert len(house.runner.ran) == len(house.bus.of(QueryExecuted)) == runs


async def test_table_of_another_session_is_never_loaded(tmp_path: Path) -> None:
    house = House(tmp_path, OK)
    with pytest.raises(NotFound):
        await house.run(validated(session="s_other"))
    assert house.runner.ran == []


async def test_code_of_a_question_that_was_stopped_is_not_run_and_nothing_is_told(tmp_path: Path) -> None:
    house = House(tmp_path, OK)
    house.stops.stop("q_1")
    await house.run(validated())
    assert (house.runner.ran, house.bus.of(QueryExecuted), house.bus.of(QueryExecutionFailed)) == ([], [], [])
