"""The tables of each session: small facts in Redis, columns, profiles and dictionaries read from the object store and held in memory.

Keys: `nlq:session:<sid>:tables` (table id → `table.ready`), `…:compared` (they were compared with the object store), `nlq:gone:<sid>` and `nlq:gone:<sid>:<table>:<file>`.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Sized
from typing import Any, Generic, TypeVar

from redis.asyncio import Redis

from services.nlq.facts import table_facts
from services.nlq.planner.facts import TableFacts
from services.nlq.storage.dictionaries import RedisDictionaries, dictionaries_of
from services.nlq.storage.redis_errors import TOMBSTONE_SECONDS, gone, redis_errors
from shared.events import ColumnFact, TableDeleted, TableDescription, TableDictionaryChanged, TableReady
from shared.objects import ObjectMissing, ObjectStore, keys
from shared.objects.tables import stored_tables

LOOK_AGAIN = 600  # seconds after which a session's tables are compared with the object store: one listing, when they are asked for
COLUMNS_HELD = 200_000  # of all tables together: a table may have 16,000 columns, and each costs about 1 KB
# Take a table in, unless it or its session is gone or a later version is known.
ADD = """
if redis.call('EXISTS', KEYS[2], KEYS[3]) > 0 then return 0 end
local held = redis.call('HGET', KEYS[1], ARGV[1])
if held and cjson.decode(held)['version'] > tonumber(ARGV[3]) then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
return 1
"""
Held = TypeVar("Held")


class RedisCatalog:
    """A `Catalog`. What is held in memory is found by the key of the version's data, which never changes its meaning."""

    def __init__(self, redis: Redis, objects: ObjectStore) -> None:
        self._redis = redis
        self._objects = objects
        self._dictionaries = RedisDictionaries(redis, objects)
        self._add: Any = redis.register_script(ADD)
        self._columns: Columnwise[tuple[ColumnFact, ...]] = Columnwise(COLUMNS_HELD)
        self._facts: Columnwise[TableFacts] = Columnwise(COLUMNS_HELD)

    async def add(self, event: TableReady) -> None:
        """Only what is still stored: an event may come after its table's end, and after the tombstone's."""
        try:
            await self._objects.size(keys.table_manifest(event.session_id, event.table_id))
        except ObjectMissing:
            return
        await self._take_in(event)

    async def describe(self, event: TableDictionaryChanged) -> None:
        await self._dictionaries.take_in(event)

    async def remove(self, event: TableDeleted) -> None:
        """The tombstone names the file, too: a table that a newer file had taken over may come again with its first one."""
        async with redis_errors(), self._redis.pipeline(transaction=True) as pipe:
            pipe.set(_tombstone(event), 1, ex=TOMBSTONE_SECONDS)
            pipe.hdel(_tables(event.session_id), event.table_id)
            pipe.hdel(dictionaries_of(event.session_id), event.table_id)
            await pipe.execute()
        self._forget_held(keys.table(event.session_id, event.table_id))

    async def of_session(self, session_id: str) -> list[TableReady]:
        await self._complete(session_id)
        async with redis_errors():
            held = await self._redis.hvals(_tables(session_id))
        return [_table_from(json.loads(body)) for body in held]

    async def _complete(self, session_id: str) -> None:
        """Redis may have lost all or its latest writes, and have taken in newer tables since: what it lacks comes back.

        Where nothing is known it is looked for each time: the word of the first table may be on its way.
        """
        async with redis_errors():
            if await self._redis.exists(_compared(session_id), _tables(session_id)) == 2:
                return
            held = {str(table_id) for table_id in await self._redis.hkeys(_tables(session_id))}
        for table_id in await stored_tables(self._objects, session_id) - held:
            await self.get(session_id, table_id)
        async with redis_errors():
            await self._redis.set(_compared(session_id), 1, ex=LOOK_AGAIN)

    async def get(self, session_id: str, table_id: str) -> TableReady | None:
        held = await self._held(session_id, table_id)
        if held:
            return held
        try:
            body = await self._objects.get(keys.table_manifest(session_id, table_id))
        except ObjectMissing:
            return None
        table = _table_from(json.loads(body))
        return table if await self._take_in(table) else await self._held(session_id, table_id)

    async def columns(self, table: TableReady) -> tuple[ColumnFact, ...]:
        held = self._columns.get(table.data_key)
        if held is None:
            body = await self._objects.get(table.description_key)
            held = TableDescription.model_validate_json(body).columns
            self._columns.put(table.data_key, held, held)
        return held

    async def facts(self, table: TableReady) -> TableFacts:
        key = await self._dictionaries.key_of(table)
        held = self._facts.get(_facts_name(table, key))
        if held is None or held.name != table.name:
            columns = await self.columns(table)
            profile, values = (
                json.loads(await self._objects.get(table.profile_key)),
                json.loads(await self._objects.get(table.values_key)),
            )
            key, dictionary = await self._dictionaries.read(table, key)
            held = table_facts(table, columns, profile, values, dictionary)
            self._facts.put(_facts_name(table, key), held, columns)
        return held

    async def forget_session(self, session_id: str) -> None:
        async with redis_errors(), self._redis.pipeline(transaction=True) as pipe:
            pipe.set(gone(session_id), 1, ex=TOMBSTONE_SECONDS)
            pipe.delete(_tables(session_id), _compared(session_id), dictionaries_of(session_id))
            await pipe.execute()
        self._forget_held(keys.session(session_id))

    async def _take_in(self, table: TableReady) -> bool:
        tombstones = _tombstone(table), gone(table.session_id)
        async with redis_errors():
            return bool(
                await self._add(
                    keys=[_tables(table.session_id), *tombstones],
                    args=[table.table_id, table.model_dump_json(), table.version],
                )
            )

    async def _held(self, session_id: str, table_id: str) -> TableReady | None:
        async with redis_errors():
            held = await self._redis.hget(_tables(session_id), table_id)
        return _table_from(json.loads(held)) if held else None

    def _forget_held(self, prefix: str) -> None:
        self._columns.drop(prefix)
        self._facts.drop(prefix)


class Columnwise(Generic[Held]):
    """The things used last, as many as together have `most` columns; the last one put in stays, however wide."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._held: OrderedDict[str, tuple[int, Held]] = OrderedDict()

    def get(self, key: str) -> Held | None:
        if key not in self._held:
            return None
        self._held.move_to_end(key)
        return self._held[key][1]

    def put(self, key: str, thing: Held, columns: Sized) -> None:
        self._held[key] = len(columns), thing
        self._held.move_to_end(key)
        while len(self._held) > 1 and sum(width for width, _ in self._held.values()) > self._most:
            self._held.popitem(last=False)

    def drop(self, prefix: str) -> None:
        for key in [key for key in self._held if key.startswith(prefix)]:
            del self._held[key]


def _table_from(body: dict[str, Any]) -> TableReady:
    """From an event as it is kept, or from a manifest: that lists the columns and describes itself, as did the events of old."""
    if isinstance(body["columns"], list):
        described = body.get("description_key") or keys.table_manifest(body["session_id"], body["table_id"])
        body = body | {"columns": len(body["columns"]), "description_key": described}
    return TableReady.model_validate(body)


def _facts_name(table: TableReady, dictionary_key: str) -> str:
    """Under what facts are held: neither the data nor the dictionary under a key ever changes."""
    return f"{table.data_key} {dictionary_key}"


def _tombstone(event: TableReady | TableDeleted) -> str:
    return gone(f"{event.session_id}:{event.table_id}:{event.file_id}")


def _tables(session_id: str) -> str:
    return f"nlq:session:{session_id}:tables"


def _compared(session_id: str) -> str:
    return f"nlq:session:{session_id}:compared"
