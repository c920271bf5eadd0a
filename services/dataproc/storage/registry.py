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
from shared.objects.tables import stored_tables

TOMBSTONE_SECONDS = 8 * 86400  # longer than the bus keeps events: whatever comes late finds the tombstone
LOOK_AGAIN = 600  # seconds after which a session's tables are compared with the object store: one listing, when they are asked for
CLAIM_TRIES = 50
NEXT_VERSION = """
local n = redis.call('HINCRBY', KEYS[1], ARGV[1], 1)
if n <= tonumber(ARGV[2]) then
  n = tonumber(ARGV[2]) + 1
  redis.call('HSET', KEYS[1], ARGV[1], n)
end
return n
"""
# KEYS: tables, tombstone of the file, tombstone of the session. ARGV: table id, manifest, and the version that it replaces,
# or '' to take the place whatever is there. Looking for tombstones and writing are one step, so that no deletion comes between.
SAVE = """
if redis.call('EXISTS', KEYS[2], KEYS[3]) > 0 then return 0 end
if ARGV[3] ~= '' then
  local held = redis.call('HGET', KEYS[1], ARGV[1])
  if not held or cjson.decode(held).version ~= tonumber(ARGV[3]) then return 0 end
end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
return 1
"""
# KEYS as for SAVE, then names. ARGV: table id, manifest, name. What is there already is newer than a manifest that was read
# before. The manifest that counts, or nothing when the table is gone.
RESTORE = """
local held = redis.call('HGET', KEYS[1], ARGV[1])
if held then return held end
if redis.call('EXISTS', KEYS[2], KEYS[3]) > 0 then return false end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
redis.call('HSET', KEYS[4], ARGV[3], ARGV[1])
return ARGV[2]
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
    `…:versions` (id → highest version given out), `…:compared` (they were compared with the object store), `dataproc:gone:<id>`.
    """

    def __init__(self, redis: Redis, objects: ObjectStore) -> None:
        self._redis = redis
        self._objects = objects

    async def save(self, table: StoredTable) -> bool:
        body = json.dumps(table.to_json())
        await self._objects.put(table.manifest_key, body.encode())
        saved = await self._save(table, body, "")
        if not saved:
            await self.remove(table.session_id, table.table_id)
        return saved

    async def get(self, session_id: str, table_id: str) -> StoredTable | None:
        async with redis_errors():
            held = await self._redis.hget(_tables(session_id), table_id)
        if held is None:
            return await self._restored(session_id, table_id)
        return StoredTable.from_json(json.loads(held))

    async def of_session(self, session_id: str) -> list[StoredTable]:
        await self._complete(session_id)
        async with redis_errors():
            held = await self._redis.hvals(_tables(session_id))
        tables = [StoredTable.from_json(json.loads(body)) for body in held]
        return sorted(tables, key=lambda table: (table.created_at, table.table_id))

    async def of_file(self, session_id: str, file_id: str) -> list[StoredTable]:
        return [table for table in await self.of_session(session_id) if table.file_id == file_id]

    async def name_for(self, session_id: str, table_id: str, wanted: str) -> str:
        await self._complete(session_id)
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
        if not await self._save(table, body, str(expected_version)):
            return False
        await self._objects.put(table.manifest_key, body.encode())
        if not await self.is_forgotten(table.file_id, table.session_id):
            return True
        # Deleted since: the manifest may have been written after the rest was removed.
        await self.remove(table.session_id, table.table_id)
        return False

    async def _save(self, table: StoredTable, body: str, expected_version: str) -> bool:
        async with redis_errors():
            return bool(
                await self._redis.eval(
                    SAVE, 3, _tables(table.session_id), *tombstones(table), table.table_id, body, expected_version
                )
            )

    async def remove(self, session_id: str, table_id: str) -> None:
        async with redis_errors():
            await self._redis.hdel(_tables(session_id), table_id)
            names = await self._redis.hgetall(_names(session_id))
            if mine := [name for name, owner in names.items() if owner == table_id]:
                await self._redis.hdel(_names(session_id), *mine)
            await self._redis.hdel(_versions(session_id), table_id)
            await self._redis.hdel(dictionaries_of(session_id), table_id)
        await self._objects.delete_prefix(keys.table(session_id, table_id))

    async def remove_session(self, session_id: str) -> int:
        async with redis_errors():
            gone = (_tables, _names, _versions, _compared, dictionaries_of)
            await self._redis.delete(*(key(session_id) for key in gone))
        return await self._objects.delete_prefix(
            f"{keys.session(session_id)}tables/"
        ) + await self._objects.delete_prefix(f"{keys.session(session_id)}results/")

    async def forget(self, thing_id: str) -> None:
        async with redis_errors():
            await self._redis.set(_gone(thing_id), 1, ex=TOMBSTONE_SECONDS)

    async def is_forgotten(self, *thing_ids: str) -> bool:
        async with redis_errors():
            return bool(await self._redis.exists(*map(_gone, thing_ids)))

    async def ping(self) -> None:
        async with redis_errors():
            await self._redis.ping()

    async def _restored(self, session_id: str, table_id: str) -> StoredTable | None:
        """Read the manifest back. The session is part of the key, so no other session's table can be found."""
        try:
            body = await self._objects.get(keys.table_manifest(session_id, table_id))
        except ObjectMissing:
            return None
        table = StoredTable.from_json(json.loads(body))
        places = _tables(session_id), *tombstones(table), _names(session_id)
        async with redis_errors():
            held = await self._redis.eval(RESTORE, 4, *places, table.table_id, body.decode(), table.name)
        if held is not None:
            return StoredTable.from_json(json.loads(held))
        await self.remove(session_id, table_id)  # what a job left that died after the deletion
        return None

    async def _complete(self, session_id: str) -> None:
        """Redis may have lost all or its latest writes, and have taken in newer tables since: what it lacks comes back.

        Where nothing is known it is looked for each time: the word of the first table may be on its way.
        """
        async with redis_errors():
            if await self._redis.exists(_compared(session_id), _tables(session_id)) == 2:
                return
            held = {str(table_id) for table_id in await self._redis.hkeys(_tables(session_id))}
        for table_id in sorted(await stored_tables(self._objects, session_id) - held):
            await self._restored(session_id, table_id)
        async with redis_errors():
            await self._redis.set(_compared(session_id), 1, ex=LOOK_AGAIN)


def _tables(session_id: str) -> str:
    return f"dataproc:session:{session_id}:tables"


def _gone(thing_id: str) -> str:
    return f"dataproc:gone:{thing_id}"


def tombstones(table: StoredTable) -> tuple[str, str]:
    return _gone(table.file_id), _gone(table.session_id)


def _names(session_id: str) -> str:
    return f"dataproc:session:{session_id}:names"


def _versions(session_id: str) -> str:
    return f"dataproc:session:{session_id}:versions"


def _compared(session_id: str) -> str:
    return f"dataproc:session:{session_id}:compared"


def dictionaries_of(session_id: str) -> str:
    """The key of what `storage.dictionaries` keeps: it goes with the tables."""
    return f"dataproc:session:{session_id}:dictionaries"
