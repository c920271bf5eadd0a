"""Which dictionary of a table is in force, as `table.dictionary_changed` told or the object store shows.

Key: `nlq:session:<sid>:dictionaries` (table id → object key, empty where a table is known to have none). Object keys of one table sort
by version.
"""

from __future__ import annotations

from typing import Any

from redis.asyncio import Redis

from services.nlq.storage.redis_errors import gone, redis_errors
from shared.dictionary import Dictionary
from shared.events import TableDictionaryChanged, TableReady
from shared.objects import ObjectMissing, ObjectStore, keys

# KEYS: dictionaries, tombstone of the session. ARGV: table id, object key. The later one stays. What is in force then.
NOTE = """
local held = redis.call('HGET', KEYS[1], ARGV[1])
if held and held >= ARGV[2] then return held end
if redis.call('EXISTS', KEYS[2]) == 0 then redis.call('HSET', KEYS[1], ARGV[1], ARGV[2]) end
return ARGV[2]
"""


class RedisDictionaries:
    def __init__(self, redis: Redis, objects: ObjectStore) -> None:
        self._redis = redis
        self._objects = objects
        self._note: Any = redis.register_script(NOTE)

    async def take_in(self, event: TableDictionaryChanged) -> None:
        """Only what is still stored: the event may come after its table's end, or after a later dictionary."""
        try:
            await self._objects.size(event.dictionary_key)
        except ObjectMissing:
            return
        await self._noted(event.session_id, event.table_id, event.dictionary_key)

    async def key_of(self, table: TableReady) -> str:
        """Empty where there is none: every table of a release that knew no dictionaries, and most others."""
        async with redis_errors():
            held = await self._redis.hget(dictionaries_of(table.session_id), table.table_id)
        return str(held) if held is not None else await self._found(table)

    async def read(self, table: TableReady, key: str) -> tuple[str, Dictionary]:
        """The dictionary under the key, or the one that has taken its place; with its key."""
        try:
            return key, await self._read(key)
        except ObjectMissing:
            key = await self._found(table)
        try:
            return key, await self._read(key)
        except ObjectMissing:  # the table is going, and so will the question about it
            return "", Dictionary()

    async def _read(self, key: str) -> Dictionary:
        return Dictionary.model_validate_json(await self._objects.get(key)) if key else Dictionary()

    async def _found(self, table: TableReady) -> str:
        stored = await self._objects.keys_under(keys.table_dictionaries(table.session_id, table.table_id))
        return await self._noted(table.session_id, table.table_id, max(stored, default=""))

    async def _noted(self, session_id: str, table_id: str, key: str) -> str:
        async with redis_errors():
            return str(await self._note(keys=[dictionaries_of(session_id), gone(session_id)], args=[table_id, key]))


def dictionaries_of(session_id: str) -> str:
    return f"nlq:session:{session_id}:dictionaries"
