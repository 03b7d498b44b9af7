-- Add an amendment of an earlier entry to a journal.
--
-- KEYS: registry, map, journal of the map, order. ARGV: epoch, the amendment, number of entries that the journal keeps.
-- Returns {1}, also if the journal was cleared or is gone; 0 if the epoch is another one.

if redis.call('HGET', KEYS[1], '#epoch') ~= ARGV[1] then
    return 0
end
local bound = tonumber(ARGV[3])
if redis.call('XLEN', KEYS[3]) > 0 then
    local amended = redis.call('HINCRBY', KEYS[2], '#amended', 1)
    local order = redis.call('INCR', KEYS[4])
    redis.call('XADD', KEYS[3], 'MAXLEN', '~', bound + math.min(bound, amended), order .. '-0', 'e', ARGV[2])
end
return {1}
