"""A stop reaches every copy of every service, over a real bus."""

from __future__ import annotations

import asyncio

import pytest

from shared.bus import Bus, Stops, WorkStopped, announce_stop, following_stops

pytestmark = pytest.mark.integration


async def test_every_copy_that_follows_ends_its_work(bus: Bus, some_id: str) -> None:
    copies = [Stops(), Stops()]
    following = [following_stops(bus, stops, f"copy-{number}") for number, stops in enumerate(copies)]
    for loop in following:
        loop.start()
    try:
        works = [asyncio.create_task(stops.unless_stopped(some_id, asyncio.sleep(60))) for stops in copies]
        others = [asyncio.create_task(stops.unless_stopped("q_other", asyncio.sleep(60))) for stops in copies]
        async with asyncio.timeout(10):
            while not all(work.done() for work in works):
                await announce_stop(bus, "s_1", some_id)
                await asyncio.sleep(0.02)
        assert all(isinstance(work.exception(), WorkStopped) for work in works)
        assert not any(other.done() for other in others)
        for other in others:
            other.cancel()
    finally:
        for loop in following:
            await loop.stop()
