"""Token and cost sums in Redis: per session, per model, per question; money per day over all sessions."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from services.llm.limits.tokens import Spent, TokenUsage
from services.llm.limits.usage import Exchange, UsageReport
from services.llm.storage.redis_errors import translated

if TYPE_CHECKING:
    from redis.asyncio import Redis

RECENT = 50
DAY_KEPT = 8 * 86400  # seconds; the ceiling needs one day, an operator may ask for the week
# KEYS: counted ids, sums, recent. ARGV: usage id, query id, model, exchange as JSON, seconds to keep, then name and number pairs.
RECORD = f"""
if redis.call('SADD', KEYS[1], ARGV[1]) == 0 then return 0 end
for i = 6, #ARGV, 2 do
  redis.call('HINCRBY', KEYS[2], 'session||' .. ARGV[i], ARGV[i + 1])
  redis.call('HINCRBY', KEYS[2], 'query|' .. ARGV[2] .. '|' .. ARGV[i], ARGV[i + 1])
  redis.call('HINCRBY', KEYS[2], 'model|' .. ARGV[3] .. '|' .. ARGV[i], ARGV[i + 1])
end
redis.call('LPUSH', KEYS[3], ARGV[4])
redis.call('LTRIM', KEYS[3], 0, {RECENT - 1})
for _, key in ipairs(KEYS) do redis.call('EXPIRE', key, ARGV[5]) end
return 1
"""
NUMBERS = ("requests", "input", "output", "cache_read", "cache_write", "cost_micros")


class RedisUsageLedger:
    """A `UsageLedger`. All of a session's figures are in three keys, so that forgetting it is deleting them.

    The day's sum is a key of its own: it holds no session, outlives them, and lies elsewhere in a cluster, so that it follows the others by a moment.
    """

    def __init__(self, redis: Redis, keep_seconds: int) -> None:
        self._redis = redis
        self._record = redis.register_script(RECORD)
        self._keep_seconds = keep_seconds

    @translated
    async def record(self, exchange: Exchange) -> bool:
        numbers = {"requests": 1, **asdict(exchange.usage), "cost_micros": exchange.cost_micros}
        pairs = [part for name in NUMBERS for part in (name, numbers[name])]
        stored = json.dumps({**asdict(exchange), "at": exchange.at.isoformat()})
        arguments = [exchange.usage_id, exchange.query_id, exchange.model, stored, self._keep_seconds, *pairs]
        is_new = bool(await self._record(keys=list(_keys(exchange.session_id)), args=arguments))
        if is_new:
            async with self._redis.pipeline(transaction=True) as pipe:
                key = _day_key(exchange.at.astimezone(UTC).date())
                pipe.incrby(key, exchange.cost_micros)
                pipe.expire(key, DAY_KEPT)
                await pipe.execute()
        return is_new

    @translated
    async def of_query(self, session_id: str, query_id: str) -> Spent:
        return await self._sum(session_id, f"query|{query_id}|")

    @translated
    async def of_session(self, session_id: str) -> Spent:
        return await self._sum(session_id, "session||")

    @translated
    async def of_day(self, day: date) -> int:
        return int(await self._redis.get(_day_key(day)) or 0)

    @translated
    async def report(self, session_id: str) -> UsageReport:
        _, sums, recent = _keys(session_id)
        figures = {str(name): str(value) for name, value in (await self._redis.hgetall(sums)).items()}
        models = sorted({name.split("|")[1] for name in figures if name.startswith("model|")})
        exchanges = await self._redis.lrange(recent, 0, -1)
        return UsageReport(
            session=_spent(figures, "session||"),
            by_model={model: _spent(figures, f"model|{model}|") for model in models},
            recent=tuple(_exchange(json.loads(text)) for text in exchanges),
        )

    @translated
    async def forget(self, session_id: str) -> None:
        await self._redis.delete(*_keys(session_id))

    async def _sum(self, session_id: str, prefix: str) -> Spent:
        names = [f"{prefix}{name}" for name in NUMBERS]
        values = await self._redis.hmget(_keys(session_id)[1], names)
        return _spent({name: str(value) for name, value in zip(names, values, strict=True) if value}, prefix)


def _keys(session_id: str) -> tuple[str, str, str]:
    return (
        f"llm:usage:{{{session_id}}}:counted",
        f"llm:usage:{{{session_id}}}:sums",
        f"llm:usage:{{{session_id}}}:recent",
    )


def _day_key(day: date) -> str:
    return f"llm:usage:day:{day.isoformat()}"


def _spent(figures: Mapping[str, str], prefix: str) -> Spent:
    number = {name: int(figures.get(f"{prefix}{name}", 0)) for name in NUMBERS}
    usage = TokenUsage(number["input"], number["output"], number["cache_read"], number["cache_write"])
    return Spent(usage, number["cost_micros"], number["requests"])


def _exchange(stored: dict[str, Any]) -> Exchange:
    return Exchange(**{**stored, "usage": TokenUsage(**stored["usage"]), "at": datetime.fromisoformat(stored["at"])})
