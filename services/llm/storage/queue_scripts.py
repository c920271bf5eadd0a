"""What happens in Redis at one stroke when a worker asks for a turn at the model, and when it has had it. The clock is the server's.

A limit by the minute is a bucket: it holds a minute's worth (requests: a burst), fills evenly, and a turn takes from it what its request is
estimated to need. Its fields in the hash of buckets: `<kind>.level` at `<kind>.at` (milliseconds), and `<kind>.limit` as the server's headers last said it.
"""

from __future__ import annotations

POLL_MS = 100  # how soon a worker looks again when others are before it
SLEEP_MS = 2000  # a longer wait is slept in pieces, so that a waiting worker stays known as alive
GRACE_MS = 1500  # a worker that looks this much later than it said is gone: its place in the queue holds nobody up
BURST = 10  # requests that may follow each other at once within the rate
FRESH = 0.2  # weight of the last reply in the mean of their lengths: five replies and the mean has followed
BUCKETS_KEPT_MS = 86_400_000
TURNS_KEPT_MS = 600_000  # whose last turn is longer ago is first anyway

# Upvalues: `now` and `micro` (the time), `bucket_key`, `limits` (a minute's worth by kind, 0 where nobody set one).
_BUCKETS = f"""
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local micro = time[1] * 1000000 + time[2]
local kinds = {{'requests', 'input', 'output'}}
local function field(name) return tonumber(redis.call('HGET', bucket_key, name) or nil) end
local function bucket(kind)
  local limit = limits[kind] > 0 and limits[kind] or field(kind .. '.limit') or 0
  if limit == 0 then return nil end
  local capacity = kind == 'requests' and math.min({BURST}, limit) or limit
  local level = field(kind .. '.level') or capacity
  local since = now - (field(kind .. '.at') or now)
  return {{capacity = capacity, per_ms = limit / 60000, level = math.min(capacity, level + since * limit / 60000)}}
end
local function fill(kind, level)
  redis.call('HSET', bucket_key, kind .. '.level', level, kind .. '.at', now)
  redis.call('PEXPIRE', bucket_key, {BUCKETS_KEPT_MS})
end
"""

# KEYS: paused, slots, waiting, arrived, turns, buckets. Members of the sets are `<session>|<worker>`.
# ARGV: member, slots, most slots of a session, milliseconds a slot lasts, most waiting workers,
#       requests, input and output tokens per minute, this request's input tokens, its most output tokens.
# Answers {0, reserved output tokens} for a turn, {-1, 0} for a full queue, else {milliseconds to wait, 0}.
TAKE = f"""
local me, bucket_key = ARGV[1], KEYS[6]
local limits = {{requests = tonumber(ARGV[6]), input = tonumber(ARGV[7]), output = tonumber(ARGV[8])}}
{_BUCKETS}
local function session_of(member) return string.match(member, '^[^|]*') end
for _, gone in ipairs(redis.call('ZRANGEBYSCORE', KEYS[3], '-inf', now)) do
  redis.call('ZREM', KEYS[3], gone)
  redis.call('ZREM', KEYS[4], gone)
end
if not redis.call('ZSCORE', KEYS[3], me) and redis.call('ZCARD', KEYS[3]) >= tonumber(ARGV[5]) then return {{-1, 0}} end
redis.call('ZADD', KEYS[4], 'NX', micro, me)
local function wait(ms)
  redis.call('ZADD', KEYS[3], now + math.min(ms, {SLEEP_MS}) + {GRACE_MS}, me)
  for key = 3, 4 do redis.call('PEXPIRE', KEYS[key], {2 * (SLEEP_MS + GRACE_MS)}) end
  return {{math.ceil(ms), 0}}
end

local paused = redis.call('PTTL', KEYS[1])
if paused > 0 then return wait(paused) end
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', now)
local taken = redis.call('ZRANGE', KEYS[2], 0, -1)
if #taken >= tonumber(ARGV[2]) then return wait({POLL_MS}) end

-- Whose turn it is: the session that has been without one for longest, since its last turn or since the first of its workers came, whichever is
-- later; of its workers the first. So whoever waits has only those before it that came or had their turn before, however many come after. What a
-- session holds is a limit and no rank: one slow question would put it behind every session that holds none, for as long as such come.
local held, seen, next = {{}}, {{}}, nil
for _, member in ipairs(taken) do held[session_of(member)] = (held[session_of(member)] or 0) + 1 end
local arrived = redis.call('ZRANGE', KEYS[4], 0, -1, 'WITHSCORES')
for at = 1, #arrived, 2 do
  local member, session = arrived[at], session_of(arrived[at])
  if not seen[session] then
    seen[session] = true
    local since = math.max(tonumber(arrived[at + 1]), tonumber(redis.call('ZSCORE', KEYS[5], session) or 0))
    if (held[session] or 0) < tonumber(ARGV[3]) and (not next or since < next.since) then
      next = {{member = member, since = since}}
    end
  end
end
if not next or next.member ~= me then return wait({POLL_MS}) end

local output = math.min(tonumber(ARGV[10]), field('output.mean') or tonumber(ARGV[10]))
local costs = {{requests = 1, input = tonumber(ARGV[9]), output = output}}
local longest, buckets = 0, {{}}
for _, kind in ipairs(kinds) do
  buckets[kind] = bucket(kind)
  if buckets[kind] then
    -- What needs more than a minute has waits until the minute is whole, and leaves a debt.
    local missing = math.min(costs[kind], buckets[kind].capacity) - buckets[kind].level
    longest = math.max(longest, missing / buckets[kind].per_ms)
  end
end
if longest > 0 then return wait(longest) end
for kind, found in pairs(buckets) do fill(kind, found.level - costs[kind]) end
redis.call('ZADD', KEYS[2], now + ARGV[4], me)
if redis.call('PTTL', KEYS[2]) < tonumber(ARGV[4]) then redis.call('PEXPIRE', KEYS[2], ARGV[4]) end
redis.call('ZREM', KEYS[3], me)
redis.call('ZREM', KEYS[4], me)
redis.call('ZADD', KEYS[5], micro, session_of(me))
redis.call('ZREMRANGEBYSCORE', KEYS[5], '-inf', micro - {TURNS_KEPT_MS * 1000})
redis.call('PEXPIRE', KEYS[5], {TURNS_KEPT_MS})
return {{0, math.ceil(output)}}
"""

# KEYS: buckets. ARGV: requests, input and output tokens per minute; then for each of the three what was reserved and not used, what the
# headers said remains, and what they said a minute has (-1: nothing); their age in milliseconds; the reply's tokens (-1: there was none).
SETTLE = f"""
local bucket_key = KEYS[1]
local limits = {{requests = tonumber(ARGV[1]), input = tonumber(ARGV[2]), output = tonumber(ARGV[3])}}
{_BUCKETS}
for number, kind in ipairs(kinds) do
  local unused, remaining, limit = tonumber(ARGV[1 + 3 * number]), tonumber(ARGV[2 + 3 * number]), tonumber(ARGV[3 + 3 * number])
  if limit > 0 then redis.call('HSET', bucket_key, kind .. '.limit', limit) end
  local found = bucket(kind)
  if found then
    local level = math.min(found.capacity, found.level + unused)
    -- The server knows of those who share the account and are not in this queue: less than we think may be left, and never more.
    if remaining >= 0 then level = math.min(level, remaining + ARGV[13] * found.per_ms) end
    fill(kind, level)
  end
end
local reply = tonumber(ARGV[14])
if reply >= 0 then
  local mean = field('output.mean') or reply
  redis.call('HSET', bucket_key, 'output.mean', mean + {FRESH} * (reply - mean))
  redis.call('PEXPIRE', bucket_key, {BUCKETS_KEPT_MS})
end
"""

# KEYS: paused. ARGV: milliseconds. A shorter pause never ends a longer one.
PAUSE = "if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[1]) then redis.call('SET', KEYS[1], 1, 'PX', ARGV[1]) end"
