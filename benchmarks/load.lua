-- Load for wrk: the URL's path again and again, or campaign ids of their own; one line of JSON at the end.
-- Arguments: TURN, the ids before the first comes again (0: the path as it is; -1: never), and START, the first id.
-- Ids are 24 hexadecimal characters.
function init(args)
  local turn, start, n = tonumber(args[1]), tonumber(args[2]), 0
  if turn ~= 0 then
    request = function()
      local number = start + (turn < 0 and n or n % turn)
      n = n + 1
      return wrk.format("GET", string.format("/v1/campaigns/%024x/stats", number))
    end
  end
end

function done(summary, latency)
  io.write(string.format(
    '{"requests": %d, "seconds": %f, "refusals": %d, "broken": %d, "p50_ms": %f, "p99_ms": %f}\n',
    summary.requests, summary.duration / 1e6, summary.errors.status,
    summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout,
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3))
end
