"""One suite over both table registries, and the rebuilding of a lost one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis

from deploy.local.servers import Endpoints
from services.dataproc.domain import StoredColumn, StoredTable
from services.dataproc.ports import TableRegistry
from services.dataproc.storage import RedisTableRegistry
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
    column = StoredColumn(name="a", source_name="A", type="integer", nullable=False, unit=None, evidence="all 3 are whole numbers")
    return StoredTable(table_id=f"t_{number}", session_id=f"s_{some_id}", file_id="f_1", version=1, name=f"sales_{number}", rows=3, columns=(column,),
                       filename="sales.csv", file_key="k", source_sha256="0", created_at=f"2026-01-0{number}", reading={"header_row": 1}, warnings=("w",))


async def test_saved_table_is_read_back_unchanged(registry: TableRegistry, some_id: str) -> None:
    await registry.save(table(some_id))
    assert await registry.get(f"s_{some_id}", "t_1") == table(some_id)
    assert await registry.get("s_other", "t_1") is None


async def test_tables_come_in_the_order_of_readiness(registry: TableRegistry, some_id: str) -> None:
    for number in (2, 1, 3):
        await registry.save(table(some_id, number))
    assert [t.table_id for t in await registry.of_session(f"s_{some_id}")] == ["t_1", "t_2", "t_3"]
    assert len(await registry.of_file(f"s_{some_id}", "f_1")) == 3


async def test_names_are_unique_even_in_a_race_and_the_same_table_keeps_its_own(registry: TableRegistry, some_id: str) -> None:
    names = await asyncio.gather(*(registry.name_for(f"s_{some_id}", f"t_{n}", "sales") for n in range(6)))
    assert sorted(names) == ["sales", "sales_2", "sales_3", "sales_4", "sales_5", "sales_6"]
    assert await registry.name_for(f"s_{some_id}", "t_0", "sales") == names[0]


async def test_removed_table_frees_its_name(registry: TableRegistry, some_id: str) -> None:
    await registry.name_for(f"s_{some_id}", "t_1", "sales_1")
    await registry.save(table(some_id))
    await registry.remove(table(some_id))
    assert await registry.get(f"s_{some_id}", "t_1") is None
    assert await registry.name_for(f"s_{some_id}", "t_9", "sales_1") == "sales_1"


async def test_what_is_forgotten_stays_forgotten(registry: TableRegistry, some_id: str) -> None:
    assert not await registry.is_forgotten(f"f_{some_id}", f"s_{some_id}")
    await registry.forget(f"f_{some_id}")
    assert await registry.is_forgotten(f"f_{some_id}", f"s_{some_id}")


async def test_lost_redis_is_rebuilt_from_the_manifests(redis: Redis, some_id: str) -> None:
    registry = RedisTableRegistry(redis, MemoryObjectStore())
    for number in (1, 2):
        await registry.save(table(some_id, number))
    await redis.delete(*[key async for key in redis.scan_iter(f"dataproc:session:s_{some_id}:*")])
    assert await registry.get(f"s_{some_id}", "t_1") == table(some_id)
    await redis.delete(*[key async for key in redis.scan_iter(f"dataproc:session:s_{some_id}:*")])
    assert [t.table_id for t in await registry.of_session(f"s_{some_id}")] == ["t_1", "t_2"]
