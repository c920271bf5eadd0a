"""Questions in Redis. Keys: `nlq:query:<id>`, `nlq:session:<sid>:…`, `nlq:conversation:<id>`, `nlq:open`, `nlq:gone:<sid>`."""

from __future__ import annotations

from typing import Any, cast

from redis.asyncio import Redis

from services.nlq.domain import PAUSES, Question
from services.nlq.storage.redis_errors import TOMBSTONE_SECONDS, gone, redis_errors

TURNS_HELD = 50
OPEN = "nlq:open"
REPLACE = """
local held = redis.call('GET', KEYS[1])
if not held or cjson.decode(held)['version'] ~= tonumber(ARGV[2]) then return 0 end
redis.call('SET', KEYS[1], ARGV[1])
return 1
"""


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
            if question.conversation_id and question.state in PAUSES:
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
            held = await self._redis.mget([_query(str(query_id)) for query_id in ids]) if ids else []
        return [Question.model_validate_json(question) for question in held if question]

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
            await self._redis.set(gone(session_id), 1, ex=TOMBSTONE_SECONDS)
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
            return bool(await self._redis.exists(gone(session_id)))

    async def ping(self) -> None:
        async with redis_errors():
            await self._redis.ping()


def _query(query_id: str) -> str:
    return f"nlq:query:{query_id}"


def _all(session_id: str) -> str:
    return f"nlq:session:{session_id}:queries"


def _listed(session_id: str) -> str:
    return f"nlq:session:{session_id}:listed"


def _conversations(session_id: str) -> str:
    return f"nlq:session:{session_id}:conversations"


def _turns(conversation_id: str) -> str:
    return f"nlq:conversation:{conversation_id}"
