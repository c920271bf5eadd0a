"""Conversations in Redis: one hash, one hash of messages and one list of their order each; a sorted set for each session."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from services.llm.conversation import Asking, Conversation, ConversationPage, Message, title_of
from services.llm.errors import ConversationBusy, ConversationFull, TooManyConversations
from services.llm.storage.redis_errors import translated

if TYPE_CHECKING:
    from redis.asyncio import Redis

FULL = -1
STILL_ANSWERED = "The message before this one is still being answered."
WAIT_OR_STOP = "Wait for its answer, or stop it with DELETE /v1/queries/{id}."
BUSY = -2
# KEYS: conversation, messages, order. ARGV: message id, message, time, title, most messages (0: any), seconds to keep; the question that it asks,
# now, and when that is over at the latest; the question that it ends.
APPEND = f"""
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
if ARGV[10] ~= '' and redis.call('HGET', KEYS[1], 'asking') == ARGV[10] then redis.call('HDEL', KEYS[1], 'asking', 'asking_until') end
if ARGV[7] ~= '' and redis.call('HEXISTS', KEYS[2], ARGV[1]) == 0 then
  if tonumber(redis.call('HGET', KEYS[1], 'asking_until') or '0') > tonumber(ARGV[8]) then return {BUSY} end
end
if tonumber(ARGV[5]) > 0 and redis.call('LLEN', KEYS[3]) >= tonumber(ARGV[5]) then return {FULL} end
if redis.call('HSETNX', KEYS[2], ARGV[1], ARGV[2]) == 0 then return 0 end
redis.call('RPUSH', KEYS[3], ARGV[1])
if ARGV[7] ~= '' then redis.call('HSET', KEYS[1], 'asking', ARGV[7], 'asking_until', ARGV[9]) end
redis.call('HSET', KEYS[1], 'updated_at', ARGV[3])
if ARGV[4] ~= '' then redis.call('HSETNX', KEYS[1], 'title', ARGV[4]) end
for _, key in ipairs(KEYS) do redis.call('EXPIRE', key, ARGV[6]) end
return 1
"""
# KEYS: conversation. ARGV: field, value. A conversation that was deleted must not come back as a hash of one field.
CLAIM = "return redis.call('EXISTS', KEYS[1]) == 1 and redis.call('HSETNX', KEYS[1], ARGV[1], ARGV[2]) or 0"
CHANGE = "if redis.call('EXISTS', KEYS[1]) == 1 then redis.call('HSET', KEYS[1], ARGV[1], ARGV[2]) end"
# KEYS: the session's conversations, its sequence. ARGV: conversation id, most conversations, seconds to keep.
ENROL = f"""
if redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[2]) then return {FULL} end
redis.call('ZADD', KEYS[1], redis.call('INCR', KEYS[2]), ARGV[1])
for _, key in ipairs(KEYS) do redis.call('EXPIRE', key, ARGV[3]) end
return 1
"""


class RedisConversationStore:
    """A `ConversationStore`."""

    def __init__(self, redis: Redis, keep_seconds: int) -> None:
        self._redis = redis
        self._keep_seconds = keep_seconds
        self._append = redis.register_script(APPEND)
        self._enrol = redis.register_script(ENROL)
        self._claim = redis.register_script(CLAIM)
        self._change = redis.register_script(CHANGE)

    @translated
    async def create(self, conversation: Conversation, most: int) -> None:
        keys = [_session_key(conversation.session_id), f"{_session_key(conversation.session_id)}:sequence"]
        if await self._enrol(keys=keys, args=[conversation.conversation_id, most, self._keep_seconds]) == FULL:
            raise TooManyConversations(
                f"This session has {most} conversations already.", hint="Delete some and try again."
            )
        key = _key(conversation.conversation_id)
        made = conversation.created_at.isoformat()
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.hset(key, mapping={"session_id": conversation.session_id, "created_at": made, "updated_at": made})
            pipe.expire(key, self._keep_seconds)
            await pipe.execute()

    @translated
    async def get(self, session_id: str, conversation_id: str) -> Conversation | None:
        return (await self._read([conversation_id], session_id))[0]

    @translated
    async def page(self, session_id: str, before: int | None, limit: int) -> ConversationPage:
        newest = "+inf" if before is None else f"({before}"
        found = cast(
            "list[tuple[str, float]]",
            await self._redis.zrange(
                _session_key(session_id),
                newest,
                "-inf",
                desc=True,
                byscore=True,
                offset=0,
                num=limit + 1,
                withscores=True,
            ),
        )
        shown = found[:limit]
        read = await self._read([name for name, _ in shown], session_id)
        return ConversationPage(
            tuple(conversation for conversation in read if conversation),
            cursor=int(shown[-1][1]) if len(found) > limit else None,
        )

    @translated
    async def append(
        self, conversation_id: str, message: Message, most: int | None = None, asking: Asking | None = None
    ) -> bool:
        title = title_of(message.text) if message.role == "user" else ""
        arguments: list[str | int | float] = [
            message.message_id,
            message.model_dump_json(),
            message.created_at.isoformat(),
            title,
            most or 0,
            self._keep_seconds,
            *((asking.query_id, asking.now, asking.until) if asking else ("", 0, 0)),
            message.query_ids[0] if message.role == "assistant" and message.query_ids else "",
        ]
        outcome = int(await self._append(keys=_keys(conversation_id), args=arguments))
        if outcome == FULL:
            raise ConversationFull(
                f"This conversation has {most} messages already.", hint="Go on in a new conversation."
            )
        if outcome == BUSY:
            raise ConversationBusy(STILL_ANSWERED, hint=WAIT_OR_STOP)
        return outcome == 1

    @translated
    async def claim_title(self, conversation_id: str) -> bool:
        return bool(await self._claim(keys=[_key(conversation_id)], args=["title_claimed", 1]))

    @translated
    async def rename(self, conversation_id: str, title: str) -> None:
        await self._change(keys=[_key(conversation_id)], args=["title", title])

    @translated
    async def messages(self, conversation_id: str) -> list[Message]:
        _, messages, order = _keys(conversation_id)
        ids = await self._redis.lrange(order, 0, -1)
        stored = await self._redis.hmget(messages, ids) if ids else []
        return [Message.model_validate_json(text) for text in stored if text]

    @translated
    async def message(self, conversation_id: str, message_id: str) -> Message | None:
        stored = await self._redis.hget(_keys(conversation_id)[1], message_id)
        return Message.model_validate_json(stored) if stored else None

    @translated
    async def delete(self, session_id: str, conversation_id: str) -> None:
        await self._redis.delete(*_keys(conversation_id))
        await self._redis.zrem(_session_key(session_id), conversation_id)

    @translated
    async def forget(self, session_id: str) -> None:
        """The list goes last: interrupted, the next delivery finds what is left."""
        key = _session_key(session_id)
        for conversation_id in await self._redis.zrange(key, 0, -1):
            await self._redis.delete(*_keys(str(conversation_id)))
        await self._redis.delete(key, f"{key}:sequence")

    async def _read(self, conversation_ids: list[str], session_id: str) -> list[Conversation | None]:
        """Only the session's own; None for the others and for those that are gone."""
        async with self._redis.pipeline(transaction=False) as pipe:
            for conversation_id in conversation_ids:
                pipe.hgetall(_key(conversation_id))
                pipe.llen(_keys(conversation_id)[2])
            answers = await pipe.execute()
        pairs = zip(conversation_ids, answers[::2], answers[1::2], strict=True)
        return [
            Conversation(conversation_id=name, messages=count, **fields)
            if fields.get("session_id") == session_id
            else None
            for name, fields, count in pairs
        ]


def _session_key(session_id: str) -> str:
    return f"llm:conversations:{{{session_id}}}"


def _key(conversation_id: str) -> str:
    return f"llm:conversation:{{{conversation_id}}}"


def _keys(conversation_id: str) -> list[str]:
    key = _key(conversation_id)
    return [key, f"{key}:messages", f"{key}:order"]
