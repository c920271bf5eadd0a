"""Runs go to children that were forked and warmed before anybody asked, and nobody can tell but by the clock."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path

import pytest

from services.dataproc.jail import Jail, JailLimits, RunOutcome, TableInput, spares
from services.dataproc.jail.spares import Spares
from services.dataproc.jail.zygote import SPARES

PID = "result = pd.io.common.os.getpid()"

pytestmark = pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="children are listed by Linux")


@pytest.fixture
async def own_jail() -> AsyncIterator[Jail]:
    """These tests kill its processes."""
    jail = Jail()
    await jail.start()
    yield jail
    await jail.close()


def children(jail: Jail) -> set[int]:
    pid = jail.describe()["pid"]
    return {int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()}


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not condition():
            await asyncio.sleep(0.02)


def warm(jail: Jail) -> Callable[[], bool]:
    """Whether its spares wait for a run: asleep, and no longer busy with their rehearsal."""

    def settled() -> bool:
        states = [Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] for pid in children(jail)]
        return len(states) == SPARES and set(states) == {"S"}

    return settled


async def run(jail: Jail, table: TableInput, folder: Path, code: str = PID) -> RunOutcome:
    return await jail.run(code, [table], out_dir=folder, limits=JailLimits())


async def test_a_run_goes_to_a_child_that_waits_and_another_takes_its_place(
    own_jail: Jail, orders: TableInput, tmp_path: Path
) -> None:
    seen: set[int] = set()
    async with asyncio.timeout(30):
        while len(seen) < 2:
            await until(warm(own_jail))
            waiting = children(own_jail)
            pid = (await run(own_jail, orders, tmp_path)).value
            assert pid not in seen
            seen |= {int(pid)} & waiting  # a busy machine may be at the rehearsal still, and fork for the run


async def test_more_runs_than_children_that_wait(own_jail: Jail, orders: TableInput, tmp_path: Path) -> None:
    found = await asyncio.gather(*(run(own_jail, orders, tmp_path) for _ in range(2 * SPARES)))
    assert len({outcome.value for outcome in found}) == 2 * SPARES


async def test_children_that_died_while_they_waited_are_replaced(
    own_jail: Jail, orders: TableInput, tmp_path: Path
) -> None:
    await until(warm(own_jail))
    dead = children(own_jail)
    for pid in dead:
        os.kill(pid, signal.SIGKILL)
    await until(lambda: not children(own_jail) & dead)
    assert (await run(own_jail, orders, tmp_path, "result = len(df)")).value == 4
    await until(warm(own_jail))


def test_a_run_that_comes_as_a_child_begins_to_warm_itself_is_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """It was ready when it was looked at. The zygote's end is closed with the handing over, and the child has still two words to say."""
    monkeypatch.setattr(spares, "QUIET", 0)
    warming, begun = os.pipe(), os.pipe()

    def warm_up() -> None:
        os.write(warming[1], b"w")
        time.sleep(0.3)

    def begin(descriptors: Sequence[int]) -> None:
        os.write(descriptors[0], b"run")

    waiting = Spares(1, lambda: None, warm_up, begin, most_descriptors=1)
    waiting.restock()
    ((pid, spare),) = waiting._waiting.items()
    os.read(warming[0], 1)
    assert spare.hand_over([begun[1]])
    os.waitpid(pid, 0)
    os.close(begun[1])
    assert os.read(begun[0], 9) == b"run"


async def test_children_that_wait_end_with_their_zygote() -> None:
    jail = Jail()
    await jail.start()
    await until(warm(jail))
    waiting = children(jail)
    await jail.close()
    await until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in waiting))


async def test_a_run_sees_nothing_of_the_rehearsal(own_jail: Jail, orders: TableInput, tmp_path: Path) -> None:
    await until(warm(own_jail))
    assert (await run(own_jail, orders, tmp_path, "result = ', '.join(tables)")).value == "orders"
    assert (await run(own_jail, orders, tmp_path, "result = summary")).outcome == "failed"
