"""Reservations in Redis: a hash of amounts with their sum for what is held, a sorted set of deadlines for what passes."""

from __future__ import annotations

from services.session.domain import Reserved
from services.session.storage.redis import Client, milliseconds, translated

# ARGV: session, kind, amount, limit, reservation. The sum is kept beside the amounts.
HOLD = """
local key, sum = 'session:held:' .. ARGV[1], 'sum:' .. ARGV[2]
local id, amount, limit = ARGV[2] .. ':' .. ARGV[5], tonumber(ARGV[3]), tonumber(ARGV[4])
local used = tonumber(redis.call('HGET', key, sum) or '0')
if redis.call('HEXISTS', key, id) == 1 then return {1, used} end
if redis.call('EXISTS', 'session:of:' .. ARGV[1]) == 0 or used + amount > limit then return {0, used} end
redis.call('HSET', key, id, amount)
return {1, redis.call('HINCRBY', key, sum, amount)}
"""

RELEASE = """
local key, id = 'session:held:' .. ARGV[1], ARGV[2] .. ':' .. ARGV[3]
redis.call('ZREM', 'session:running:' .. ARGV[1], ARGV[3])
local amount = redis.call('HGET', key, id)
if not amount then return 0 end
redis.call('HDEL', key, id)
redis.call('HINCRBY', key, 'sum:' .. ARGV[2], -tonumber(amount))
return 1
"""

# A place for a while. ARGV: session, now, milliseconds, limit, reservation. The score of a place is its end.
HOLD_FOR = """
local key, now, limit = KEYS[1], tonumber(ARGV[2]), tonumber(ARGV[4])
redis.call('ZREMRANGEBYSCORE', key, '-inf', now)
local used = redis.call('ZCARD', key)
if redis.call('ZSCORE', key, ARGV[5]) then return {1, used, 0} end
if redis.call('EXISTS', 'session:of:' .. ARGV[1]) == 0 then return {0, used, 0} end
if used >= limit then
  local first = redis.call('ZRANGE', key, 0, 0, 'WITHSCORES')
  return {0, used, tonumber(first[2]) - now}
end
redis.call('ZADD', key, now + tonumber(ARGV[3]), ARGV[5])
redis.call('PEXPIRE', key, ARGV[3])
return {1, used + 1, 0}
"""
PLACES = {"questions_per_minute": "asked", "concurrent_questions": "running"}
LONGEST_HINT = 5.0  # seconds: a running question usually ends long before its place does


class RedisReservations:
    """A `ReservationStore`; every decision is one script."""

    def __init__(self, client: Client) -> None:
        self._redis = client
        self._hold = client.register_script(HOLD)
        self._hold_for = client.register_script(HOLD_FOR)
        self._release = client.register_script(RELEASE)

    async def hold(self, session_id: str, kind: str, amount: int, limit: int, reservation: str) -> Reserved:
        with translated():
            granted, used = await self._hold(args=[session_id, kind, amount, limit, reservation])
        return Reserved(bool(granted), int(used), limit)

    async def hold_for(self, session_id: str, kind: str, seconds: float, limit: int, reservation: str, now: float) -> Reserved:
        arguments: list[str | int] = [session_id, milliseconds(now), milliseconds(seconds), limit, reservation]
        with translated():
            granted, used, waiting = await self._hold_for(keys=[f"session:{PLACES[kind]}:{session_id}"], args=arguments)
        wait = int(waiting) / 1000
        return Reserved(bool(granted), int(used), limit, min(wait, LONGEST_HINT) if kind == "concurrent_questions" else wait)

    async def release(self, session_id: str, kind: str, reservation: str) -> None:
        with translated():
            await self._release(args=[session_id, kind, reservation])

    async def used(self, session_id: str, now: float) -> dict[str, int]:
        with translated():
            async with self._redis.pipeline(transaction=False) as pipe:
                pipe.hmget(f"session:held:{session_id}", ["sum:bytes", "sum:tables"])
                for name in PLACES.values():
                    pipe.zcount(f"session:{name}:{session_id}", milliseconds(now), "+inf")
                (held_bytes, held_tables), *places = await pipe.execute()
        held = {"bytes": int(held_bytes or 0), "tables": int(held_tables or 0)}
        return held | dict(zip(PLACES, map(int, places), strict=True))
