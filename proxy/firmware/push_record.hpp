// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/strong_id.hpp"
#include "base/time.hpp"
#include "proxy/store/store.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace platen::firmware {

/// What is on disk before the first octet of an image goes to a printer, so that no end of the
/// program makes it go twice.
struct PushRecord {
    std::uint64_t transfer = 0;
    std::string url;  ///< Of the transfer; ids can come again.
    std::string sha256, approval;
    std::string version;      ///< That the printer is to report.
    std::string fromVersion;  ///< That it had.
    WallTime begun = kUnknownTime;
};

/// An image that failed at this site and that no other printer gets (FW2).
struct Stop {
    std::string approval;  ///< Of the catalogue then; another lifts the stop.
    std::string reason;
};

/// Rows of facts; an empty text: none any more.
[[nodiscard]] store::FactRow toFact(DeviceId device, const std::optional<PushRecord>& push);
[[nodiscard]] store::FactRow toFact(const std::string& sha256, const Stop& stop);

struct Records {
    std::map<DeviceId, PushRecord> pushes;
    std::map<std::string, Stop, std::less<>> stops;  ///< By SHA-256.
};
/// What the store held. Rows that cannot be read, and pushes whose transfer is gone, are left out.
[[nodiscard]] Records readRecords(const store::Snapshot& snapshot);

}  // namespace platen::firmware
