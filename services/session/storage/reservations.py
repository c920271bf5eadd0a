"""Reservations in Redis: a hash of amounts with their sum for what is held, sorted sets of deadlines for places."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from services.session.domain import Reserved
from services.session.errors import SessionsRecovering
from services.session.storage.redis import Client, milliseconds, translated

# What a reservation answers where the session is not known: it has ended, or Redis lost it and it may come back. Which tables
# it has is known again only with the registry.
UNKNOWN = """
local function unknown(sid, used, key)
  if redis.call('EXISTS', 'session:of:' .. sid) == 1 then
    local counted = key ~= 'session:tables:' .. sid or redis.call('EXISTS', 'session:whole:registry') == 1
    return not counted and {'lost', used, 0} or nil
  end
  local whole = redis.call('EXISTS', 'session:whole:tokens') == 1 or redis.call('EXISTS', 'session:end:' .. sid) == 1
  return {whole and 'ended' or 'lost', used, 0}
end
"""

# ARGV: session, kind, amount, limit, reservation. The sum is kept beside the amounts.
HOLD = (
    UNKNOWN
    + """
local key, sum = 'session:held:' .. ARGV[1], 'sum:' .. ARGV[2]
local id, amount, limit = ARGV[2] .. ':' .. ARGV[5], tonumber(ARGV[3]), tonumber(ARGV[4])
local used = tonumber(redis.call('HGET', key, sum) or '0')
local answer = unknown(ARGV[1], used, key)
if answer then return answer end
if redis.call('HEXISTS', key, id) == 1 then return {'granted', used, 0} end
if used + amount > limit then return {'refused', used, 0} end
redis.call('HSET', key, id, amount)
return {'granted', redis.call('HINCRBY', key, sum, amount), 0}
"""
)

RELEASE = """
local key, id = 'session:held:' .. ARGV[1], ARGV[2] .. ':' .. ARGV[3]
local amount = redis.call('HGET', key, id)
if not amount then return 0 end
redis.call('HDEL', key, id)
redis.call('HINCRBY', key, 'sum:' .. ARGV[2], -tonumber(amount))
return 1
"""

# Places for a while, all or none. ARGV: session, now, end, limit, reservations…. The score of a place is its end; that of a
# table in the registry is +inf. The whole set goes when its last place does.
TAKE_PLACES = (
    UNKNOWN
    + """
local key, now, limit, fresh = KEYS[1], ARGV[2], tonumber(ARGV[4]), 0
redis.call('ZREMRANGEBYSCORE', key, '-inf', now)
local used = redis.call('ZCARD', key)
local answer = unknown(ARGV[1], used, key)
if answer then return answer end
for i = 5, #ARGV do
  if not redis.call('ZSCORE', key, ARGV[i]) then fresh = fresh + 1 end
end
if fresh > 0 and used + fresh > limit then
  local freed = used + fresh - limit - 1
  local ending = redis.call('ZRANGE', key, freed, freed, 'WITHSCORES')
  return {'refused', used, ending[2] and ending[2] ~= 'inf' and math.ceil(tonumber(ending[2]) - tonumber(now)) or 0}
end
for i = 5, #ARGV do redis.call('ZADD', key, 'GT', ARGV[3], ARGV[i]) end
local last = redis.call('ZRANGE', key, -1, -1, 'WITHSCORES')[2]
if last == 'inf' then redis.call('PERSIST', key) else redis.call('PEXPIREAT', key, last) end
return {'granted', used + fresh, 0}
"""
)
PLACES = {"tables": "tables", "questions_per_minute": "asked", "concurrent_questions": "running"}
LONGEST_HINT = 5.0  # seconds: a running question usually ends long before its place does


class RedisReservations:
    """A `ReservationStore`; every decision is one script."""

    def __init__(self, client: Client) -> None:
        self._redis = client
        self._hold = client.register_script(HOLD)
        self._take = client.register_script(TAKE_PLACES)
        self._release = client.register_script(RELEASE)

    async def hold(self, session_id: str, kind: str, amount: int, limit: int, reservation: str) -> Reserved:
        with translated():
            answer = await self._hold(args=[session_id, kind, amount, limit, reservation])
        return _reserved(answer, limit)

    async def take_places(
        self, session_id: str, kind: str, seconds: float, limit: int, reservations: Sequence[str], now: float
    ) -> Reserved:
        arguments: list[str | int] = [session_id, milliseconds(now), milliseconds(now + seconds), limit, *reservations]
        with translated():
            answer = await self._take(keys=[f"session:{PLACES[kind]}:{session_id}"], args=arguments)
        hints = {"tables": 0.0, "concurrent_questions": LONGEST_HINT}
        return _reserved(answer, limit, hints.get(kind, seconds))

    async def release(self, session_id: str, kind: str, reservations: Sequence[str]) -> None:
        with translated():
            if kind in PLACES:
                await self._redis.zrem(f"session:{PLACES[kind]}:{session_id}", *reservations)
                return
            for reservation in reservations:
                await self._release(args=[session_id, kind, reservation])

    async def used(self, session_id: str, now: float) -> dict[str, int]:
        with translated():
            async with self._redis.pipeline(transaction=False) as pipe:
                pipe.hget(f"session:held:{session_id}", "sum:bytes")
                for name in PLACES.values():
                    pipe.zcount(f"session:{name}:{session_id}", milliseconds(now), "+inf")
                held_bytes, *places = await pipe.execute()
        return {"bytes": int(held_bytes or 0)} | dict(zip(PLACES, map(int, places), strict=True))


def _reserved(answer: Sequence[Any], limit: int, longest_hint: float = 0.0) -> Reserved:
    outcome, used, waiting = answer
    if outcome == "lost":
        raise SessionsRecovering("Sessions are being restored.", hint="Try again in a few seconds.", retry_after=3)
    return Reserved(outcome == "granted", int(used), limit, min(int(waiting) / 1000, longest_hint), outcome == "ended")
