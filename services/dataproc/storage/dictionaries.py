"""Dictionaries in the object store; Redis says which of them is in force, and can be lost.

Each change is an object of its own, written before Redis is told: whoever loses a race removes what it wrote. Key:
`dataproc:session:<sid>:dictionaries` (table id → object key, empty where there is none).
"""

from __future__ import annotations

import secrets
from collections.abc import Callable

from redis.asyncio import Redis

from services.dataproc.domain import StoredTable
from services.dataproc.ports import StoredDictionary
from services.dataproc.storage.registry import RegistryUnavailable, dictionaries_of, redis_errors, tombstones
from shared.dictionary import Dictionary
from shared.objects import ObjectMissing, ObjectStore, keys

FIND_TRIES = 5
# KEYS: dictionaries, tombstone of the file, tombstone of the session. ARGV: table id, object key. What is in force then.
FOUND = """
local held = redis.call('HGET', KEYS[1], ARGV[1])
if held then return held end
if redis.call('EXISTS', KEYS[2], KEYS[3]) == 0 then redis.call('HSET', KEYS[1], ARGV[1], ARGV[2]) end
return ARGV[2]
"""
# As above, with the object key that is replaced before the new one. Whether it was in force until now, and its table is there.
SWAP = """
if redis.call('EXISTS', KEYS[2], KEYS[3]) > 0 then return 0 end
if redis.call('HGET', KEYS[1], ARGV[1]) ~= ARGV[2] then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
return 1
"""


class RedisDictionaries:
    """A `DictionaryStore`.

    After a loss of Redis the latest object counts. That is the one in force, but for a moment of bad luck: when Redis is lost while two write
    the same version, and the process of the one that lost dies before it has removed its object, either may be found.
    """

    def __init__(self, redis: Redis, objects: ObjectStore, new_id: Callable[[], str] = secrets.token_hex) -> None:
        self._redis = redis
        self._objects = objects
        self._new_id = new_id

    async def current(self, table: StoredTable) -> StoredDictionary:
        for _ in range(FIND_TRIES):
            key = await self._key(table)
            try:
                return StoredDictionary(key, await self._read(key))
            except ObjectMissing:  # replaced and removed since; or Redis came back with what it knew long ago
                await self._swap(table, key, await self._latest(table))
        raise RegistryUnavailable("The table's dictionary cannot be found.", hint="Try again in a moment.")

    async def replace(
        self, table: StoredTable, held: StoredDictionary, dictionary: Dictionary
    ) -> StoredDictionary | None:
        key = keys.table_dictionary(table.session_id, table.table_id, dictionary.version, self._new_id()[:16])
        await self._objects.put(key, dictionary.model_dump_json().encode())
        if not await self._swap(table, held.key, key):
            await self._objects.delete([key])
            return None
        stored = await self._objects.keys_under(keys.table_dictionaries(table.session_id, table.table_id))
        await self._objects.delete(
            [older for older in stored if older != key and _version(older) <= dictionary.version]
        )
        return StoredDictionary(key, dictionary)

    async def _read(self, key: str) -> Dictionary:
        return Dictionary.model_validate_json(await self._objects.get(key)) if key else Dictionary()

    async def _key(self, table: StoredTable) -> str:
        async with redis_errors():
            held = await self._redis.hget(dictionaries_of(table.session_id), table.table_id)
        if held is not None:
            return str(held)
        latest = await self._latest(table)
        async with redis_errors():
            return str(await self._redis.eval(FOUND, 3, *_places(table), table.table_id, latest))

    async def _latest(self, table: StoredTable) -> str:
        stored = await self._objects.keys_under(keys.table_dictionaries(table.session_id, table.table_id))
        return max(stored, default="")

    async def _swap(self, table: StoredTable, held: str, key: str) -> bool:
        async with redis_errors():
            return bool(await self._redis.eval(SWAP, 3, *_places(table), table.table_id, held, key))


def _places(table: StoredTable) -> tuple[str, str, str]:
    return dictionaries_of(table.session_id), *tombstones(table)


def _version(key: str) -> int:
    return int(key.rpartition("/v")[2].partition("-")[0])
