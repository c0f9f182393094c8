// SPDX-License-Identifier: Apache-2.0
#include "proxy/app/vendor_files.hpp"

#include "base/text.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace platen::app {

void showVendorFiles(fleet::ManagedDevice& gateway,
                     const model::PathCodec& codec,
                     const ConfigFile& config,
                     std::uint64_t logBytes) {
    std::vector<fleet::Assignment> values;
    const auto put = [&](std::string_view name, std::string_view text, bool keep) {
        const auto path = codec.parseInternal(text::cat({"Device.DeviceInfo.", name}));
        if (!path || (keep && gateway.tree().get(path->paramRef()))) {
            return;
        }
        const auto ref = path->paramRef();
        if (auto value = codec.schema().parseValue(ref.param, text)) {
            values.push_back({ref, std::move(*value)});
        }
    };
    constexpr std::size_t kVersionLength = 16;
    put("VendorConfigFile.1.Alias", "cpe-configuration", true);
    put("VendorConfigFile.1.Name", config.name, false);
    put("VendorConfigFile.1.Version", config.sha256.substr(0, kVersionLength), false);
    put("VendorConfigFile.1.Date", formatDateTime(config.changed), false);
    put("VendorConfigFile.1.Description", "Configuration of the gateway, without secrets", false);
    put("VendorConfigFile.2.Alias", "cpe-settings", true);
    put("VendorConfigFile.2.Name", "settings.json", false);
    put("VendorConfigFile.2.Version", "1", false);
    put("VendorConfigFile.2.Date", formatDateTime(kUnknownTime), false);
    put("VendorConfigFile.2.Description", "What the ACS has set; can be restored", false);
    put("VendorLogFile.1.Alias", "cpe-log", true);
    put("VendorLogFile.1.Name", "platen.log", false);
    put("VendorLogFile.1.MaximumSize", std::to_string(logBytes), false);
    put("VendorLogFile.1.Persistent", "false", false);
    gateway.setGatewayValues(std::move(values), false);
}

}  // namespace platen::app
