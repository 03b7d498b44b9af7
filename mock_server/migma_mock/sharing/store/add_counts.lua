-- Add numbers to the counts of all workers, all of them or none.
--
-- KEYS: counts. ARGV: names and numbers.

for i = 1, #ARGV, 2 do
    redis.call('HINCRBYFLOAT', KEYS[1], ARGV[i], ARGV[i + 1])
end
return {1}
