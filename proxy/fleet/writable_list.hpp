// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "mfp-datamodel/path.hpp"
#include "proxy/fleet/managed_device.hpp"

#include <string>

namespace platen::fleet {

/// Capabilities.WritableList: the parameters of the device's service object that it accepts for
/// writing now, as GetParameterNames tells them; names relative to `MFP.1.`, separated by commas,
/// in the order of the model.
[[nodiscard]] std::string writableList(const ManagedDevice& device, const model::PathCodec& codec);

}  // namespace platen::fleet
