-- Sends GET requests out of a file (path, tab, token; one a line) in random order, and sums up on one line.
local requests = {}

function init(args)
    math.randomseed(20230320)
    for line in io.lines(args[1]) do
        local path, token = line:match("^(%S+)\t(%S+)$")
        requests[#requests + 1] = wrk.format("GET", path, { ["Authorization"] = "Bearer " .. token })
    end
end

function request()
    return requests[math.random(#requests)]
end

function done(summary, latency)
    local e = summary.errors
    io.write(string.format("SUMMARY %d %d %d %d %d\n", summary.requests, summary.duration,
        e.connect + e.read + e.write + e.status + e.timeout, latency:percentile(50), latency:percentile(99)))
end
