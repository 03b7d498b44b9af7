-- Restore a map from a worker's copy, after the store was emptied.
--
-- KEYS: registry, map, order. ARGV: epoch, version of the copy, number of requests that the journal lacks at least; the
-- parts (see change_parts).
-- Returns {1} if it is restored; {0} if the store was not empty in this epoch, or the map has changed since, or comes from
-- a copy that is as new; 0 if the epoch is another one.

local registry = redis.call('HMGET', KEYS[1], '#epoch', '#filled')
if registry[1] ~= ARGV[1] then
    return 0
end
if registry[2] ~= ARGV[1] then
    return {0} -- the store has its data
end
local map, version = KEYS[2], tonumber(ARGV[2])
local about = redis.call('HMGET', map, '#version', '#as', '#restored', '#gap')
local is_untouched = about[2] and about[1] == about[2] and tonumber(about[3]) < version
if about[1] and not is_untouched then
    return {0}
end
for _, name in ipairs(redis.call('HKEYS', map)) do
    if name:sub(1, 1) ~= '#' then
        redis.call('HDEL', map, name)
    end
end
redis.call('DEL', map .. ':changes')
local order = redis.call('INCR', KEYS[3])
local gap = math.max(tonumber(about[4] or 0), tonumber(ARGV[3]))
redis.call('HSET', map, '#version', order, '#floor', order, '#restored', version, '#as', order, '#gap', gap)
cursor = 4
change_parts(map, order)
expire(map)
return {1}
