// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/oid.hpp"
#include "base/varbind.hpp"

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

namespace platen::mibmap {

/// What is read together (design: Words). Identify is the first contact: enough to choose a map.
enum class Group : std::uint8_t { Identify, Status, Supplies, Counters, Configuration };

inline constexpr std::array<Group, 4> kPollGroups{Group::Status, Group::Supplies, Group::Counters,
                                                  Group::Configuration};

[[nodiscard]] std::string_view toString(Group group);  ///< `status`, as in the configuration.

/// How an agent must be asked; from the map's quirks.
struct AgentQuirks {
    bool walkOnly =
        false;  ///< Answers walks but not GETs of instances: scalars are fetched by GETNEXT.
    bool noBulk = false;               ///< GETNEXT instead of GETBULK.
    std::uint32_t maxVarbinds = 0;     ///< Of one request; 0 = engine's default.
    std::uint32_t maxRepetitions = 0;  ///< Of one GETBULK; 0 = engine's default.
};

/// The objects that a group needs. The engine decides how to pack them into PDUs.
struct PollPlan {
    std::vector<Oid> scalars;  ///< Full instances.
    std::vector<std::vector<Oid>>
        tables;  ///< Columns; those of one inner vector share their rows and go in one GETBULK.
    AgentQuirks quirks;
};

/// SET of one setting: what to write, what to read back (the same OIDs), by one PDU.
struct SetPlan {
    std::vector<VarBind> varbinds;
};

}  // namespace platen::mibmap
