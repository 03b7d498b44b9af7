-- Count what some maps keep.
--
-- KEYS: registry, maps. ARGV: epoch, number of entries that a journal keeps.
-- Returns {entries in all journals, maps whose state is lost}; 0 if the epoch is another one.

if redis.call('HGET', KEYS[1], '#epoch') ~= ARGV[1] then
    return 0
end
local bound, entries, lost = tonumber(ARGV[2]), 0, 0
for i = 2, #KEYS do
    local map = redis.pcall('HMGET', KEYS[i], '#number', 'lost')
    if not map.err then -- else no mock wrote it
        entries = entries + math.min(bound, tonumber(map[1] or 0) or 0)
        lost = lost + (map[2] and 1 or 0)
    end
end
return {entries, lost}
