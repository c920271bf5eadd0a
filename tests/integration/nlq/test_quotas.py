"""nlq's side of the session service's reservations, over a real bus."""

from __future__ import annotations

import json
from typing import Any

import pytest

from services.nlq.errors import TooManyQuestions
from services.nlq.quotas import AT_ONCE, BusQuotas
from shared.auth import RELEASE_SUBJECT, RESERVE_SUBJECT, BusReservations
from shared.bus import Bus, BusUnavailable
from shared.errors import Unavailable

pytestmark = pytest.mark.integration


class Counter:
    """A session service that has one place at once for each session."""

    def __init__(self) -> None:
        self.held: set[tuple[str, str]] = set()
        self.error = False

    async def reserve(self, payload: bytes) -> bytes:
        request: dict[str, Any] = json.loads(payload)
        if self.error:
            return b'{"error": {"code": "storage_unavailable", "detail": "away"}}'
        mine = (request["session_id"], request["ids"][0])
        if request["kind"] == AT_ONCE and mine not in self.held and any(held[0] == mine[0] for held in self.held):
            return json.dumps({"granted": False, "used": 1, "limit": 1, "retry_after": 3}).encode()
        self.held.add(mine)
        return b'{"granted": true, "used": 1, "limit": 1}'

    async def release(self, payload: bytes) -> bytes:
        request: dict[str, Any] = json.loads(payload)
        self.held.discard((request["session_id"], request["ids"][0]))
        return b'{"released": true}'


async def test_place_is_refused_until_it_is_released(bus: Bus, some_id: str) -> None:
    counter = Counter()
    await bus.serve(RESERVE_SUBJECT, f"test-{some_id}", counter.reserve)
    await bus.serve(RELEASE_SUBJECT, f"test-{some_id}", counter.release)
    quotas = BusQuotas(BusReservations(bus))
    await quotas.reserve(some_id, "q_1")
    await quotas.reserve(some_id, "q_1")
    with pytest.raises(TooManyQuestions) as refused:
        await quotas.reserve(some_id, "q_2")
    assert refused.value.retry_after == 3
    await quotas.release(some_id, "q_1")
    await quotas.reserve(some_id, "q_2")
    counter.error = True
    with pytest.raises(Unavailable):
        await quotas.reserve(some_id, "q_3")


async def test_release_that_nobody_hears_is_no_failure(bus: Bus, some_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async def silent(*_: object, **__: object) -> bytes:
        raise BusUnavailable("nobody")

    monkeypatch.setattr(bus, "request", silent)
    await BusQuotas(BusReservations(bus)).release(some_id, "q_1")
