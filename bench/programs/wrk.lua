-- Sends the requests of a file in turn, byte for byte as they were verified, and prints a line of JSON.
local requests = {}
local count, turn = 0, 0

function init(args)
  local file = assert(io.open(args[1], "rb"))
  local all = file:read("*a")
  file:close()
  for text in string.gmatch(all, "[^%z]+") do
    count = count + 1
    requests[count] = text
  end
end

function request()
  turn = turn % count + 1
  return requests[turn]
end

function done(summary, latency)
  local errors = summary.errors
  local failures = errors.connect + errors.read + errors.write + errors.status + errors.timeout
  io.write(string.format('{"requests":%d,"failures":%d,"seconds":%.6f,"p99Ms":%.3f}\n',
    summary.requests, failures, summary.duration / 1e6, latency:percentile(99) / 1e3))
end
