"""Which dictionary of a table is in force, as `table.dictionary_changed` told or the object store shows.

Key: `nlq:session:<sid>:dictionaries` (table id → object key, empty where a table is known to have none).
"""

from __future__ import annotations

from typing import Any

from redis.asyncio import Redis

from services.nlq.storage.redis_errors import gone, redis_errors
from shared.dictionary import Dictionary
from shared.events import TableDictionaryChanged, TableReady
from shared.objects import ObjectMissing, ObjectStore, keys

# KEYS: dictionaries, tombstone of the session. ARGV: table id, object key. Of one version only the object of whoever won is ever told, and
# so it takes the place of what was found in the store before it was told.
TOLD = """
local function version(key) return string.match(key, '/v(%d+)%-[^/]*$') or '' end
local held = redis.call('HGET', KEYS[1], ARGV[1])
if redis.call('EXISTS', KEYS[2]) > 0 or (held and version(held) > version(ARGV[2])) then return end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
"""
# ARGV: table id, the key that was there when the store was looked through, the key found. What is there now stays when it is another one.
FOUND = """
local held = redis.call('HGET', KEYS[1], ARGV[1])
if held and held ~= ARGV[2] then return held end
if redis.call('EXISTS', KEYS[2]) == 0 then redis.call('HSET', KEYS[1], ARGV[1], ARGV[3]) end
return ARGV[3]
"""


class RedisDictionaries:
    def __init__(self, redis: Redis, objects: ObjectStore) -> None:
        self._redis = redis
        self._objects = objects
        self._told: Any = redis.register_script(TOLD)
        self._found: Any = redis.register_script(FOUND)

    async def take_in(self, event: TableDictionaryChanged) -> None:
        """Only what is still stored: the event may come after its table's end, or after a later dictionary."""
        try:
            await self._objects.size(event.dictionary_key)
        except ObjectMissing:
            return
        async with redis_errors():
            await self._told(keys=_places(event.session_id), args=[event.table_id, event.dictionary_key])

    async def key_of(self, table: TableReady) -> str:
        """Empty where there is none: every table of a release that knew no dictionaries, and most others."""
        async with redis_errors():
            held = await self._redis.hget(dictionaries_of(table.session_id), table.table_id)
        return str(held) if held is not None else await self._look(table, "")

    async def read(self, table: TableReady, key: str) -> tuple[str, Dictionary]:
        """The dictionary under the key, or the one that has taken its place; with its key."""
        try:
            return key, await self._read(key)
        except ObjectMissing:
            key = await self._look(table, key)
        try:
            return key, await self._read(key)
        except ObjectMissing:  # the table is going, and so will the question about it
            return "", Dictionary()

    async def _read(self, key: str) -> Dictionary:
        return Dictionary.model_validate_json(await self._objects.get(key)) if key else Dictionary()

    async def _look(self, table: TableReady, known: str) -> str:
        stored = await self._objects.keys_under(keys.table_dictionaries(table.session_id, table.table_id))
        async with redis_errors():
            args = [table.table_id, known, max(stored, default="")]
            return str(await self._found(keys=_places(table.session_id), args=args))


def _places(session_id: str) -> list[str]:
    return [dictionaries_of(session_id), gone(session_id)]


def dictionaries_of(session_id: str) -> str:
    return f"nlq:session:{session_id}:dictionaries"
