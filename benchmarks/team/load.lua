-- Load for wrk: GET one path, with one of several keys each time; one line of JSON at the end.
-- Arguments: the keys. With one key, all requests are the same bytes, which costs wrk the least.
function init(keys)
  local n = 0
  if #keys == 1 then
    wrk.headers["Authorization"] = "Bearer " .. keys[1]
    return
  end
  request = function()
    n = n + 1
    return wrk.format("GET", nil, {["Authorization"] = "Bearer " .. keys[n % #keys + 1]})
  end
end

function done(summary, latency)
  io.write(string.format(
    '{"requests": %d, "seconds": %f, "broken": %d, "refused": %d, "p50_ms": %f, "p99_ms": %f}\n',
    summary.requests, summary.duration / 1e6,
    summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout,
    summary.errors.status, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3))
end
