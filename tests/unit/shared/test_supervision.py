"""Work that must go on: begun again after every failure, and not ready while it fails again and again."""

from __future__ import annotations

import asyncio
from itertools import pairwise

import pytest

from shared.bus.supervision import ALARM, Supervised, WorkKeepsFailing


async def until_run(runs: list[int], wanted: int) -> None:
    async with asyncio.timeout(5):
        while len(runs) < wanted:
            await asyncio.sleep(0.001)


@pytest.mark.parametrize("failure", [ValueError("unforeseen"), RecursionError(), None])
async def test_work_that_fails_or_ends_is_begun_again(failure: Exception | None) -> None:
    runs: list[int] = []

    async def work() -> None:
        runs.append(1)
        if failure and len(runs) < 3:
            raise failure

    watch = Supervised("probe", work, pauses=(0.0,))
    watch.start()
    await until_run(runs, 4)
    await watch.stop()


async def test_pauses_grow_with_failures_in_a_row() -> None:
    times: list[int] = []
    moments: list[float] = []

    async def work() -> None:
        times.append(1)
        moments.append(asyncio.get_running_loop().time())
        raise OSError

    watch = Supervised("probe", work, pauses=(0.0, 0.05, 0.1))
    watch.start()
    await until_run(times, 5)
    await watch.stop()
    gaps = [later - earlier for earlier, later in pairwise(moments)]
    assert all(gap >= pause for gap, pause in zip(gaps, (0.0, 0.05, 0.1, 0.1), strict=True))


async def test_it_is_told_when_work_keeps_failing_and_forgotten_when_it_goes_well() -> None:
    runs: list[int] = []
    turns, well = asyncio.Semaphore(0), asyncio.Event()

    async def work() -> None:
        await turns.acquire()  # it fails when the test says so, however slow the machine is
        runs.append(1)
        if len(runs) > ALARM:
            watch.went_well()
            well.set()
            await asyncio.Event().wait()
        raise ValueError("the same again")

    watch = Supervised("probe", work, pauses=(0.02,))
    watch.start()
    for _ in range(ALARM - 1):
        turns.release()
    await until_run(runs, ALARM - 1)
    await watch.ping()  # fewer failures are a server that restarts
    turns.release()
    await until_run(runs, ALARM)
    await asyncio.sleep(0)
    with pytest.raises(WorkKeepsFailing, match="the same again"):
        await watch.ping()
    turns.release()
    await asyncio.wait_for(well.wait(), 5)
    await watch.ping()
    await watch.stop()
    with pytest.raises(WorkKeepsFailing):
        await watch.ping()


async def test_failures_that_are_far_apart_are_no_alarm() -> None:
    runs: list[int] = []

    async def work() -> None:
        runs.append(1)
        await asyncio.sleep(0.01)

    watch = Supervised("probe", work, pauses=(0.0,), steady=0.005)
    watch.start()
    await until_run(runs, ALARM + 3)
    await watch.ping()
    await watch.stop()
