// SPDX-License-Identifier: Apache-2.0
#include "proxy/fleet/data_models.hpp"

#include <cstdint>
#include <string_view>

namespace platen::fleet {

void showDataModels(const std::vector<DataModelEntry>& models,
                    bool withServices,
                    model::Tree& tree) {
    const auto& schema = tree.schema();
    const auto table = schema.findObject("Device.DeviceInfo.SupportedDataModel.{i}.");
    if (!table) {
        return;  // Device:1 has no such table.
    }
    std::uint32_t number = 0;
    for (const auto& model : models) {
        if (model.service && !withServices) {
            continue;
        }
        const model::Instances row{{++number, 0, 0}};
        const auto put = [&](std::string_view name, std::string_view text) {
            if (const auto param = schema.findParam(*table, name)) {
                tree.set({*param, row}, model::Value::string(text), model::Source::Gateway);
            }
        };
        const auto alias = schema.findParam(*table, "Alias");
        if (alias && !tree.get({*alias, row})) {
            put("Alias", "cpe-" + std::to_string(number));
        }
        put("URL", model.url);
        put("UUID", model.uuid);
        put("URN", model.urn);
        put("Features", "");
    }
}

}  // namespace platen::fleet
