"""Work that was stopped: begun or not, here or elsewhere, and what is no stop."""

from __future__ import annotations

import asyncio

import pytest

from shared.bus import Stops, WorkStopped
from shared.bus import stopping as module


async def endless(ended: asyncio.Event) -> None:
    try:
        await asyncio.sleep(60)
    finally:
        ended.set()


async def number() -> int:
    return 7


async def test_work_that_nobody_stops_gives_what_it_gives() -> None:
    stops = Stops()
    stops.stop("q_other")
    assert await stops.unless_stopped("q_1", number()) == 7


async def test_work_under_way_ends_and_has_ended_when_that_is_told() -> None:
    stops, ended = Stops(), asyncio.Event()
    asyncio.get_running_loop().call_later(0.01, stops.stop, "q_1")
    with pytest.raises(WorkStopped):
        await stops.unless_stopped("q_1", endless(ended))
    assert ended.is_set()


async def test_every_piece_of_work_for_it_ends() -> None:
    stops, ended = Stops(), [asyncio.Event(), asyncio.Event()]
    works = [asyncio.create_task(stops.unless_stopped("q_1", endless(event))) for event in ended]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    stops.stop("q_1")
    assert [type(found) for found in await asyncio.gather(*works, return_exceptions=True)] == [WorkStopped, WorkStopped]


async def test_work_that_comes_after_the_stop_is_not_begun_until_that_is_long_ago() -> None:
    now = 0.0
    stops = Stops(lambda: now)
    stops.stop("q_1")
    with pytest.raises(WorkStopped):
        await stops.unless_stopped("q_1", number())
    now = module.REMEMBERED + 1
    stops.stop("q_2")
    assert await stops.unless_stopped("q_1", number()) == 7


async def test_service_that_shuts_down_is_no_stop() -> None:
    """The work ends as cancelled, so that its event is delivered again."""
    stops, ended = Stops(), asyncio.Event()
    working = asyncio.create_task(stops.unless_stopped("q_1", endless(ended)))
    await asyncio.sleep(0.01)
    working.cancel()
    with pytest.raises(asyncio.CancelledError):
        await working
    assert ended.is_set()


async def test_stops_that_are_remembered_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_REMEMBERED", 2)
    stops = Stops()
    for thing in ("q_1", "q_2", "q_3"):
        stops.stop(thing)
    assert await stops.unless_stopped("q_1", number()) == 7
