// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"
#include "tests/sim/acs/acs_server.hpp"

#include <string_view>
#include <vector>

namespace platen::acs {

inline constexpr std::string_view kUsage =
    "platen-acs: a small auto-configuration server for demonstrations and tests\n"
    "\n"
    "platen-acs [--listen 127.0.0.1:7547] [--api 127.0.0.1:7557] [--schemas DIR] [--log FILE]\n"
    "           [--user NAME --password TEXT] [--learn PATH]... [--no-learn] [--no-provision]\n"
    "           [--no-parameters] [--max-sessions N] [--misbehave MODE[:COUNT]]\n"
    "\n"
    "  --schemas      folder with catalog.xml and check-envelope-cwmp-1-*.xsd: validate each "
    "message\n"
    "  --log          JSON lines, one for each message\n"
    "  --user         digest authentication of CPEs; `*` takes any name\n"
    "  --learn        partial path to read at first contact (default Device.DeviceInfo. and\n"
    "                 Device.Services.)\n"
    "  --no-provision does not set connection request credentials at first contact\n"
    "  --no-parameters forgets values (load tests)\n"
    "  --misbehave    status500 status503 malformed html huge stall redirect holdrequests "
    "fault8005\n"
    "                 close closeafter unknownrpc wrongid noid bom chunked nolength emptyinform\n"
    "                 empty200 doctype\n"
    "\n"
    "The REST API is described in tests/sim/README.md.\n";

/// Reads the arguments behind the program's name. Errors: Malformed.
[[nodiscard]] Result<AcsServerOptions> parseCommandLine(const std::vector<std::string_view>& args);

}  // namespace platen::acs
