// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/oid.hpp"
#include "base/time.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace platen::snmp {

/// Names that an agent was asked for in vain. Hashes, for there is one of these for each target:
/// two names with the same hash count as one.
class MissedNames {
  public:
    /// Times in a row that a name must be missed before that counts as lasting: agents stutter
    /// while they start, and packets are lost.
    static constexpr std::uint32_t kToBelieve = 3;

    /// `most`: names remembered; later ones are not. True if the name is believed now.
    bool missed(const Oid& name, std::size_t most);
    /// It was there: earlier misses mean nothing.
    void found(const Oid& name);
    [[nodiscard]] bool empty() const { return entries_.empty(); }
    [[nodiscard]] bool believed(const Oid& name) const;
    [[nodiscard]] std::size_t believedCount() const;
    void clear() { entries_.clear(); }
    /// Clears, if the oldest entry was made so long ago.
    void forgetOld(SteadyTime now, std::chrono::hours after);

  private:
    std::vector<std::uint32_t> entries_;  // hash of the name; the two lowest bits count misses
    SteadyTime since_{};                  // last time that it was seen empty
};

}  // namespace platen::snmp
