-- Ends claims. What was put again meanwhile stays due.
-- KEYS: 1 what is claimed, 2 the claims' tokens
-- ARGV: 1 the token, then the keys
-- Returns: how many of the claims were still held under this token
local n = 0
for i = 2, #ARGV do
  if redis.call('HGET', KEYS[2], ARGV[i]) == ARGV[1] then
    redis.call('HDEL', KEYS[2], ARGV[i])
    redis.call('ZREM', KEYS[1], ARGV[i])
    n = n + 1
  end
end
return n
