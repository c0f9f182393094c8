// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/varbind.hpp"
#include "mibmap/device_context.hpp"
#include "mibmap/plan.hpp"

#include <span>

namespace platen::mibmap {

/// See MapSet::identifyPlan.
[[nodiscard]] PollPlan makeIdentifyPlan();
/// See MapSet::identify.
void identifyDevice(std::span<const VarBind> varbinds, DeviceContext& device);

}  // namespace platen::mibmap
