// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"
#include "tests/sim/simulator.hpp"

#include <string_view>
#include <vector>

namespace platen::sim {

inline constexpr std::string_view kUsage =
    "platen-sim: simulated printers from recorded SNMP answers\n"
    "\n"
    "platen-sim --recordings PATH... [--listen 127.1.0.1] [--port 1161] [--count N] [--serials]\n"
    "           [--community NAME] [--write-community NAME] [--script FILE]\n"
    "           [--fault ADDRESS:KEY=VALUE]... [--restart-silence 2s] [--control 127.0.0.1:PORT]\n"
    "           [--seed N] [--raw-port PORT]\n"
    "\n"
    "  --recordings  .snmprec files, or folders of them; each printer gets the next address\n"
    "  --count       number of printers; recordings are repeated, copies get own serials and MACs\n"
    "  --serials     the first printer of each recording gets a changed serial too\n"
    "  --fault       delay=50ms loss=0.1 silent toobig=N maxbytes=N wrongsource wrongid nobulk\n"
    "                v1only mute=OID drop-above=N drop-bytes=N reboot-after=10s duplicate badber\n"
    "                endless-walk nongrowing counters=OID:PER_MINUTE ignoreset=OID\n"
    "                failset=OID firmware-ignored firmware-kills; ADDRESS may be *\n"
    "  --raw-port    TCP port of all printers that takes print jobs and firmware (as 9100)\n"
    "  --control     lines over TCP: set, get, unset, fault, silence, restart, swap, move, list,\n"
    "                stats (tests/sim/README.md)\n";

/// Reads the arguments behind the program's name. Errors: Malformed.
[[nodiscard]] Result<SimulatorOptions> parseCommandLine(const std::vector<std::string_view>& args);

}  // namespace platen::sim
