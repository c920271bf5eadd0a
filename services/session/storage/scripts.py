"""The Lua that makes each decision about sessions one step in Redis. Times are whole milliseconds since the epoch.

Keys are named by the script from the session's id, so the scripts want one Redis (with replicas), not a Redis Cluster.
"""

from __future__ import annotations

FIND = """
local sid = redis.call('GET', KEYS[1])
if not sid then
  if redis.call('EXISTS', 'session:whole:tokens') == 0 then return {'lost'} end
  return {'absent'}
end
local key = 'session:of:' .. sid
local f = redis.call('HMGET', key, 'created', 'idle_until', 'until', 'user', 'privacy')
if not f[1] then return {'absent'} end
local now, idle, last = tonumber(ARGV[1]), tonumber(f[2]), tonumber(f[3])
if now >= idle or now >= last then return {'absent'} end
local fresh = now + tonumber(ARGV[2])
if fresh - idle > tonumber(ARGV[3]) then
  idle = fresh
  redis.call('HSET', key, 'idle_until', idle)
  redis.call('ZADD', 'session:expiry', math.min(idle, last), sid)
end
return {'found', sid, f[1], tostring(idle), f[3], f[4], f[5]}
"""

INSERT = """
local sid, created, idle, last, user, privacy = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5], ARGV[6]
if redis.call('EXISTS', 'session:end:' .. sid) == 1 then return 0 end
local key = 'session:of:' .. sid
if redis.call('EXISTS', key) == 0 then
  redis.call('HSET', key, 'created', created, 'idle_until', idle, 'until', last, 'user', user, 'privacy', privacy)
  redis.call('ZADD', 'session:expiry', math.min(tonumber(idle), tonumber(last)), sid)
end
if user ~= '' then redis.call('SET', 'session:user:' .. user, sid, 'NX') end
for i = 7, #ARGV do
  redis.call('SET', 'session:token:' .. ARGV[i], sid, 'PXAT', last)
  redis.call('SADD', 'session:tokens:' .. sid, ARGV[i])
end
return 1
"""

ROTATE = """
local sid, old, new = ARGV[1], ARGV[2], ARGV[3]
if redis.call('GET', 'session:token:' .. old) ~= sid then return 0 end
local last = redis.call('HGET', 'session:of:' .. sid, 'until')
if not last then return 0 end
redis.call('DEL', 'session:token:' .. old)
redis.call('SREM', 'session:tokens:' .. sid, old)
redis.call('SET', 'session:token:' .. new, sid, 'PXAT', last)
redis.call('SADD', 'session:tokens:' .. sid, new)
return 1
"""

PROLONG = """
local sid, last = ARGV[1], ARGV[2]
local key = 'session:of:' .. sid
local idle = redis.call('HGET', key, 'idle_until')
if not idle then return 0 end
redis.call('HSET', key, 'until', last)
redis.call('ZADD', 'session:expiry', math.min(tonumber(idle), tonumber(last)), sid)
for _, digest in ipairs(redis.call('SMEMBERS', 'session:tokens:' .. sid)) do
  redis.call('PEXPIREAT', 'session:token:' .. digest, last)
end
return 1
"""

CHOOSE_PRIVACY = """
local key = 'session:of:' .. ARGV[1]
if redis.call('EXISTS', key) == 1 then redis.call('HSET', key, 'privacy', ARGV[2]) end
"""

END = """
local sid, reason, now = ARGV[1], ARGV[2], tonumber(ARGV[3])
local key = 'session:of:' .. sid
local f = redis.call('HMGET', key, 'idle_until', 'until', 'user')
if not f[1] then
  redis.call('ZREM', 'session:expiry', sid)
  return {'absent'}
end
if reason == '' then
  if now >= tonumber(f[2]) then reason = 'too_old'
  elseif now >= tonumber(f[1]) then reason = 'idle'
  else
    redis.call('ZADD', 'session:expiry', math.min(tonumber(f[1]), tonumber(f[2])), sid)
    return {'absent'}
  end
end
local digests = redis.call('SMEMBERS', 'session:tokens:' .. sid)
for _, digest in ipairs(digests) do redis.call('DEL', 'session:token:' .. digest) end
if f[3] ~= '' and redis.call('GET', 'session:user:' .. f[3]) == sid then redis.call('DEL', 'session:user:' .. f[3]) end
redis.call('HSET', 'session:end:' .. sid, 'reason', reason, 'at', now)
redis.call('ZADD', 'session:ending', now, sid)
redis.call('ZREM', 'session:expiry', sid)
redis.call('DEL', key, 'session:tokens:' .. sid)
return {'ended', unpack(digests)}
"""

# ARGV: session, objects removed, now, names of keys…. Two may remove at once: what both removed together is told.
CLEAR = """
local sid, now, removed = ARGV[1], ARGV[3], 0
for i = 4, #ARGV do removed = removed + redis.call('DEL', 'session:' .. ARGV[i] .. ':' .. sid) end
redis.call('ZREM', 'session:expiry', sid)
redis.call('ZADD', 'session:ending', now, sid)
local key = 'session:end:' .. sid
local objects = math.max(tonumber(ARGV[2]), tonumber(redis.call('HGET', key, 'objects') or '0'))
redis.call('HSET', key, 'removed_at', now, 'objects', objects)
return {objects, redis.call('HINCRBY', key, 'keys', removed)}
"""

LEASE = """
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1
"""

KEEP = """
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])
"""

# The mark is as good as the lease: one that was lost in between may have gone with everything else.
MARK_WHOLE = """
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[2], '1')
return redis.call('DEL', KEYS[1])
"""

RELEASE = """
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0
"""

# Compare and set one entry. ARGV: session, field, expected text, new text, score ('' takes it off the list). A table on the list
# has a place of the quota for as long as it is there, whoever reserved it.
APPLY = """
local sid, field = ARGV[1], ARGV[2]
if redis.call('EXISTS', 'session:of:' .. sid) == 0 then
  local whole = redis.call('EXISTS', 'session:whole:tokens') == 1 or redis.call('EXISTS', 'session:end:' .. sid) == 1
  return {whole and 'gone' or 'lost'}
end
local entries, order = 'session:entries:' .. sid, 'session:order:' .. sid
local held = redis.call('HGET', entries, field) or ''
if held ~= ARGV[3] then return {'stale', held} end
redis.call('HSET', entries, field, ARGV[4])
if ARGV[5] == '' then redis.call('ZREM', order, field) else redis.call('ZADD', order, ARGV[5], field) end
local table_id = string.match(field, '^table:(.+)$')
if table_id and ARGV[5] == '' then
  redis.call('ZREM', 'session:tables:' .. sid, table_id)
elseif table_id then
  redis.call('ZADD', 'session:tables:' .. sid, '+inf', table_id)
  redis.call('PERSIST', 'session:tables:' .. sid)
end
return {'kept'}
"""

ADD_USAGE = """
local sid, id = ARGV[1], ARGV[2]
if redis.call('EXISTS', 'session:of:' .. sid) == 0 then return 0 end
if redis.call('SADD', 'session:usage-ids:' .. sid, id) == 0 then return 0 end
for i = 3, #ARGV, 2 do redis.call('HINCRBYFLOAT', 'session:usage:' .. sid, ARGV[i], ARGV[i + 1]) end
return 1
"""

# One page, newest first, after the entry `field` whose score was `score` ('' from the start), as one JSON text of
# [field, score, entry] triples: a reply of many pieces costs its reader more than all else together.
PAGE = """
local sid, field, score, limit = ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4])
local order, start = 'session:order:' .. sid, 0
if field ~= '' then
  local rank = redis.call('ZREVRANK', order, field)
  start = rank and rank + 1 or redis.call('ZCOUNT', order, '(' .. score, '+inf')
end
local found = redis.call('ZREVRANGE', order, start, start + limit - 1, 'WITHSCORES')
local fields, rows = {}, {}
for i = 1, #found, 2 do fields[#fields + 1] = found[i] end
if #fields == 0 then return '[]' end
for i, entry in ipairs(redis.call('HMGET', 'session:entries:' .. sid, unpack(fields))) do
  rows[i] = '[' .. cjson.encode(fields[i]) .. ',"' .. found[2 * i] .. '",' .. entry .. ']'
end
return '[' .. table.concat(rows, ',') .. ']'
"""

ALL = """
return '[' .. table.concat(redis.call('HVALS', 'session:entries:' .. ARGV[1]), ',') .. ']'
"""

# A token bucket. ARGV: now, capacity, tokens per second. Milliseconds to wait; 0: granted.
TAKE = """
local f = redis.call('HMGET', KEYS[1], 'tokens', 'at')
local now, capacity, rate = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local tokens = capacity
if f[1] then tokens = math.min(capacity, tonumber(f[1]) + math.max(0, now - tonumber(f[2])) * rate / 1000) end
if tokens < 1 then return math.max(1, math.ceil((1 - tokens) * 1000 / rate)) end
redis.call('HSET', KEYS[1], 'tokens', tostring(tokens - 1), 'at', ARGV[1])
redis.call('PEXPIRE', KEYS[1], math.ceil(capacity * 1000 / rate) + 1000)
return 0
"""
