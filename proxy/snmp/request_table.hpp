// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "proxy/snmp/engine.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace platen::snmp {

/// Who waits for which request id. The low bits of an id are its place in the table, the others
/// are random, so that finding is one step and guessing is not.
class RequestTable {
  public:
    explicit RequestTable(std::uint64_t seed);

    /// A new id (31 bits, never 0, unlike all outstanding ones). Precondition: !full().
    [[nodiscard]] std::int32_t add(TargetId owner);
    /// Nothing if no such request is outstanding.
    [[nodiscard]] std::optional<TargetId> find(std::int32_t requestId) const;
    /// Harmless for unknown ids.
    void remove(std::int32_t requestId);
    [[nodiscard]] bool full() const { return free_.empty(); }

  private:
    struct Slot {
        std::int32_t requestId = 0;  // 0 = free
        TargetId owner;
    };
    [[nodiscard]] std::uint32_t randomBits();

    std::vector<Slot> slots_;
    std::vector<std::uint16_t> free_;
    std::uint64_t state_;
};

}  // namespace platen::snmp
