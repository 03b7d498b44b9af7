-- Open the store for a worker, and fill it if it is empty.
--
-- KEYS: registry, order, and maps of the accounts that the worker knows, which are lost if the store is empty.
-- ARGV: number of the format, id of the store's process, a new epoch, digest of what the worker serves; parts of the
-- registry (see change_parts).
-- Returns {format} if it is another one, or no number if the registry is a hash that no mock made; {format, epoch,
-- 1 if the store was empty, digest of what the last worker serves, or ''}.

local registry = KEYS[1]
local known = redis.call('HMGET', registry, '#format', '#epoch', '#run', '#serves')
if known[1] and known[1] ~= ARGV[1] then
    return {known[1]}
end
if not known[1] and redis.call('HLEN', registry) > 0 then
    return {'foreign'} -- a hash of another application
end
local epoch = known[2]
if not known[1] then
    local version = redis.call('INCR', KEYS[2])
    redis.call('HSET', registry, '#format', ARGV[1], '#version', version, '#floor', version, '#filled', ARGV[3])
    cursor = 5
    change_parts(registry, version)
    for i = 3, #KEYS do
        redis.call('HSET', KEYS[i], '#version', version, '#floor', version, '#restored', -1, '#as', version)
        redis.call('HSET', KEYS[i], 'lost', 'true')
        redis.call('ZADD', KEYS[i] .. ':changes', version, 'lost')
        expire(KEYS[i])
    end
end
if not known[1] or known[3] ~= ARGV[2] then
    epoch = ARGV[3]
end
redis.call('HSET', registry, '#epoch', epoch, '#run', ARGV[2], '#serves', ARGV[4])
return {ARGV[1], epoch, known[1] and 0 or 1, known[4] or ''}
