-- Bodies of a file, one a line, in turn. Stops after so many requests; the result is one line of JSON.
local bodies, limit, sent = {}, 0, 0

function init(args)
   for line in io.lines(args[1]) do
      bodies[#bodies + 1] = wrk.format("POST", args[3], nil, line)
   end
   limit = tonumber(args[2])
end

function request()
   sent = sent + 1
   if sent >= limit then wrk.thread:stop() end
   return bodies[sent % #bodies + 1]
end

function done(summary, latency, requests)
   local e = summary.errors
   io.write(string.format('\n{"requests":%d,"seconds":%f,"failed":%d}\n', summary.requests,
      summary.duration / 1e6, e.connect + e.read + e.write + e.status + e.timeout))
end
