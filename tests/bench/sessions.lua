-- SPDX-License-Identifier: Apache-2.0
-- wrk as a CWMP device: an Inform, then an empty POST that ends the connection. One connection for
-- each thread, for wrk asks this script without telling it which connection is meant.
--   wrk -t N -c N -s sessions.lua URL -- FILE_WITH_THE_INFORM
local inform, empty
local next_is_inform = true

function init(args)
   local file = assert(io.open(args[1], "rb"))
   local body = file:read("*a")
   file:close()
   local head = { ["Content-Type"] = "text/xml; charset=utf-8", ["SOAPAction"] = "" }
   inform = wrk.format("POST", nil, head, body)
   empty = wrk.format("POST", nil, { ["Connection"] = "close", ["Content-Length"] = "0" }, "")
end

function request()
   local now = next_is_inform and inform or empty
   next_is_inform = not next_is_inform
   return now
end
