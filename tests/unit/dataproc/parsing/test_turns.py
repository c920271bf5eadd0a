"""Whose turn it is: light jobs never wait for heavy ones, and never more processes than one beyond the places are at work."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from services.dataproc.parsing import turns as turns_module
from services.dataproc.parsing.turns import Turn, Turns

MB = 1 << 20


class Works:
    """Jobs that are at work until they are let go."""

    def __init__(self, jobs: int) -> None:
        self.turns = Turns(jobs)
        self.at_work: dict[str, Turn] = {}
        self.tasks: dict[str, asyncio.Task[None]] = {}

    async def begin(self, name: str, weight: int = 1, *, heavy: bool = False) -> None:
        async def work() -> None:
            async with self.turns.turn(weight, heavy=heavy) as turn:
                self.at_work[name] = turn
                try:
                    await turn.put_back.wait()
                finally:
                    del self.at_work[name]

        self.tasks[name] = asyncio.create_task(work())
        await settle()

    async def end(self, name: str) -> None:
        self.tasks[name].cancel()
        await settle()

    async def wait_until_overdue(self) -> None:
        await asyncio.sleep(2 * turns_module.QUICK_SECONDS)
        await settle()


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


@asynccontextmanager
async def works(jobs: int) -> AsyncIterator[Works]:
    found = Works(jobs)
    yield found
    for task in found.tasks.values():
        task.cancel()
    await asyncio.gather(*found.tasks.values(), return_exceptions=True)
    assert not found.turns._at_work and not found.turns._waiting


@pytest.fixture(autouse=True)
def _short_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns_module, "QUICK_SECONDS", 0.02)


async def test_heavy_jobs_leave_a_place_to_light_ones() -> None:
    async with works(2) as found:
        for name in ("wide", "wider"):
            await found.begin(name, heavy=True)
        await found.begin("small")
        assert set(found.at_work) == {"wide", "small"}
        await found.end("wide")
        assert set(found.at_work) == {"wider", "small"}


async def test_light_jobs_take_all_places_while_nothing_heavy_waits() -> None:
    async with works(2) as found:
        for name in "abc":
            await found.begin(name)
        assert set(found.at_work) == {"a", "b"}


async def test_job_that_turns_out_heavy_goes_on_beside_a_further_light_one() -> None:
    async with works(2) as found:
        await found.begin("wide", heavy=True)
        await found.begin("surprise")
        await found.wait_until_overdue()
        assert not found.at_work["surprise"].heavy, "nobody waits"
        await found.begin("small")
        assert set(found.at_work) == {"wide", "surprise", "small"}
        assert found.at_work["surprise"].heavy


async def test_beyond_one_process_more_the_latest_surprise_is_put_back() -> None:
    async with works(2) as found:
        await found.begin("wide", heavy=True)
        for name in ("surprise", "another"):
            await found.begin(name)
            await found.wait_until_overdue()
        await found.begin("small")
        assert set(found.at_work) == {"wide", "surprise", "small"}
        assert found.tasks["another"].done()


async def test_light_job_that_is_still_quick_is_waited_for() -> None:
    async with works(2) as found:
        await found.begin("wide", heavy=True)
        await found.begin("small")
        await found.begin("second")
        assert set(found.at_work) == {"wide", "small"}
        await found.end("small")
        assert set(found.at_work) == {"wide", "second"}


async def test_surprises_alone_make_room_as_well() -> None:
    async with works(2) as found:
        for name in ("surprise", "another"):
            await found.begin(name)
        await found.wait_until_overdue()
        await found.begin("small")
        assert set(found.at_work) == {"surprise", "another", "small"}


async def test_one_place_is_heavy_and_a_second_opens_for_light_ones() -> None:
    async with works(1) as found:
        await found.begin("wide", heavy=True)
        await found.begin("wider", heavy=True)
        await found.begin("small")
        assert set(found.at_work) == {"wide", "small"}


async def test_short_jobs_overtake_long_ones_for_a_while_only() -> None:
    async with works(1) as found:
        await found.begin("first")
        await found.begin("long", 30 * MB)
        await found.begin("short", 1)
        await found.end("first")
        assert set(found.at_work) == {"short"}
    early, late = Turn(30 * MB, 0.0, heavy=False), Turn(1, 60.0, heavy=False)
    assert early.due < late.due


async def test_heavy_job_gives_way_when_it_begins_or_when_it_turns_out() -> None:
    told: list[str] = []
    Turn(1, 0.0, heavy=True).when_heavy(lambda: told.append("known"))
    surprise = Turn(1, 0.0, heavy=False)
    surprise.when_heavy(lambda: told.append("surprise"))
    assert told == ["known"]
    surprise.grow_heavy()
    assert told == ["known", "surprise"]
