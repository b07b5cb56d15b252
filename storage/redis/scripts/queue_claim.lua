-- Claims what is due. What was claimed and not acknowledged in time is due again.
-- KEYS: 1 what is due, 2 what is claimed, 3 the claims (a hash of "TOKEN OWNER"), 4 the last token given
-- ARGV: 1 now in ms, 2 how long a claim lasts in ms, 3 how many at most, 4 who claims
-- Returns: the token of all these claims, then the keys; -1 and none, once, from a queue that is new or was flushed
local t = redis.call('TIME')
local clock = t[1] * 1000 + math.floor(t[2] / 1000)
-- After a flush the clock keeps the token above those given before.
local token = t[1] * 1000000 + t[2]
local last = redis.call('GET', KEYS[4])
if not last then
  redis.call('SET', KEYS[4], string.format('%.0f', token))
  return {-1, {}}
end
token = math.max(tonumber(last) + 1, token)
for _, key in ipairs(redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', clock, 'LIMIT', 0, ARGV[3])) do
  redis.call('ZREM', KEYS[2], key)
  redis.call('HDEL', KEYS[3], key)
  redis.call('ZADD', KEYS[1], 'LT', ARGV[1], key)
end
local claimed = {}
-- Those claimed by others are stepped over, so a few more are looked at.
for _, key in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[1], 'LIMIT', 0, ARGV[3] * 2 + 100)) do
  if #claimed >= tonumber(ARGV[3]) then
    break
  end
  if not redis.call('ZSCORE', KEYS[2], key) then
    redis.call('ZREM', KEYS[1], key)
    redis.call('ZADD', KEYS[2], clock + ARGV[2], key)
    redis.call('HSET', KEYS[3], key, string.format('%.0f ', token) .. ARGV[4])
    claimed[#claimed + 1] = key
  end
end
if #claimed == 0 then
  return {0, claimed}
end
redis.call('SET', KEYS[4], string.format('%.0f', token))
return {token, claimed}
