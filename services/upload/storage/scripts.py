"""Lua for Redis: what must happen at once or not at all. Every key of a session carries its id as hash tag."""

from __future__ import annotations

OPEN = """
-- KEYS quota open files transfer lock record; ARGV id bytes limit most_open most_files transfer record expires lock_ms
if redis.call('EXISTS', KEYS[1]) == 0 then return {'unknown'} end
if redis.call('ZCARD', KEYS[2]) >= tonumber(ARGV[4]) then return {'open'} end
if ARGV[7] ~= '' and redis.call('ZCARD', KEYS[3]) >= tonumber(ARGV[5]) then return {'files'} end
local total = tonumber(redis.call('HGET', KEYS[1], 'total') or '0')
if total + tonumber(ARGV[2]) > tonumber(ARGV[3]) then return {'quota', tostring(total)} end
redis.call('HINCRBY', KEYS[1], 'total', ARGV[2])
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
redis.call('ZADD', KEYS[2], ARGV[8], ARGV[1])
redis.call('HSET', KEYS[4], 'state', ARGV[6], 'fence', '1', 'held', '1')
redis.call('SET', KEYS[5], '1', 'PX', ARGV[9])
if ARGV[7] ~= '' then
  redis.call('SET', KEYS[6], ARGV[7])
  redis.call('ZADD', KEYS[3], redis.call('HINCRBY', KEYS[1], 'sequence', 1), ARGV[1])
end
return {'ok'}
"""

RESERVE = """
-- KEYS quota; ARGV id bytes limit freed*: `freed` give up theirs in the same step
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
local function held(id) return tonumber(redis.call('HGET', KEYS[1], id) or '0') end
local total = tonumber(redis.call('HGET', KEYS[1], 'total') or '0')
local grown = tonumber(ARGV[2]) - held(ARGV[1])
for i = 4, #ARGV do grown = grown - held(ARGV[i]) end
if grown > 0 and total + grown > tonumber(ARGV[3]) then return 0 end
for i = 4, #ARGV do redis.call('HDEL', KEYS[1], ARGV[i]) end
redis.call('HINCRBY', KEYS[1], 'total', grown)
if tonumber(ARGV[2]) == 0 then redis.call('HDEL', KEYS[1], ARGV[1]) else redis.call('HSET', KEYS[1], ARGV[1], ARGV[2]) end
return 1
"""

RESTORE = """
-- KEYS quota files; ARGV (id bytes)*: once, however many copies find the session's records lost
if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
redis.call('HSET', KEYS[1], 'total', '0')
for i = 1, #ARGV, 2 do
  redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1])
  redis.call('HINCRBY', KEYS[1], 'total', ARGV[i + 1])
  redis.call('ZADD', KEYS[2], redis.call('HINCRBY', KEYS[1], 'sequence', 1), ARGV[i])
end
return 1
"""

REMOVE = """
-- KEYS quota open files transfer lock record aliases; ARGV id
local held = tonumber(redis.call('HGET', KEYS[1], ARGV[1]) or '0')
if held > 0 then redis.call('HINCRBY', KEYS[1], 'total', -held) end
redis.call('HDEL', KEYS[1], ARGV[1])
redis.call('ZREM', KEYS[2], ARGV[1])
redis.call('ZREM', KEYS[3], ARGV[1])
redis.call('DEL', KEYS[4], KEYS[5], KEYS[6], KEYS[7])
return 1
"""

SWAP = """
-- KEYS record; ARGV old new
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2])
return 1
"""

ACQUIRE = """
-- KEYS transfer lock; ARGV lock_ms: who comes after a holder that did not let go is told so (unclean)
local state = redis.call('HGET', KEYS[1], 'state')
if not state then return {'missing'} end
if redis.call('EXISTS', KEYS[2]) == 1 then return {'locked'} end
local unclean = redis.call('HGET', KEYS[1], 'held') ~= ''
local fence = redis.call('HINCRBY', KEYS[1], 'fence', 1)
redis.call('HSET', KEYS[1], 'held', fence)
redis.call('SET', KEYS[2], fence, 'PX', ARGV[1])
return {'ok', fence, unclean and 1 or 0, state}
"""

COMMIT = """
-- KEYS transfer open; ARGV fence state id still_open seconds
if redis.call('HGET', KEYS[1], 'fence') ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[1], 'state', ARGV[2])
if ARGV[4] == '1' then return 1 end
redis.call('ZREM', KEYS[2], ARGV[3])
redis.call('EXPIRE', KEYS[1], ARGV[5])
return 1
"""

REFRESH = """
-- KEYS transfer lock; ARGV fence lock_ms
if redis.call('HGET', KEYS[1], 'fence') ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[2], ARGV[1], 'PX', ARGV[2])
return 1
"""

RELEASE = """
-- KEYS transfer lock; ARGV fence
if redis.call('HGET', KEYS[1], 'fence') ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[1], 'held', '')
redis.call('DEL', KEYS[2])
return 1
"""

UNLOCK = """
-- KEYS lock; ARGV owner
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0
"""

TAKE = """
-- KEYS bucket; ARGV rate burst: a token bucket on the server's clock; returns the milliseconds to wait
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local rate, burst = tonumber(ARGV[1]), tonumber(ARGV[2])
local level = tonumber(redis.call('HGET', KEYS[1], 'level') or burst)
local seen = tonumber(redis.call('HGET', KEYS[1], 'seen') or now)
level = math.min(burst, level + math.max(0, now - seen) * rate / 1000)
if level < 1 then return math.ceil((1 - level) * 1000 / rate) end
redis.call('HSET', KEYS[1], 'level', tostring(level - 1), 'seen', tostring(now))
redis.call('PEXPIRE', KEYS[1], math.ceil(burst / rate * 1000) + 1000)
return 0
"""
