// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/strong_id.hpp"
#include "proxy/store/store.hpp"

#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

namespace platen::fleet {

/// What was seen of printers since the start, in all.
struct SightingCounts {
    std::uint64_t isNew = 0, gone = 0, moved = 0, replaced = 0, duplicate = 0, back = 0;
};

/// Says and counts what happens to printers in the network: each event once, in words that stay the
/// same (docs/messages.md), with its evidence. Serial numbers are not logged: they are treated like
/// credentials. thread: loop
class Sightings {
  public:
    /// Presented for the first time. `named`: what its identity stands on (`serial`, `mac`,
    /// `address`).
    void isNew(const store::DeviceRecord& record, std::string_view named);
    /// A known one answers at `record.address`. `evidence`: `serial`, `mac` or `model`.
    void moved(const store::DeviceRecord& record, std::string_view from, std::string_view evidence);
    /// A new printer stands where a known one that does not answer any more stood.
    void replaced(const store::DeviceRecord& isNew, const store::DeviceRecord& before);
    /// A second printer with one serial number, or a second address of one printer.
    void serialShared(DeviceId device, std::string_view address, std::string_view evidence);
    /// Told once for each address, not at each pass.
    void secondAddress(DeviceId device, std::string_view address, std::string_view evidence);

    /// Printers without an answer when a pass begins, and those still without at its end: gone, if
    /// they were missing all the time.
    void passBegins(std::vector<DeviceId> missing);
    void passEnds(const std::vector<const store::DeviceRecord*>& missing);
    /// It answers. Told only for those that were gone.
    void answers(const store::DeviceRecord& record);

    [[nodiscard]] const SightingCounts& counts() const { return counts_; }

  private:
    SightingCounts counts_;
    std::unordered_set<DeviceId> missing_;  ///< At the beginning of the pass.
    std::unordered_set<DeviceId> gone_;
    std::set<std::pair<DeviceId, std::string>, std::less<>> secondAddresses_;
};

}  // namespace platen::fleet
