"""nlq's side of the session service's reservations, over a real bus."""

from __future__ import annotations

import pytest

from services.nlq.errors import TooManyQuestions
from services.nlq.quotas import AT_ONCE, BusQuotas
from shared import rpc
from shared.auth import BusReservations
from shared.bus import Bus, BusUnavailable
from shared.errors import Unavailable
from shared.objects import StorageUnavailable
from shared.rpc import RELEASE, RESERVE, Released, ReleaseRequest, Reservation, ReservationRequest

pytestmark = pytest.mark.integration


class Counter:
    """A session service that has one place at once for each session."""

    def __init__(self) -> None:
        self.held: set[tuple[str, str]] = set()
        self.error = False

    async def reserve(self, request: ReservationRequest) -> Reservation:
        if self.error:
            raise StorageUnavailable("away")
        mine = (request.session_id, request.ids[0])
        if request.kind == AT_ONCE and mine not in self.held and any(held[0] == mine[0] for held in self.held):
            return Reservation(granted=False, used=1, limit=1, retry_after=3)
        self.held.add(mine)
        return Reservation(granted=True, used=1, limit=1)

    async def release(self, request: ReleaseRequest) -> Released:
        self.held.discard((request.session_id, request.ids[0]))
        return Released()


async def test_place_is_refused_until_it_is_released(bus: Bus, some_id: str) -> None:
    counter = Counter()
    await rpc.serve(bus, RESERVE, counter.reserve)
    await rpc.serve(bus, RELEASE, counter.release)
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
