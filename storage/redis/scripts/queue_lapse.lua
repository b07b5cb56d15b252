-- Lets an owner's claims lapse now, as they would in time. Until another has claimed a key, the owner may still end its claim.
-- KEYS: 1 what is claimed, 2 the claims (a hash of "TOKEN OWNER")
-- ARGV: 1 the owner
-- Returns: how many claims the owner had
local n = 0
local claims = redis.call('HGETALL', KEYS[2])
for i = 1, #claims, 2 do
  if string.match(claims[i + 1], ' (.*)') == ARGV[1] then
    redis.call('ZADD', KEYS[1], 'XX', 0, claims[i])
    n = n + 1
  end
end
return n
