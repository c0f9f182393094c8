// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "mibmap/plan.hpp"
#include "proxy/snmp/engine.hpp"

namespace platen::discovery {

/// What a map wants to know, as the engine's request, with the agent's quirks.
[[nodiscard]] snmp::ReadRequest toRequest(const mibmap::PollPlan& plan);

}  // namespace platen::discovery
