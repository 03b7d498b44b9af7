-- Read the records of a journal after an id.
--
-- KEYS: registry, journal, unexpected. ARGV: epoch, '(' and the id, or '-' for all, most records.
-- Returns {records, unexpected ones}; 0 if the epoch is another one.

if redis.call('HGET', KEYS[1], '#epoch') ~= ARGV[1] then
    return 0
end
return {
    redis.call('XRANGE', KEYS[2], ARGV[2], '+', 'COUNT', ARGV[3]),
    redis.call('XRANGE', KEYS[3], ARGV[2], '+'),
}
