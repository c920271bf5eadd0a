"""Places for runs are shared between sessions, whoever came first with however many."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack

import pytest

from services.dataproc.jail.places import FairPlaces


class Runs:
    """Runs that end when they are told to; `running` has the owners in the order in which they began."""

    def __init__(self, places: int) -> None:
        self.places = FairPlaces(places)
        self.running: list[str] = []
        self._ends: dict[str, list[asyncio.Event]] = {}
        self.tasks: list[asyncio.Task[None]] = []

    async def ask(self, *owners: str) -> None:
        for owner in owners:
            self.tasks.append(asyncio.create_task(self._run(owner)))
        await settled()

    async def end(self, owner: str) -> None:
        self._ends[owner].pop(0).set()
        await settled()

    async def _run(self, owner: str) -> None:
        async with self.places.place(owner):
            self.running.append(owner)
            end = asyncio.Event()
            self._ends.setdefault(owner, []).append(end)
            await end.wait()
            self.running.remove(owner)


async def settled() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


async def test_one_owner_holds_half_of_the_places_and_another_finds_one_at_once() -> None:
    runs = Runs(4)
    await runs.ask(*["flood"] * 40)
    assert runs.running == ["flood"] * 2
    await runs.ask("other")
    assert runs.running == ["flood", "flood", "other"]


async def test_places_that_come_free_go_round_among_those_who_hold_as_many() -> None:
    runs = Runs(2)
    await runs.ask("a", "a", "a", "b", "b", "b", "c")
    assert runs.running == ["a", "b"]
    await runs.end("a")
    assert runs.running == ["b", "c"]
    await runs.end("c")
    assert runs.running == ["b", "a"]


async def test_whoever_holds_the_fewest_is_next() -> None:
    runs = Runs(4)
    await runs.ask("a", "a", "b", "b", "a", "late")
    assert runs.running == ["a", "a", "b", "b"]
    await runs.end("a")
    assert runs.running == ["a", "b", "b", "late"]


async def test_one_place_is_shared_too() -> None:
    runs = Runs(1)
    await runs.ask("a", "a", "b")
    assert runs.running == ["a"]
    await runs.end("a")
    assert runs.running == ["b"]


async def test_never_more_run_than_there_are_places_and_all_have_their_turn() -> None:
    places, at_once, done = FairPlaces(3), [0], []

    async def run(owner: str) -> None:
        async with places.place(owner):
            at_once[0] += 1
            assert at_once[0] <= 3
            await asyncio.sleep(0)
            at_once[0] -= 1
            done.append(owner)

    await asyncio.gather(*(run(f"s{number % 7}") for number in range(100)))
    assert len(done) == 100
    assert places._owners == {}


async def test_who_gives_up_waiting_leaves_the_place_to_others() -> None:
    runs = Runs(2)
    await runs.ask("a", "a", "b")
    assert runs.running == ["a", "b"]
    runs.tasks[1].cancel()
    await settled()
    await runs.end("a")
    await runs.ask("c")
    assert runs.running == ["b", "c"]


async def test_who_is_cancelled_in_the_moment_of_being_admitted_holds_nothing() -> None:
    places = FairPlaces(1)
    async with AsyncExitStack() as holding:
        await holding.enter_async_context(places.place("a"))
        waiting = asyncio.create_task(holding.enter_async_context(places.place("b")))
        await settled()
        await holding.aclose()
        waiting.cancel()  # the place is its own already, but it has not run since
        with pytest.raises(asyncio.CancelledError):
            await waiting
    async with asyncio.timeout(1), places.place("c"):
        pass
