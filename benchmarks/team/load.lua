-- Load for wrk: GET one path, with one of several keys each time; one line of JSON at the end.
-- Arguments: the keys.
local keys, n = {}, 0

function init(args)
  keys = args
end

function request()
  n = n + 1
  return wrk.format("GET", nil, {["Authorization"] = "Bearer " .. keys[n % #keys + 1]})
end

function done(summary, latency)
  io.write(string.format(
    '{"requests": %d, "seconds": %f, "broken": %d, "p50_ms": %f, "p99_ms": %f}\n',
    summary.requests, summary.duration / 1e6,
    summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout,
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3))
end
