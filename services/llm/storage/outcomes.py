"""What became of each generation, in Redis."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.llm.ports import Outcome
from services.llm.storage.redis_errors import translated
from shared.events import QueryGenerated, QueryGenerationFailed, QueryWritten

if TYPE_CHECKING:
    from redis.asyncio import Redis

KEPT = 3600  # seconds; far longer than a message is redelivered for
_KINDS: dict[str, type[Outcome]] = {
    kind.subject: kind for kind in (QueryGenerated, QueryWritten, QueryGenerationFailed)
}


class RedisOutcomeStore:
    """An `OutcomeStore`. Outcomes expire by themselves, a forgotten session's too."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    @translated
    async def find(self, session_id: str, query_id: str, step: int, attempt: int) -> Outcome | None:
        stored = await self._redis.get(_key(session_id, query_id, step, attempt))
        if stored is None:
            return None
        subject, _, body = str(stored).partition(" ")
        return _KINDS[subject].model_validate_json(body)

    @translated
    async def keep(self, outcome: Outcome) -> None:
        key = _key(outcome.session_id, outcome.query_id, outcome.step, outcome.attempt)
        await self._redis.set(key, f"{outcome.subject} {outcome.model_dump_json()}", ex=KEPT)


def _key(session_id: str, query_id: str, step: int, attempt: int) -> str:
    return f"llm:outcome:{session_id}:{query_id}:{step}.{attempt}"
