// SPDX-License-Identifier: Apache-2.0
#include "proxy/fleet/writable_list.hpp"

#include <string_view>

namespace platen::fleet {

std::string writableList(const ManagedDevice& device, const model::PathCodec& codec) {
    constexpr std::string_view kService = "MFP.1.";
    std::string list;
    const auto service = codec.parseInternal(kService);
    if (!service) {
        return list;
    }
    device.tree().forEachParam(
        *service, [&](const model::ParamRef& ref, const model::Value& /*value*/) {
            if (device.writable(ref)) {
                // Names of the model hold no character that a list item must escape (C-DT-07).
                list += list.empty() ? "" : ",";
                list += std::string_view(codec.internalName(ref)).substr(kService.size());
            }
        });
    return list;
}

}  // namespace platen::fleet
