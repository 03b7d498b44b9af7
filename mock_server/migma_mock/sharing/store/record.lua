-- Add one request to a journal, if the copies that it was computed from are up to date.
--
-- The cheap half of commit.lua: most requests change no part.
-- KEYS: registry, map, journal of the map, order.
-- ARGV: epoch, version of the registry, version of the map, entry, number of entries that the journal keeps.
-- Returns the order of the entry; {0, version of the registry, version of the map} if a copy is not up to date; 0 if the
-- epoch is another one.

local registry = redis.call('HMGET', KEYS[1], '#epoch', '#version')
if registry[1] ~= ARGV[1] then
    return 0
end
local map = redis.call('HMGET', KEYS[2], '#version', '#amended')
local version = map[1] or '0'
if registry[2] ~= ARGV[2] or version ~= ARGV[3] then
    return {0, registry[2], version}
end

local order = redis.call('INCR', KEYS[4])
local number = redis.call('HINCRBY', KEYS[2], '#number', 1)
local bound = tonumber(ARGV[5])
if bound > 0 then
    if map[2] then
        bound = bound + math.min(bound, map[2])
    end
    redis.call('XADD', KEYS[3], 'MAXLEN', '~', bound, order .. '-' .. number, 'e', ARGV[4])
    if number == 1 then
        redis.call('EXPIRE', KEYS[3], 2592000)
    end
end
return order
