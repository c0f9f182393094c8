// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "mfp-datamodel/path.hpp"

#include <string>
#include <vector>

namespace platen::model {

/// What a device implements of one data model, for Device.DeviceInfo.SupportedDataModel (C-DM-06).
struct DeviceType {
    std::string fileName;  ///< Of the document: `device-2.xml`.
    std::string uuid;      ///< The document's own; another document has another.
    std::string spec;      ///< URN of the model's specification.
    std::string document;  ///< Device Type XML (cwmp-devicetype-1-3).
    bool service = false;  ///< The model of a service, not of the root.
};

/// One for each model of the schema, the root model first; names as the ACS sees them. Made of
/// what the program can show, whatever a single device has of it.
[[nodiscard]] std::vector<DeviceType> deviceTypes(const PathCodec& codec);

}  // namespace platen::model
