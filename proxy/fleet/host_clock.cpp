// SPDX-License-Identifier: Apache-2.0
#include "proxy/fleet/host_clock.hpp"

#include "base/file.hpp"

#include <sys/timex.h>

#include <algorithm>

namespace platen::fleet {

std::string timeZoneOf(std::string_view zoneFile) {
    constexpr std::size_t kVersionAt = 4;
    constexpr std::size_t kLongest = 256;
    if (!zoneFile.starts_with("TZif") || zoneFile.size() <= kVersionAt ||
        zoneFile[kVersionAt] < '2' || !zoneFile.ends_with('\n')) {
        return {};
    }
    zoneFile.remove_suffix(1);
    const auto start = zoneFile.rfind('\n');
    if (start == std::string_view::npos) {
        return {};
    }
    const auto zone = zoneFile.substr(start + 1);
    const bool printable = std::ranges::all_of(zone, [](char c) { return c > ' ' && c <= '~'; });
    return printable && zone.size() <= kLongest ? std::string(zone) : std::string();
}

HostClock readHostClock() {
    HostClock clock;
    timex state{};
    clock.synchronized = ::adjtimex(&state) >= 0 && (state.status & STA_UNSYNC) == 0;
    constexpr std::size_t kMaxBytes = 64U << 10U;
    if (const auto file = readFile("/etc/localtime", kMaxBytes)) {
        clock.timeZone = timeZoneOf(*file);
    } else {
        clock.timeZone = "UTC0";  // No file means UTC (localtime(5)).
    }
    return clock;
}

}  // namespace platen::fleet
