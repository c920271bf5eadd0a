"""Owed questions in Redis: one sorted set of the whole house, by when they were kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from services.llm.storage.redis_errors import translated
from shared.events import LlmQuestionAsked

if TYPE_CHECKING:
    from redis.asyncio import Redis

OWED = "llm:owed"


class RedisOwedQuestions:
    """An `OwedQuestions`."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    @translated
    async def keep(self, question: LlmQuestionAsked, at: float) -> None:
        await self._redis.zadd(OWED, {question.model_dump_json(): at})

    @translated
    async def kept_before(self, at: float, limit: int) -> list[LlmQuestionAsked]:
        found = cast("list[str]", await self._redis.zrange(OWED, "-inf", at, byscore=True, offset=0, num=limit))
        return [LlmQuestionAsked.model_validate_json(question) for question in found]

    @translated
    async def remove(self, question: LlmQuestionAsked) -> None:
        await self._redis.zrem(OWED, question.model_dump_json())
