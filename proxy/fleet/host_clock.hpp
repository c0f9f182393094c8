// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace platen::fleet {

/// The clock of the machine that the gateway runs on. The operating system sets it, so the ACS can
/// read it and no more (C-DM-15).
struct HostClock {
    bool synchronized = false;  ///< To a time source, as the kernel is told.
    std::string timeZone;       ///< POSIX TZ, `CET-1CEST,M3.5.0,M10.5.0/3`; empty if unknown.
};

/// Reads /etc/localtime and asks the kernel; well under a millisecond. thread: any
[[nodiscard]] HostClock readHostClock();

/// The POSIX TZ of a compiled zone file (RFC 8536: the footer of versions 2 and up); empty if there
/// is none.
[[nodiscard]] std::string timeZoneOf(std::string_view zoneFile);

}  // namespace platen::fleet
