"""One suite over both table registries, and the rebuilding of a lost one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from redis.asyncio import Redis

from deploy.local.servers import Endpoints
from services.dataproc.domain import Base, StoredTable
from services.dataproc.ports import TableRegistry
from services.dataproc.reading import Column
from services.dataproc.storage.registry import RedisTableRegistry
from shared.columns import ColumnType
from shared.objects import MemoryObjectStore
from tests.fakes.dataproc import MemoryTableRegistry

pytestmark = pytest.mark.integration


@pytest.fixture
async def redis(endpoints: Endpoints) -> AsyncIterator[Redis]:
    client = Redis.from_url(endpoints.redis_url, decode_responses=True)
    yield client
    await client.aclose()


@pytest.fixture(params=["memory", "redis"])
def registry(request: pytest.FixtureRequest, redis: Redis) -> TableRegistry:
    objects = MemoryObjectStore()
    return MemoryTableRegistry(objects) if request.param == "memory" else RedisTableRegistry(redis, objects)


def table(some_id: str, number: int = 1) -> StoredTable:
    column = Column(
        name="a",
        source_name="A",
        type=ColumnType.INTEGER,
        nullable=False,
        unit=None,
        evidence="all 3 are whole numbers",
    )
    return StoredTable(
        table_id=f"t_{number}",
        session_id=f"s_{some_id}",
        file_id="f_1",
        version=1,
        name=f"sales_{number}",
        rows=3,
        columns=(column,),
        filename="sales.csv",
        file_key="k",
        source_sha256="0",
        created_at=f"2026-01-0{number}",
        reading={"header_row": 1},
        warnings=("w",),
    )


async def test_saved_table_is_read_back_unchanged(registry: TableRegistry, some_id: str) -> None:
    await registry.save(table(some_id))
    assert await registry.get(f"s_{some_id}", "t_1") == table(some_id)
    assert await registry.get("s_other", "t_1") is None


async def test_tables_come_in_the_order_of_readiness(registry: TableRegistry, some_id: str) -> None:
    for number in (2, 1, 3):
        await registry.save(table(some_id, number))
    assert [t.table_id for t in await registry.of_session(f"s_{some_id}")] == ["t_1", "t_2", "t_3"]
    assert len(await registry.of_file(f"s_{some_id}", "f_1")) == 3


async def test_names_are_unique_even_in_a_race_and_the_same_table_keeps_its_own(
    registry: TableRegistry, some_id: str
) -> None:
    names = await asyncio.gather(*(registry.name_for(f"s_{some_id}", f"t_{n}", "sales") for n in range(6)))
    assert sorted(names) == ["sales", "sales_2", "sales_3", "sales_4", "sales_5", "sales_6"]
    assert await registry.name_for(f"s_{some_id}", "t_0", "sales") == names[0]


async def test_removed_table_frees_its_name(registry: TableRegistry, some_id: str) -> None:
    await registry.name_for(f"s_{some_id}", "t_1", "sales_1")
    await registry.save(table(some_id))
    await registry.remove(f"s_{some_id}", "t_1")
    assert await registry.get(f"s_{some_id}", "t_1") is None
    assert await registry.name_for(f"s_{some_id}", "t_9", "sales_1") == "sales_1"


async def test_what_is_forgotten_stays_forgotten(registry: TableRegistry, some_id: str) -> None:
    assert not await registry.is_forgotten(f"f_{some_id}", f"s_{some_id}")
    await registry.forget(f"f_{some_id}")
    assert await registry.is_forgotten(f"f_{some_id}", f"s_{some_id}")


async def test_version_numbers_are_given_out_once(registry: TableRegistry, some_id: str) -> None:
    await registry.save(table(some_id))
    numbers = await asyncio.gather(*(registry.next_version(table(some_id)) for _ in range(5)))
    assert sorted(numbers) == [2, 3, 4, 5, 6]
    assert await registry.next_version(replace(table(some_id), version=40)) == 41


async def test_of_two_new_versions_the_second_is_told_so(registry: TableRegistry, some_id: str) -> None:
    await registry.save(table(some_id))
    assert await registry.replace(replace(table(some_id), version=2, rows=2), expected_version=1)
    assert not await registry.replace(replace(table(some_id), version=3, rows=3), expected_version=1)
    held = await registry.get(f"s_{some_id}", "t_1")
    assert held is not None
    assert (held.version, held.rows) == (2, 2)


async def test_removed_table_is_not_brought_back_by_a_new_version(registry: TableRegistry, some_id: str) -> None:
    await registry.save(table(some_id))
    await registry.remove(f"s_{some_id}", "t_1")
    assert not await registry.replace(replace(table(some_id), version=2), expected_version=1)
    assert await registry.get(f"s_{some_id}", "t_1") is None


async def test_recipe_overrides_and_base_are_read_back_unchanged(registry: TableRegistry, some_id: str) -> None:
    changed = replace(table(some_id), version=4, overrides={"a": {"type": "text"}}, recipe=({"step": "trim", "columns": ["a"]},), position=2, origin_name="Sheet1",
                      base=Base("sessions/s/tables/t/v2/data.parquet", 9, table(some_id).columns))  # fmt: skip
    await registry.save(changed)
    assert await registry.get(f"s_{some_id}", "t_1") == changed


async def test_new_version_survives_a_lost_redis(redis: Redis, some_id: str) -> None:
    registry = RedisTableRegistry(redis, MemoryObjectStore())
    await registry.save(table(some_id))
    await registry.replace(replace(table(some_id), version=7), expected_version=1)
    await redis.delete(*[key async for key in redis.scan_iter(f"dataproc:session:s_{some_id}:*")])
    restored = await registry.get(f"s_{some_id}", "t_1")
    assert restored is not None
    assert (restored.version, await registry.next_version(restored)) == (7, 8)


async def test_lost_redis_is_rebuilt_from_the_manifests(redis: Redis, some_id: str) -> None:
    registry = RedisTableRegistry(redis, MemoryObjectStore())
    for number in (1, 2):
        await registry.save(table(some_id, number))
    await redis.delete(*[key async for key in redis.scan_iter(f"dataproc:session:s_{some_id}:*")])
    assert await registry.get(f"s_{some_id}", "t_1") == table(some_id)
    await redis.delete(*[key async for key in redis.scan_iter(f"dataproc:session:s_{some_id}:*")])
    assert [t.table_id for t in await registry.of_session(f"s_{some_id}")] == ["t_1", "t_2"]


class CountedListings(MemoryObjectStore):
    """Says how often it was listed."""

    listings = 0

    async def keys_under(self, prefix: str) -> list[str]:
        self.listings += 1
        return await super().keys_under(prefix)


async def test_a_table_that_came_after_redis_was_lost_hides_no_older_one(redis: Redis, some_id: str) -> None:
    objects = CountedListings()
    registry = RedisTableRegistry(redis, objects)
    await registry.save(table(some_id, 1))
    await redis.delete(*[key async for key in redis.scan_iter(f"dataproc:session:s_{some_id}:*")])
    assert await registry.name_for(f"s_{some_id}", "t_2", "sales_1") == "sales_1_2"
    await registry.save(table(some_id, 2))
    for _ in range(3):
        assert [t.table_id for t in await registry.of_session(f"s_{some_id}")] == ["t_1", "t_2"]
    assert objects.listings == 1


async def test_a_table_whose_writing_redis_lost_comes_back_after_a_while(redis: Redis, some_id: str) -> None:
    registry = RedisTableRegistry(redis, MemoryObjectStore())
    for number in (1, 2):
        await registry.save(table(some_id, number))
    assert len(await registry.of_session(f"s_{some_id}")) == 2
    compared = f"dataproc:session:s_{some_id}:compared"
    assert 0 < await redis.ttl(compared) <= 600
    await redis.hdel(f"dataproc:session:s_{some_id}:tables", "t_2")
    await redis.delete(compared)  # the time is over
    assert [t.table_id for t in await registry.of_session(f"s_{some_id}")] == ["t_1", "t_2"]
