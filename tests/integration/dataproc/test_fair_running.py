"""One session's endless code and another's: in a real jail, with as many handlers as one copy of the service has."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from services.dataproc.app import RUNS_AT_ONCE
from services.dataproc.jail import Jail, JailLimits
from services.dataproc.jail.places import FairPlaces
from services.dataproc.service import RunCode
from shared.bus import Stops
from shared.bus.topology import DURABLES
from shared.events import QueryExecuted, QueryExecutionFailed, QueryValidated
from shared.objects import MemoryObjectStore
from tests.fakes.bus import RecordingBus
from tests.fakes.dataproc import NoCache

pytestmark = pytest.mark.integration
WORKERS = DURABLES["dataproc-run-code"].workers
SECONDS = 4.0  # of one run; forty of them, four at a time, are forty seconds
FLOOD = 40


@pytest.fixture
async def jail() -> AsyncIterator[Jail]:
    jail = Jail(concurrency=RUNS_AT_ONCE)
    await jail.start()
    yield jail
    await jail.close()


def code_of(session: str, code: str) -> QueryValidated:
    return QueryValidated(session_id=session, query_id=f"q_{secrets.token_hex(8)}", code=code, tables=())


def running_code(jail: Jail, bus: RecordingBus, scratch: Path, stops: Stops | None = None) -> RunCode:
    return RunCode(
        objects=MemoryObjectStore(),
        cache=NoCache(),
        runner=jail,
        places=FairPlaces(RUNS_AT_ONCE),
        clock=time.time,
        bus=bus,
        scratch=scratch,
        limits=JailLimits(seconds=SECONDS),
        stops=stops or Stops(),
    )


async def test_endless_snippets_of_one_session_do_not_keep_another_waiting(jail: Jail, tmp_path: Path) -> None:
    bus = RecordingBus()
    run = running_code(jail, bus, tmp_path)
    queue = asyncio.Queue[QueryValidated]()
    for _ in range(FLOOD):
        queue.put_nowait(code_of("s_flood", "while True:\n    pass"))
    queue.put_nowait(code_of("s_other", "result = 6 * 7"))

    async def work() -> None:
        while True:
            await run(await queue.get())

    async def answered() -> None:
        while not bus.of(QueryExecuted):
            await asyncio.sleep(0.05)

    workers = [asyncio.create_task(work()) for _ in range(WORKERS)]
    try:
        async with asyncio.timeout(SECONDS):  # while the first of the endless ones still run
            await answered()
        assert [event.session_id for event in bus.of(QueryExecuted)] == ["s_other"]
        assert bus.of(QueryExecutionFailed) == []
    finally:
        for worker in workers:
            worker.cancel()
        await asyncio.gather(*workers, return_exceptions=True)


async def test_code_that_is_stopped_leaves_no_process_within_a_second(jail: Jail, tmp_path: Path) -> None:
    stops, bus = Stops(), RecordingBus()
    run = running_code(jail, bus, tmp_path, stops)
    event = code_of("s_1", "while True:\n    pass")
    running = asyncio.create_task(run(event))
    await asyncio.sleep(0.5)
    begun = time.monotonic()
    stops.stop(event.query_id)
    await running
    assert time.monotonic() - begun < 1
    assert bus.of(QueryExecuted) == bus.of(QueryExecutionFailed) == []
    assert not list(tmp_path.iterdir())
    answer = await jail.run("result = 6 * 7", [], out_dir=tmp_path)  # its place is free again
    assert answer.value == 42
