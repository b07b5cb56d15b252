-- Says when a key is due. A key that is claimed right now stays so and comes again.
-- KEYS: 1 what is due (a sorted set by ms), 2 what is claimed (a sorted set by the claim's end), 3 the claims (a hash of "TOKEN OWNER")
-- ARGV: 1 "earlier" to leave a key that is due earlier as it is, else ""; then for each key: when it is due in ms, the key
-- Returns: how many keys were put
for i = 2, #ARGV, 2 do
  if ARGV[1] == 'earlier' then
    redis.call('ZADD', KEYS[1], 'LT', ARGV[i], ARGV[i + 1])
  else
    redis.call('ZADD', KEYS[1], ARGV[i], ARGV[i + 1])
  end
end
return (#ARGV - 1) / 2
