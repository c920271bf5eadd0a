"""Questions and the table catalogue in Redis. Keys: `nlq:query:<id>`, `nlq:session:<sid>:…`, `nlq:conversation:<id>`, `nlq:open`."""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, cast

from redis.asyncio import Redis
from redis.exceptions import RedisError

from services.nlq.domain import PAUSES, Question
from services.nlq.facts import table_facts
from services.nlq.planning import TableFacts
from shared.errors import Unavailable
from shared.events import TableReady
from shared.objects import ObjectMissing, ObjectStore, keys

FACTS_HELD = 256
TURNS_HELD = 50
TOMBSTONE_SECONDS = 7 * 86400
OPEN = "nlq:open"
REPLACE = """
local held = redis.call('GET', KEYS[1])
if not held or cjson.decode(held)['version'] ~= tonumber(ARGV[2]) then return 0 end
redis.call('SET', KEYS[1], ARGV[1])
return 1
"""


class StoreUnavailable(Unavailable):
    """Redis does not answer."""

    code = "query_store_unavailable"


@asynccontextmanager
async def redis_errors() -> AsyncIterator[None]:
    try:
        yield
    except RedisError as error:
        raise StoreUnavailable(
            "The store of questions does not answer.", hint="Try again in a moment.", retry_after=2
        ) from error


class RedisCatalog:
    """A `Catalog`. Facts are held in memory by the version's key, which never changes its meaning."""

    def __init__(self, redis: Redis, objects: ObjectStore) -> None:
        self._redis = redis
        self._objects = objects
        self._facts: OrderedDict[str, TableFacts] = OrderedDict()

    async def add(self, event: TableReady) -> None:
        held = await self._held(event.session_id, event.table_id)
        if held and held.version > event.version:
            return
        async with redis_errors():
            await self._redis.hset(_tables(event.session_id), event.table_id, event.model_dump_json())

    async def remove(self, session_id: str, table_id: str) -> None:
        async with redis_errors():
            await self._redis.hdel(_tables(session_id), table_id)

    async def of_session(self, session_id: str) -> list[TableReady]:
        async with redis_errors():
            held = await self._redis.hvals(_tables(session_id))
        if held:
            return [TableReady.model_validate_json(body) for body in held]
        manifests = await self._objects.keys_under(f"{keys.session(session_id)}tables/")
        found = [await self.get(session_id, key.split("/")[3]) for key in manifests if key.endswith("/manifest.json")]
        return [table for table in found if table]

    async def get(self, session_id: str, table_id: str) -> TableReady | None:
        held = await self._held(session_id, table_id)
        if held:
            return held
        try:
            body = await self._objects.get(f"{keys.table(session_id, table_id)}manifest.json")
        except ObjectMissing:
            return None
        event = TableReady.model_validate(json.loads(body))
        await self.add(event)
        return event

    async def facts(self, table: TableReady) -> TableFacts:
        held = self._facts.get(table.values_key)
        if held is None or held.name != table.name:
            profile, values = (
                json.loads(await self._objects.get(table.profile_key)),
                json.loads(await self._objects.get(table.values_key)),
            )
            held = self._facts[table.values_key] = table_facts(table, profile, values)
        self._facts.move_to_end(table.values_key)
        while len(self._facts) > FACTS_HELD:
            self._facts.popitem(last=False)
        return held

    async def forget_session(self, session_id: str) -> None:
        async with redis_errors():
            await self._redis.delete(_tables(session_id))
        for key in [key for key in self._facts if key.startswith(keys.session(session_id))]:
            del self._facts[key]

    async def _held(self, session_id: str, table_id: str) -> TableReady | None:
        async with redis_errors():
            held = await self._redis.hget(_tables(session_id), table_id)
        return TableReady.model_validate_json(held) if held else None


class RedisQueryStore:
    """A `QueryStore`."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._replace: Any = redis.register_script(REPLACE)

    async def create(self, question: Question, *, listed: bool) -> None:
        async with redis_errors(), self._redis.pipeline(transaction=True) as pipe:
            pipe.set(_query(question.query_id), question.model_dump_json(), nx=True)
            pipe.sadd(_all(question.session_id), question.query_id)
            pipe.zadd(OPEN, {question.query_id: question.deadline})
            if listed:
                pipe.zadd(_listed(question.session_id), {question.query_id: question.deadline}, nx=True)
            await pipe.execute()

    async def get(self, query_id: str) -> Question | None:
        async with redis_errors():
            held = await self._redis.get(_query(query_id))
        return Question.model_validate_json(held) if held else None

    async def replace(self, question: Question, expected: int) -> bool:
        async with redis_errors():
            done = await self._replace(keys=[_query(question.query_id)], args=[question.model_dump_json(), expected])
            if done:
                await self._index(question)
        return bool(done)

    async def _index(self, question: Question) -> None:
        """Keep the list of open questions, and of a conversation's turns, in step. Doing it twice changes nothing."""
        async with self._redis.pipeline(transaction=True) as pipe:
            if question.state in PAUSES:
                pipe.zrem(OPEN, question.query_id)
            else:
                pipe.zadd(OPEN, {question.query_id: question.deadline})
            if question.conversation_id and question.state == "answered":
                pipe.lrem(_turns(question.conversation_id), 0, question.query_id)
                pipe.rpush(_turns(question.conversation_id), question.query_id)
                pipe.ltrim(_turns(question.conversation_id), -TURNS_HELD, -1)
                pipe.sadd(_conversations(question.session_id), question.conversation_id)
            await pipe.execute()

    async def of_session(self, session_id: str, before: float | None, limit: int) -> list[tuple[float, Question]]:
        highest = f"({before}" if before is not None else "+inf"
        async with redis_errors():
            found = await self._redis.zrange(
                _listed(session_id), highest, "-inf", desc=True, byscore=True, offset=0, num=limit, withscores=True
            )
        queries = [
            (float(score), await self.get(str(query_id))) for query_id, score in cast("list[tuple[str, float]]", found)
        ]
        return [(score, question) for score, question in queries if question]

    async def turns(self, conversation_id: str, limit: int) -> list[Question]:
        async with redis_errors():
            ids = await self._redis.lrange(_turns(conversation_id), -limit, -1)
        found = [await self.get(str(query_id)) for query_id in ids]
        return [question for question in found if question]

    async def forget_conversation(self, conversation_id: str) -> None:
        async with redis_errors():
            await self._redis.delete(_turns(conversation_id))

    async def overdue(self, now: float, limit: int) -> list[str]:
        async with redis_errors():
            return [
                str(query_id)
                for query_id in await self._redis.zrange(OPEN, "-inf", now, byscore=True, offset=0, num=limit)
            ]

    async def dismiss(self, query_id: str) -> None:
        """Take a question off the list of open ones without touching it."""
        async with redis_errors():
            await self._redis.zrem(OPEN, query_id)

    async def forget_session(self, session_id: str) -> None:
        async with redis_errors():
            await self._redis.set(f"nlq:gone:{session_id}", 1, ex=TOMBSTONE_SECONDS)
            queries = [str(query_id) for query_id in await self._redis.smembers(_all(session_id))]
            conversations = [str(c) for c in await self._redis.smembers(_conversations(session_id))]
            doomed = [
                *map(_query, queries),
                *map(_turns, conversations),
                _all(session_id),
                _listed(session_id),
                _conversations(session_id),
            ]
            await self._redis.delete(*doomed)
            if queries:
                await self._redis.zrem(OPEN, *queries)

    async def is_forgotten(self, session_id: str) -> bool:
        async with redis_errors():
            return bool(await self._redis.exists(f"nlq:gone:{session_id}"))

    async def ping(self) -> None:
        async with redis_errors():
            await self._redis.ping()


def _query(query_id: str) -> str:
    return f"nlq:query:{query_id}"


def _tables(session_id: str) -> str:
    return f"nlq:session:{session_id}:tables"


def _all(session_id: str) -> str:
    return f"nlq:session:{session_id}:queries"


def _listed(session_id: str) -> str:
    return f"nlq:session:{session_id}:listed"


def _conversations(session_id: str) -> str:
    return f"nlq:session:{session_id}:conversations"


def _turns(conversation_id: str) -> str:
    return f"nlq:conversation:{conversation_id}"
