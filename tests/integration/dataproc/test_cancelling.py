"""Hints over a real bus that something has gone."""

from __future__ import annotations

import asyncio

import pytest

from services.dataproc.storage.cache_sweeping import CacheSweeper
from services.dataproc.storage.cancelling import BusCancellations
from shared.bus import Bus
from shared.objects import keys
from tests.fakes.dataproc import NoCache

pytestmark = pytest.mark.integration


async def test_hint_reaches_who_works_on_the_thing_and_nobody_else(bus: Bus, some_id: str) -> None:
    cancellations = BusCancellations(bus)
    async with (
        cancellations.heard(some_id, "f_1", some_id) as mine,
        cancellations.heard(some_id, "f_2", some_id) as other,
        cancellations.heard("s_else", "f_1") as foreign,
    ):
        await cancellations.announce(some_id, "f_1")
        async with asyncio.timeout(5):
            await mine.wait()
        assert not other.is_set()
        await cancellations.announce(some_id, some_id)
        async with asyncio.timeout(5):
            await other.wait()
        assert not foreign.is_set()


async def test_every_copy_drops_what_it_has_cached_of_what_is_gone(bus: Bus, some_id: str) -> None:
    caches = [NoCache(), NoCache()]
    sweeping = [asyncio.create_task(CacheSweeper(bus, cache).run()) for cache in caches]
    cancellations = BusCancellations(bus)
    wanted = [keys.table(some_id, "t_1"), keys.session(some_id)]
    async with asyncio.timeout(5):
        while not all(set(wanted) <= set(cache.dropped) for cache in caches):
            await cancellations.announce(some_id, "t_1")
            await cancellations.announce(some_id, some_id)
            await asyncio.sleep(0.05)
    for task in sweeping:
        task.cancel()
