-- Gives a lease back; one that is another's stays.
-- KEYS: 1 the lease
-- ARGV: 1 owner
-- Returns: 1 if it was the owner's, else 0
if redis.call('HGET', KEYS[1], 'owner') ~= ARGV[1] then
  return 0
end
return redis.call('DEL', KEYS[1])
