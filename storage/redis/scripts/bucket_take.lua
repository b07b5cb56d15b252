-- Takes one token from each of several buckets, or none.
-- KEYS: 1 the buckets of one name (a hash, "PERIOD:left" and "PERIOD:at")
-- ARGV: for each bucket: its period in ms, how many tokens it holds, how many flow into it per period
-- Returns: 0 if they were taken, else how long in ms until all have one
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
local wait, longest, after = 0, 0, {}
for i = 1, #ARGV, 3 do
  local period, size, flow = tonumber(ARGV[i]), tonumber(ARGV[i + 1]), tonumber(ARGV[i + 2])
  local left = tonumber(redis.call('HGET', KEYS[1], ARGV[i] .. ':left') or size)
  local at = tonumber(redis.call('HGET', KEYS[1], ARGV[i] .. ':at') or now)
  if at > now then
    -- The clock was put back: it fills from here.
    at = now
    redis.call('HSET', KEYS[1], ARGV[i] .. ':at', string.format('%.0f', now))
  end
  left = math.min(size, left + math.max(0, now - at) * flow / period)
  if left < 1 then
    wait = math.max(wait, math.ceil((1 - left) * period / flow))
  end
  after[#after + 1] = ARGV[i] .. ':left'
  after[#after + 1] = tostring(left - 1)
  after[#after + 1] = ARGV[i] .. ':at'
  after[#after + 1] = string.format('%.0f', now)
  longest = math.max(longest, math.ceil(size * period / flow))
end
if wait > 0 then
  return wait
end
redis.call('HSET', KEYS[1], unpack(after))
-- A bucket that is full again need not be kept.
redis.call('PEXPIRE', KEYS[1], longest + 1000)
return 0
