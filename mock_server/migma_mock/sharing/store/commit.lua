-- Apply what one request changes, if the copies that it was computed from are up to date.
--
-- KEYS: registry, map, journal of the map, order, used, and maps to remove.
-- ARGV: epoch, version of the registry, version of the map, entry or '', number of entries that the journal keeps,
-- 1 if the entry is unexpected, 1 if the journal is cleared, number of unrecorded requests, 1 if the map is used now;
-- changes of the map, changes of the registry (see change_parts).
-- Returns {1, version of the registry, version of the map, order}; {0, version of the registry, version of the map} if a
-- copy is not up to date; 0 if the epoch is another one.

local registry = redis.call('HMGET', KEYS[1], '#epoch', '#version')
if registry[1] ~= ARGV[1] then
    return 0
end
local version = redis.call('HGET', KEYS[2], '#version') or '0'
if registry[2] ~= ARGV[2] or version ~= ARGV[3] then
    return {0, registry[2], version}
end

local map, journal, entry, bound = KEYS[2], KEYS[3], ARGV[4], tonumber(ARGV[5])
local order = redis.call('INCR', KEYS[4])
cursor = 10
if change_parts(map, order) then
    version = order
end
local registry_version = registry[2]
if change_parts(KEYS[1], order) then
    registry_version = order
end

if ARGV[7] == '1' then
    redis.call('XTRIM', journal, 'MAXLEN', 0)
    version = order
    set_version(map, order)
    redis.call('HSET', map, '#number', 0, '#gap', 0, 'journal', '{"began":' .. (order - 1) .. '}')
    redis.call('HDEL', map, '#amended')
    redis.call('ZADD', map .. ':changes', order, 'journal')
end
if ARGV[8] ~= '0' then
    redis.call('HINCRBY', map, '#gap', ARGV[8])
end
if entry ~= '' then
    local number = redis.call('HINCRBY', map, '#number', 1)
    local id = order .. '-' .. number
    if bound > 0 then
        local amended = tonumber(redis.call('HGET', map, '#amended') or 0)
        redis.call('XADD', journal, 'MAXLEN', '~', bound + math.min(bound, amended), id, 'e', entry)
        if number == 1 then
            redis.call('EXPIRE', journal, MONTH)
        end
    end
    if ARGV[6] == '1' then
        redis.call('XADD', map .. ':unexpected', 'MAXLEN', 20, id, 'e', entry)
        redis.call('EXPIRE', map .. ':unexpected', MONTH)
    end
end
if ARGV[9] == '1' then
    redis.call('ZADD', KEYS[5], order, map) -- no time: many accounts are used within a second, and clocks are set
    expire(map)
end
for i = 6, #KEYS do
    redis.call('DEL', KEYS[i], KEYS[i] .. ':changes', KEYS[i] .. ':journal', KEYS[i] .. ':unexpected')
    redis.call('ZREM', KEYS[5], KEYS[i])
    if KEYS[i] == map then
        version = 0
    end
end
return {1, registry_version, version, order}
