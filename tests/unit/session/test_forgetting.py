"""The end of sessions, step by step, with every crash in between."""

from __future__ import annotations

import asyncio

import pytest

from services.session.domain import Ended, Handled, Lifetimes, begin
from services.session.service import Forgetting
from services.session.service.forgetting import Patience
from services.session.sweeper import Sweeper
from shared.auth import hash_token
from shared.events import SessionExpired
from shared.objects import MemoryObjectStore
from tests.fakes.bus import RecordingBus
from tests.fakes.session import Clock, FakeAnnouncements, MemoryManifests, MemorySessionStore

LIFETIMES = Lifetimes(idle=100, longest=1000)


class World:
    """A `Forgetting` and a `Sweeper` over fakes, with one session that has an object."""

    def __init__(self) -> None:
        self.clock, self.bus, self.objects = Clock(), RecordingBus(), MemoryObjectStore()
        self.store, self.manifests = MemorySessionStore(LIFETIMES), MemoryManifests()
        self.announcements = FakeAnnouncements(self.bus)
        self.forgetting = Forgetting(
            self.store, self.manifests, self.objects, self.bus, self.announcements, self.clock, Patience(3600, 60)
        )

    async def add(self, session_id: str) -> None:
        session = begin(session_id, self.clock.now, LIFETIMES)
        await self.store.insert(session, [hash_token(session_id)])
        await self.manifests.save(session, [hash_token(session_id)])
        await self.objects.put(f"sessions/{session_id}/files/f/raw", b"x")

    def sweeper(self, holder: str = "one") -> Sweeper:
        return Sweeper(self.forgetting, self.store, holder, interval=1, clock=self.clock)

    @property
    def expired(self) -> list[str]:
        return [event.reason for event in self.bus.events if isinstance(event, SessionExpired)]


async def test_an_unused_session_is_announced_then_removed_then_dropped() -> None:
    world = World()
    await world.add("s_1")
    await world.sweeper().round()
    assert world.expired == []
    world.clock.now += 100
    await world.sweeper().round()
    assert world.expired == ["idle"] and world.manifests.saved == {} and world.store.tokens == {}
    await world.sweeper().round()
    assert world.objects.objects, "other services have not forgotten yet"
    world.announcements.done = 1
    await world.sweeper().round()
    assert world.objects.objects == {} and world.store.ends["s_1"].removed is not None
    world.clock.now += 60
    await world.objects.put("sessions/s_1/results/late", b"x")
    await world.sweeper().round()
    assert world.objects.objects == {} and world.store.ends == {}


async def test_a_session_that_lived_too_long_says_so() -> None:
    world = World()
    await world.add("s_1")
    world.clock.now += 1000
    await world.sweeper().round()
    assert world.expired == ["too_old"]


async def test_what_a_crash_left_unannounced_is_announced_by_the_next_sweep() -> None:
    world = World()
    await world.add("s_1")
    await world.forgetting.end("s_1", "deleted")
    assert world.expired == []
    await world.sweeper("another copy").round()
    assert world.expired == ["deleted"]


async def test_an_end_announced_to_a_bus_that_lost_it_is_announced_again() -> None:
    world = World()
    await world.add("s_1")
    await world.forgetting.delete("s_1", 0)
    world.bus = world.announcements._bus = world.forgetting._bus = RecordingBus()
    await world.sweeper().round()
    assert world.expired == ["deleted"]


async def test_services_that_never_answer_do_not_keep_a_session_for_ever() -> None:
    world = World()
    await world.add("s_1")
    await world.forgetting.delete("s_1", 0)
    world.clock.now += 3601
    await world.sweeper().round()
    assert world.objects.objects == {}


async def test_the_owner_learns_what_was_removed() -> None:
    world = World()
    await world.add("s_1")
    world.announcements.done = 1
    removed = await world.forgetting.delete("s_1", 5)
    assert removed is not None and removed.objects == 1
    assert world.announcements.told == [("s_1", frozenset({hash_token("s_1")}))]


async def test_a_copy_without_the_lease_does_not_sweep() -> None:
    world = World()
    await world.add("s_1")
    world.clock.now += 100
    world.store.leases["sweep"] = "another copy"
    await world.sweeper("one").round()
    assert world.expired == []


async def test_a_thousand_expired_sessions_are_swept_in_one_round() -> None:
    world = World()
    for number in range(1000):
        await world.add(f"s_{number}")
    world.clock.now += 100
    await world.sweeper().round()
    assert len(world.store.ends) == 1000 and world.store.leases == {}


async def test_sweeping_leaves_most_of_the_time_to_others_until_it_is_late(monkeypatch: pytest.MonkeyPatch) -> None:
    world, rests, sleep = World(), list[float](), asyncio.sleep
    go_on = world.forgetting.go_on

    async def slow(ended: Ended, handled: Handled) -> None:
        await go_on(ended, handled)
        await sleep(0.02)

    async def rest(seconds: float) -> None:
        rests.append(seconds)

    monkeypatch.setattr(world.forgetting, "go_on", slow)
    monkeypatch.setattr(asyncio, "sleep", rest)
    for number in range(3):
        await world.add(f"s_{number}")
    world.clock.now += 100
    await world.sweeper().round()
    assert len(rests) == 5 and all(0.3 < seconds <= 1.0 for seconds in rests[2:]), rests
    rests.clear()
    world.clock.now += 1200
    await world.sweeper().round()
    assert rests[1:] == [0, 0, 0]
