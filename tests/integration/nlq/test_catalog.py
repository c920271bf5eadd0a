"""nlq's catalogue on a real Redis: what comes late or from an older release is taken for what it is, what is gone stays gone."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis

from deploy.local.servers import Endpoints
from services.nlq.storage import RedisCatalog
from services.nlq.storage.catalog import Columnwise
from shared.columns import ColumnType
from shared.events import ColumnFact, TableDeleted, TableDescription, TableReady, TableReadyV1
from shared.objects import MemoryObjectStore, ObjectMissing, keys

pytestmark = pytest.mark.integration
COLUMN = ColumnFact(name="amount", source_name="Amount", type=ColumnType.DECIMAL, unit="EUR", nullable=False)


class Shelf:
    """A session's tables as dataproc stores and announces them, and a catalogue that hears of them."""

    def __init__(self, redis: Redis, session_id: str) -> None:
        self.session_id, self.redis = session_id, redis
        self.objects = MemoryObjectStore()
        self.catalog = RedisCatalog(redis, self.objects)

    def facts(self, version: int, file_id: str) -> dict[str, object]:
        prefix = keys.table_version(self.session_id, "t_1", version)
        names = {f"{part}_key": f"{prefix}{part}.json" for part in ("profile", "values", "description")}
        facts = {"session_id": self.session_id, "table_id": "t_1", "file_id": file_id, "version": version}
        return facts | {"name": "sales", "rows": 3, "data_key": f"{prefix}data.parquet"} | names

    async def store(self, version: int = 1, file_id: str = "f_1", *, described: bool = True) -> TableReady:
        facts = self.facts(version, file_id)
        manifest = facts | {"columns": [COLUMN.model_dump(mode="json") | {"evidence": "all 3 are amounts"}]}
        if described:
            body = TableDescription(columns=(COLUMN,)).model_dump_json().encode()
            await self.objects.put(str(facts["description_key"]), body)
        else:
            del manifest["description_key"]
        await self.objects.put(keys.table_manifest(self.session_id, "t_1"), json.dumps(manifest).encode())
        return TableReady.model_validate(facts | {"columns": 1})

    async def delete(self, file_id: str = "f_1") -> TableDeleted:
        await self.objects.delete_prefix(keys.table(self.session_id, "t_1"))
        return TableDeleted(session_id=self.session_id, table_id="t_1", file_id=file_id)

    async def versions(self) -> list[int]:
        return [table.version for table in await self.catalog.of_session(self.session_id)]


@pytest.fixture
async def shelf(endpoints: Endpoints, some_id: str) -> AsyncIterator[Shelf]:
    redis = Redis.from_url(endpoints.redis_url, decode_responses=True)
    yield Shelf(redis, f"s_{some_id}")
    await redis.aclose()


async def test_a_table_is_known_with_the_columns_that_its_description_lists(shelf: Shelf) -> None:
    ready = await shelf.store()
    await shelf.catalog.add(ready)
    assert await shelf.catalog.get(shelf.session_id, "t_1") == ready
    assert await shelf.catalog.columns(ready) == (COLUMN,)


@pytest.mark.parametrize("order", [(1, 2), (2, 1), (2, 2, 1)])
async def test_the_latest_version_counts_in_whatever_order_events_come(shelf: Shelf, order: tuple[int, ...]) -> None:
    events = {version: await shelf.store(version) for version in (1, 2)}
    for version in order:
        await shelf.catalog.add(events[version])
    assert await shelf.versions() == [2]


async def test_ready_that_comes_after_deleted_brings_nothing_back(shelf: Shelf) -> None:
    ready = await shelf.store()
    deleted = await shelf.delete()
    await shelf.catalog.remove(deleted)
    await shelf.catalog.add(ready)
    assert await shelf.versions() == []


async def test_a_manifest_that_is_read_while_the_table_is_deleted_brings_nothing_back(shelf: Shelf) -> None:
    """The manifest is still there, the word of the deletion is not far: the tombstone decides."""
    await shelf.store()
    await shelf.catalog.remove(TableDeleted(session_id=shelf.session_id, table_id="t_1", file_id="f_1"))
    assert await shelf.catalog.get(shelf.session_id, "t_1") is None
    assert await shelf.versions() == []


async def test_ready_of_a_table_whose_tombstone_is_lost_brings_nothing_back(shelf: Shelf) -> None:
    """Redis was lost, or the table was deleted before tombstones were kept: nothing is stored of it any more."""
    ready = await shelf.store()
    await shelf.delete()
    await shelf.catalog.add(ready)
    assert await shelf.versions() == []


async def test_a_table_that_a_newer_file_had_taken_over_may_come_again_with_its_first_file(shelf: Shelf) -> None:
    await shelf.catalog.add(await shelf.store(2, "f_2"))
    await shelf.catalog.remove(await shelf.delete("f_2"))
    await shelf.catalog.add(await shelf.store(1, "f_1"))
    assert await shelf.versions() == [1]


async def test_nothing_of_a_session_that_ended_is_taken_in(shelf: Shelf) -> None:
    ready = await shelf.store()
    await shelf.catalog.add(ready)
    await shelf.catalog.forget_session(shelf.session_id)
    await shelf.catalog.add(ready)
    assert await shelf.versions() == []


async def test_a_deleted_tables_columns_are_not_held_on_to(shelf: Shelf) -> None:
    ready = await shelf.store()
    await shelf.catalog.columns(ready)
    await shelf.catalog.remove(await shelf.delete())
    with pytest.raises(ObjectMissing):
        await shelf.catalog.columns(ready)


async def test_an_event_of_the_last_release_is_taken_in_with_its_columns(shelf: Shelf) -> None:
    await shelf.store(described=False)
    facts = {name: value for name, value in shelf.facts(1, "f_1").items() if name != "description_key"}
    old = TableReadyV1.model_validate(facts | {"columns": [COLUMN.model_dump()]})
    await shelf.catalog.add(old.upgraded())
    known = await shelf.catalog.get(shelf.session_id, "t_1")
    assert known is not None and known.columns == 1
    assert await shelf.catalog.columns(known) == (COLUMN,)


async def test_what_the_last_release_kept_in_redis_is_read(shelf: Shelf) -> None:
    await shelf.store(described=False)
    kept = {name: value for name, value in shelf.facts(1, "f_1").items() if name != "description_key"}
    kept |= {"columns": [COLUMN.model_dump(mode="json")], "source_sha256": ""}
    await shelf.redis.hset(f"nlq:session:{shelf.session_id}:tables", "t_1", json.dumps(kept))
    (known,) = await shelf.catalog.of_session(shelf.session_id)
    assert await shelf.catalog.columns(known) == (COLUMN,)


@pytest.mark.parametrize("described", [True, False])
async def test_a_lost_redis_is_read_back_from_manifests(shelf: Shelf, described: bool) -> None:
    await shelf.store(described=described)
    (known,) = await shelf.catalog.of_session(shelf.session_id)
    assert (known.name, known.columns) == ("sales", 1)
    assert await shelf.catalog.columns(known) == (COLUMN,)


async def test_a_table_that_came_after_redis_was_lost_hides_no_older_one(shelf: Shelf) -> None:
    await shelf.store()
    newer = (await shelf.store(1, "f_2")).model_copy(update={"table_id": "t_2"})
    body = await shelf.objects.get(keys.table_manifest(shelf.session_id, "t_1"))
    await shelf.objects.put(keys.table_manifest(shelf.session_id, "t_2"), body.replace(b"t_1", b"t_2"))
    await shelf.catalog.add(newer)
    assert {table.table_id for table in await shelf.catalog.of_session(shelf.session_id)} == {"t_1", "t_2"}


async def test_all_that_is_known_of_a_version_is_read_once_and_never_from_its_data(shelf: Shelf) -> None:
    """Sample rows and figures, too, lie with the profile: a question reads no object for them."""
    table = await shelf.store()
    profile = {"columns": {"amount": {"nulls": 0, "distinct": 3, "mean": 1.5}}, "sample_rows": [[0.5], [2.5]]}
    await shelf.objects.put(table.profile_key, json.dumps(profile).encode())
    await shelf.objects.put(table.values_key, b"{}")
    read: list[str] = []
    get = shelf.objects.get

    async def recorded(key: str) -> bytes:
        read.append(key)
        return await get(key)

    shelf.objects.get = recorded  # type: ignore[method-assign]
    for _ in range(3):
        facts = await shelf.catalog.facts(table)
    assert sorted(read) == sorted([table.description_key, table.profile_key, table.values_key])
    assert (facts.sample_rows, facts.columns[0].figures.mean) == (((0.5,), (2.5,)), 1.5)


def test_what_is_held_is_bounded_by_columns_and_the_last_stays() -> None:
    held = Columnwise[str](10)
    for name, width in (("a", 4), ("b", 4), ("c", 4)):
        held.put(name, name.upper(), range(width))
    assert [held.get(name) for name in "abc"] == [None, "B", "C"]
    held.put("wide", "W", range(16))
    assert [held.get(name) for name in ("b", "c", "wide")] == [None, None, "W"]
