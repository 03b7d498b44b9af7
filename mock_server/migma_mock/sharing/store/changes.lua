-- Read what changed in a map since a version.
--
-- KEYS: registry, map. ARGV: epoch, the version; 0 for the whole map.
-- Returns {version, 1 if the map exists, number of unrecorded requests, names, texts}, where the text of a removed part is
-- nil; {version, 1 if it exists, number of unrecorded requests, all fields and their texts} for the whole map; 0 if the
-- epoch is another one.

local MOST = 1000 -- names of parts that are read one by one

if redis.call('HGET', KEYS[1], '#epoch') ~= ARGV[1] then
    return 0
end
local map, since = KEYS[2], tonumber(ARGV[2])
local about = redis.call('HMGET', map, '#version', '#floor', '#gap')
local version, floor = tonumber(about[1] or 0), tonumber(about[2] or 0)
local exists, gap = redis.call('EXISTS', map), tonumber(about[3] or 0)
if since > 0 and since == version then
    return {version, exists, gap, {}, {}}
end
if since >= floor and since > 0 and since < version then
    local names = redis.call('ZRANGEBYSCORE', map .. ':changes', '(' .. since, '+inf')
    if #names > 0 and #names <= MOST then
        return {version, exists, gap, names, redis.call('HMGET', map, unpack(names))}
    end
end
return {version, exists, gap, redis.call('HGETALL', map)}
