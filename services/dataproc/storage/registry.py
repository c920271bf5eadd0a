"""The table registry: Redis for speed, the manifests in the object store as the truth that it can be rebuilt from."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from redis.asyncio import Redis
from redis.exceptions import RedisError

from services.dataproc.domain import StoredTable, unique_name
from shared.errors import Unavailable
from shared.objects import ObjectMissing, ObjectStore, keys

TOMBSTONE_SECONDS = 7 * 86400
CLAIM_TRIES = 50
NEXT_VERSION = """
local n = redis.call('HINCRBY', KEYS[1], ARGV[1], 1)
if n <= tonumber(ARGV[2]) then
  n = tonumber(ARGV[2]) + 1
  redis.call('HSET', KEYS[1], ARGV[1], n)
end
return n
"""
REPLACE = """
local held = redis.call('HGET', KEYS[1], ARGV[1])
if not held or cjson.decode(held).version ~= tonumber(ARGV[2]) then
  return 0
end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
return 1
"""


class RegistryUnavailable(Unavailable):
    """Redis does not answer."""

    code = "registry_unavailable"


@asynccontextmanager
async def redis_errors() -> AsyncIterator[None]:
    try:
        yield
    except RedisError as error:
        raise RegistryUnavailable(
            "The table registry does not answer.", hint="Try again in a moment.", retry_after=2
        ) from error


class RedisTableRegistry:
    """A `TableRegistry`.

    Keys: `dataproc:session:<sid>:tables` (id → manifest), `…:names` (name → id),
    `…:versions` (id → highest version given out), `dataproc:gone:<id>`.
    """

    def __init__(self, redis: Redis, objects: ObjectStore) -> None:
        self._redis = redis
        self._objects = objects

    async def save(self, table: StoredTable) -> None:
        body = json.dumps(table.to_json())
        await self._objects.put(table.manifest_key, body.encode())
        async with redis_errors():
            await self._redis.hset(_tables(table.session_id), table.table_id, body)

    async def get(self, session_id: str, table_id: str) -> StoredTable | None:
        async with redis_errors():
            held = await self._redis.hget(_tables(session_id), table_id)
        if held is None:
            return await self._restored(session_id, table_id)
        return StoredTable.from_json(json.loads(held))

    async def of_session(self, session_id: str) -> list[StoredTable]:
        async with redis_errors():
            held = await self._redis.hgetall(_tables(session_id))
        tables = [StoredTable.from_json(json.loads(body)) for body in held.values()] or await self._restore_all(
            session_id
        )
        return sorted(tables, key=lambda table: (table.created_at, table.table_id))

    async def of_file(self, session_id: str, file_id: str) -> list[StoredTable]:
        return [table for table in await self.of_session(session_id) if table.file_id == file_id]

    async def name_for(self, session_id: str, table_id: str, wanted: str) -> str:
        async with redis_errors():
            taken = {str(name): str(owner) for name, owner in (await self._redis.hgetall(_names(session_id))).items()}
            mine = next((name for name, owner in taken.items() if owner == table_id), None)
            for _ in range(CLAIM_TRIES):
                name = mine or unique_name(wanted, taken)
                if mine or await self._redis.hsetnx(_names(session_id), name, table_id):
                    return name
                taken[name] = "another worker"
        raise RegistryUnavailable(f"No free name for the table {wanted!r} was found.")

    async def next_version(self, table: StoredTable) -> int:
        async with redis_errors():
            return int(
                await self._redis.eval(NEXT_VERSION, 1, _versions(table.session_id), table.table_id, str(table.version))
            )

    async def replace(self, table: StoredTable, expected_version: int) -> bool:
        body = json.dumps(table.to_json())
        async with redis_errors():
            taken = await self._redis.eval(
                REPLACE, 1, _tables(table.session_id), table.table_id, str(expected_version), body
            )
        if taken:
            await self._objects.put(table.manifest_key, body.encode())
        return bool(taken)

    async def remove(self, table: StoredTable) -> None:
        async with redis_errors():
            await self._redis.hdel(_tables(table.session_id), table.table_id)
            await self._redis.hdel(_names(table.session_id), table.name)
            await self._redis.hdel(_versions(table.session_id), table.table_id)
        await self._objects.delete_prefix(keys.table(table.session_id, table.table_id))

    async def remove_session(self, session_id: str) -> int:
        async with redis_errors():
            await self._redis.delete(_tables(session_id), _names(session_id), _versions(session_id))
        return await self._objects.delete_prefix(
            f"{keys.session(session_id)}tables/"
        ) + await self._objects.delete_prefix(f"{keys.session(session_id)}results/")

    async def forget(self, thing_id: str) -> None:
        async with redis_errors():
            await self._redis.set(f"dataproc:gone:{thing_id}", 1, ex=TOMBSTONE_SECONDS)

    async def is_forgotten(self, *thing_ids: str) -> bool:
        async with redis_errors():
            return bool(await self._redis.exists(*(f"dataproc:gone:{thing_id}" for thing_id in thing_ids)))

    async def ping(self) -> None:
        async with redis_errors():
            await self._redis.ping()

    async def _restored(self, session_id: str, table_id: str) -> StoredTable | None:
        """Read the manifest back. The session is part of the key, so no other session's table can be found."""
        try:
            body = await self._objects.get(f"{keys.table(session_id, table_id)}manifest.json")
        except ObjectMissing:
            return None
        table = StoredTable.from_json(json.loads(body))
        async with redis_errors():
            await self._redis.hset(_tables(session_id), table.table_id, body)
            await self._redis.hset(_names(session_id), table.name, table.table_id)
        return table

    async def _restore_all(self, session_id: str) -> list[StoredTable]:
        found = await self._objects.keys_under(f"{keys.session(session_id)}tables/")
        ids = {key.split("/")[3] for key in found if key.endswith("/manifest.json")}
        restored = [await self._restored(session_id, table_id) for table_id in sorted(ids)]
        return [table for table in restored if table]


def _tables(session_id: str) -> str:
    return f"dataproc:session:{session_id}:tables"


def _names(session_id: str) -> str:
    return f"dataproc:session:{session_id}:names"


def _versions(session_id: str) -> str:
    return f"dataproc:session:{session_id}:versions"
