-- What the scripts share that change parts. It precedes them in one text.
--
-- A map is a hash: its parts, and fields that begin with '#':
--   #version   the order of the last commit that changed a part
--   #floor     copies of an older version load the whole map
--   #number    the number of the last request in its journal
--   #gap       how many requests its journal lacks
--   #amended   how many amendments its journal has
--   #restored  the version of the copy that it was restored from; -1 if it is lost
--   #as        the version that the restored map had in this store
-- The registry has some more:
--   #format    the number of the format
--   #epoch     names one life of the store's process with its data
--   #run       the id of that process
--   #filled    the epoch in which a worker filled the empty store
--   #serves    the digest of what the worker serves that opened it last
-- Beside it: MAP:changes, a sorted set of names of parts by the version of their last change, removed ones included;
-- the streams MAP:journal and MAP:unexpected, whose ids are ORDER-NUMBER; an amendment has the number 0.

local MONTH = 2592000
local FORGOTTEN = 1000 -- names of removed parts that are kept, so that copies need not load the whole map

local cursor -- the next argument that was not read

local function next_argument()
    cursor = cursor + 1
    return ARGV[cursor - 1]
end

local function next_number()
    return tonumber(next_argument())
end

local function expire(map)
    redis.call('EXPIRE', map, MONTH)
    redis.call('EXPIRE', map .. ':changes', MONTH)
    redis.call('EXPIRE', map .. ':journal', MONTH)
    redis.call('EXPIRE', map .. ':unexpected', MONTH)
end

-- Forget which parts were removed, if these are many.
local function forget_removed(map)
    local changes = map .. ':changes'
    if redis.call('ZCARD', changes) < redis.call('HLEN', map) + FORGOTTEN then
        return
    end
    local floor = 0
    local all = redis.call('ZRANGE', changes, 0, -1, 'WITHSCORES')
    for i = 1, #all, 2 do
        if redis.call('HEXISTS', map, all[i]) == 0 then
            redis.call('ZREM', changes, all[i])
            floor = all[i + 1]
        end
    end
    redis.call('HSET', map, '#floor', floor)
end

-- Note that a commit changed parts of a map.
local function set_version(map, version)
    if redis.call('HSET', map, '#version', version) == 1 then
        redis.call('HSET', map, '#floor', version)
        expire(map)
    end
end

-- Set and remove the parts that the next arguments have: number of parts, their names and texts; number of removed
-- parts, their names. Returns true if there are any.
local function change_parts(map, version)
    local changes = map .. ':changes'
    local set = next_number()
    for _ = 1, set do
        local name = next_argument()
        redis.call('HSET', map, name, next_argument())
        redis.call('ZADD', changes, version, name)
    end
    local removed = next_number()
    for _ = 1, removed do
        local name = next_argument()
        redis.call('HDEL', map, name)
        redis.call('ZADD', changes, version, name)
    end
    if set + removed == 0 then
        return false
    end
    set_version(map, version)
    if removed > 0 then
        forget_removed(map)
    end
    return true
end
