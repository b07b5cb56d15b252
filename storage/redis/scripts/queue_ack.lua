-- Ends claims. What was put again meanwhile stays due.
-- KEYS: 1 what is claimed, 2 the claims (a hash of "TOKEN OWNER")
-- ARGV: 1 the token, then the keys
-- Returns: how many of the claims were still held under this token
local n = 0
for i = 2, #ARGV do
  local held = redis.call('HGET', KEYS[2], ARGV[i])
  if held and string.match(held, '^%d+') == ARGV[1] then
    redis.call('HDEL', KEYS[2], ARGV[i])
    redis.call('ZREM', KEYS[1], ARGV[i])
    n = n + 1
  end
end
return n
