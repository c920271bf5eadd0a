"""What comes back when Redis was flushed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from services.session.domain import Lifetimes, begin
from services.session.entries import Change, Part
from services.session.service import Recovery, Registry
from services.session.service.recovery import Sources
from services.session.storage.manifests import changes_of_manifest
from shared.auth import hash_token
from shared.objects import MemoryObjectStore
from tests.fakes.session import Clock, MemoryEventLog, MemoryManifests, MemoryRegistryStore, MemorySessionStore

LIFETIMES = Lifetimes(idle=100, longest=1000)


class World:
    """A `Recovery` over fakes."""

    def __init__(self) -> None:
        self.clock, self.manifests, self.events = Clock(), MemoryManifests(), MemoryEventLog()
        self.store, self.entries = MemorySessionStore(LIFETIMES), MemoryRegistryStore()
        self.recovery = self.copy("one")

    def copy(self, holder: str) -> Recovery:
        registry = Registry(self.entries, MemoryObjectStore())
        return Recovery(
            self.store, self.entries, registry, Sources(self.manifests, self.events), LIFETIMES, self.clock, holder
        )


async def test_sessions_come_back_with_their_tokens_and_a_fresh_idle_time() -> None:
    world = World()
    await world.manifests.save(begin("s_1", world.clock.now - 500, LIFETIMES, "ann", "schema_only"), [hash_token("t")])
    await world.recovery.ensure()
    found = await world.store.find(hash_token("t"), world.clock.now)
    assert found is not None and found.idle_until == world.clock.now + 100 and found.until == world.clock.now + 500
    assert found.privacy == "schema_only"
    assert await world.store.session_of_user("ann") == "s_1"


async def test_manifests_and_the_streams_restore_the_registry() -> None:
    world = World()
    await world.manifests.save(begin("s_1", world.clock.now, LIFETIMES), [])
    world.manifests.extra["s_1"] = [Change("file", "old", "uploaded", Part(1.0, 1, {"filename": "old.csv"}))]
    for number in range(40):
        world.events.append(
            "QUERIES",
            "query.asked.v1",
            float(number),
            session_id="s_1",
            query_id=f"q{number}",
            question="?",
            table_ids=["t"],
        )
    world.events.append(
        "QUERIES", "query.asked.v1", 41.0, session_id="s_gone", query_id="x", question="?", table_ids=["t"]
    )
    world.events.append("QUERIES", "query.asked.v1", 42.0, session_id="s_1", nonsense=True)
    world.events.append("FILES", "file.deleted.v1", 43.0, session_id="s_1", file_id="new")
    await world.recovery.ensure()
    assert len(await world.entries.all("s_1")) == 41 and "s_gone" not in world.entries.entries
    assert world.store.whole == {"tokens", "registry"} and world.store.leases == {}


async def test_objects_of_a_session_that_nobody_knows_are_forgotten() -> None:
    world = World()
    world.manifests.strays.add("s_stray")
    await world.recovery.ensure()
    assert list(world.store.ends) == ["s_stray"]


async def test_a_second_copy_leaves_the_work_to_the_first() -> None:
    world = World()
    await world.manifests.save(begin("s_1", world.clock.now, LIFETIMES), [hash_token("t")])
    world.store.leases["recovery"] = "one"
    await world.copy("two").ensure()
    assert world.store.sessions == {}
    await world.recovery.ensure()
    assert list(world.store.sessions) == ["s_1"]


class Slow(MemoryManifests):
    """Listing waits until it is let go."""

    def __init__(self, waits: int) -> None:
        super().__init__()
        self.waits, self.listings = waits, 0
        self.listing, self.let_go = asyncio.Event(), asyncio.Event()

    async def session_ids(self) -> AsyncIterator[str]:
        self.listings += 1
        found = [session_id async for session_id in super().session_ids()]
        if self.listings == self.waits:
            self.listing.set()
            await self.let_go.wait()
        for session_id in found:
            yield session_id


async def begun(waits: int) -> tuple[World, Slow, asyncio.Task[None]]:
    """A recovery that stands in its `waits`-th listing: the first is of the tokens, the second of the registry."""
    world, manifests = World(), Slow(waits)
    world.manifests = manifests
    await manifests.save(begin("s_1", world.clock.now, LIFETIMES), [hash_token("t")])
    recovering = asyncio.create_task(world.copy("one").ensure())
    await manifests.listing.wait()
    return world, manifests, recovering


async def test_what_was_lost_while_it_was_restored_is_not_vouched_for() -> None:
    world, manifests, recovering = await begun(waits=1)
    world.store.flush()
    manifests.let_go.set()
    await recovering
    assert world.store.whole == set()
    await world.copy("one").ensure()
    assert world.store.whole == {"tokens", "registry"} and hash_token("t") in world.store.tokens


async def test_tokens_that_are_lost_again_do_not_wait_for_the_registry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.session.service.recovery.KEEP", 0.01)
    world, _, recovering = await begun(waits=2)
    assert world.store.whole == {"tokens"}
    world.store.flush()
    async with asyncio.timeout(5):
        await recovering  # though the registry's listing never comes to its end
    await world.copy("one").ensure()
    assert hash_token("t") in world.store.tokens


async def test_who_lost_the_lease_to_another_copy_marks_nothing() -> None:
    world, manifests, recovering = await begun(waits=1)
    world.store.leases["recovery"] = "two"
    manifests.let_go.set()
    await recovering
    assert world.store.whole == set() and world.store.leases == {"recovery": "two"}


def test_manifests_of_other_services_are_read_leniently() -> None:
    def names(kind: str, body: object) -> list[str]:
        return [change.name for change in changes_of_manifest(f"sessions/s/{kind}/x/manifest.json", body, 7.0)]

    assert names("files", {"filename": "a.csv", "state": "ready", "created_at": "2026-01-01T00:00:00Z"}) == [
        "uploaded",
        "read",
    ]
    assert names("files", {"filename": "a.csv", "state": "failed", "code": "c", "reason": "r"}) == [
        "uploaded",
        "unreadable",
    ]
    assert names("files", {"filename": "a.csv", "state": "rejected"}) == ["rejected"]
    assert names("files", {"filename": "a.csv", "state": "uploading"}) == []
    assert names("tables", {"name": "t", "columns": [{}, {}]}) == ["ready"]
    assert names("results", {"question": "How many?", "answer": {"text": "3"}}) == ["asked", "answered"]
    [table] = changes_of_manifest(
        "sessions/s/tables/x/manifest.json", {"created_at": "1970-01-01T00:00:03+00:00#0001"}, 7.0
    )
    [unknown] = changes_of_manifest("sessions/s/tables/x/manifest.json", {"created_at": None}, 7.0)
    assert (table.part.at, unknown.part.at) == (3.0, 7.0)
    assert names("elsewhere", {}) == [] and names("files", ["not", "an", "object"]) == []
