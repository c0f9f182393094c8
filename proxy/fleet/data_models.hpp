// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "mfp-datamodel/tree.hpp"

#include <string>
#include <vector>

namespace platen::fleet {

/// A data model that devices implement, and where its Device Type document is served.
struct DataModelEntry {
    std::string url, uuid, urn;
    bool service = false;  ///< Of printers only; the gateway has no service of its own.
};

/// Fills DeviceInfo.SupportedDataModel (C-DM-06). Aliases that the ACS has set stay.
void showDataModels(const std::vector<DataModelEntry>& models,
                    bool withServices,
                    model::Tree& tree);

}  // namespace platen::fleet
