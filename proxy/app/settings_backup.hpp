// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"
#include "mfp-datamodel/path.hpp"
#include "proxy/fleet/managed_device.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace platen::app {

/// What the ACS has set on a device and the gateway keeps, as JSON that can be restored on the same
/// device: no secrets, and nothing that only the printer or the site decides.
///
///     {"platen_settings": 1, "device": "OUI-PRODUCT-SERIAL", "settings": {"Device.…": "text", …}}
[[nodiscard]] std::string writeBackup(const fleet::ManagedDevice& device,
                                      const model::PathCodec& codec);

/// True if a text claims to be such a file, good or not.
[[nodiscard]] bool isBackup(std::string_view text);

/// The values of a backup, checked against the schema and the device. A file of another device, or
/// with anything that this device does not take, is refused as a whole. Errors: Malformed with the
/// place or the name, Conflict (another device's).
[[nodiscard]] Result<std::vector<fleet::Assignment>> readBackup(std::string text,
                                                                const fleet::ManagedDevice& device,
                                                                const model::PathCodec& codec);

}  // namespace platen::app
