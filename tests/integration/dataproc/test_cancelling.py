"""Hints over a real bus that something has gone."""

from __future__ import annotations

import asyncio

import pytest

from services.dataproc.storage.cancelling import BusCancellations
from shared.bus import Bus

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
