-- Takes a lease, or makes one's own last longer.
-- KEYS: 1 the lease (a hash of owner and token, which expires), 2 the last token given (a counter that stays)
-- ARGV: 1 owner, 2 how long it lasts in ms
-- Returns: the token, which grows whenever the lease changes hands or had lapsed; 0 while another holds it
local owner = redis.call('HGET', KEYS[1], 'owner')
if owner and redis.call('PTTL', KEYS[1]) > 2 * ARGV[2] then
  -- It was given before the clock was put back: nobody could hold it for so long.
  redis.call('DEL', KEYS[1])
  owner = false
end
if owner and owner ~= ARGV[1] then
  return 0
end
local token
if owner then
  token = tonumber(redis.call('HGET', KEYS[1], 'token'))
else
  -- After a flush the clock keeps the token above those given before.
  local now = redis.call('TIME')
  token = math.max(tonumber(redis.call('GET', KEYS[2]) or '0') + 1, now[1] * 1000000 + now[2])
  -- Written as an integer: Lua would round it to 14 digits.
  redis.call('SET', KEYS[2], string.format('%.0f', token), 'PX', 86400000)
  redis.call('HSET', KEYS[1], 'owner', ARGV[1], 'token', string.format('%.0f', token))
end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return token
