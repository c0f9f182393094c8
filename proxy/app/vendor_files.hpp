// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "mfp-datamodel/path.hpp"
#include "proxy/app/config_import.hpp"
#include "proxy/fleet/managed_device.hpp"

#include <cstdint>

namespace platen::app {

/// Shows the files that an Upload of the gateway can name (C-DM-09): row 1 of VendorConfigFile for
/// `3 Vendor Configuration File 1`, row 2 for the settings of the ACS, row 1 of VendorLogFile for
/// `4 Vendor Log File 1`. Aliases that the ACS has set stay.
void showVendorFiles(fleet::ManagedDevice& gateway,
                     const model::PathCodec& codec,
                     const ConfigFile& config,
                     std::uint64_t logBytes);

}  // namespace platen::app
