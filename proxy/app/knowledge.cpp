// SPDX-License-Identifier: Apache-2.0
#include "proxy/app/knowledge.hpp"

#include "base/log.hpp"
#include "config/data_folder.hpp"
#include "config/makers.hpp"

#include <array>

namespace platen::app {

Result<Knowledge> loadKnowledge(const config::Settings& settings,
                                const std::filesystem::path& extraMap) {
    Knowledge out;
    const auto model = config::findDataFolder(settings.paths.model,
                                              {"model", "mfp-datamodel/model"}, "mfp-1.0.xml");
    if (!model) {
        return tl::unexpected<Error>(model.error());
    }
    const auto maps =
        config::findDataFolder(settings.paths.maps, {"maps", "mibmap/maps"}, "standard.json");
    if (!maps) {
        return tl::unexpected<Error>(maps.error());
    }
    const auto makersFolder = config::findDataFolder({}, {"", "config"}, "makers.json");
    if (!makersFolder) {
        return tl::unexpected<Error>(makersFolder.error());
    }
    const auto* const root = settings.acs.root == "Device:1" ? "device-1.xml" : "device-2.xml";
    const std::array<std::filesystem::path, 2> files{*model / root, *model / "mfp-1.0.xml"};
    auto schema = model::Schema::load(files);
    if (!schema) {
        return tl::unexpected<Error>(schema.error());
    }
    out.schema = std::make_unique<model::Schema>(std::move(*schema));
    out.codec = std::make_unique<model::PathCodec>(*out.schema, settings.dataModel.vendorPrefix);
    out.names = std::make_unique<fleet::WellKnown>(*out.schema);
    std::vector<std::string> problems;
    auto mapSet = mibmap::MapSet::load(
        *out.schema, mibmap::MapSources{*maps, settings.paths.extraMaps, extraMap}, problems);
    for (const auto& problem : problems) {
        LOG_ERROR("mibmap", "map.left_out", {"problem", problem});
    }
    if (!mapSet) {
        return tl::unexpected<Error>(mapSet.error());
    }
    out.maps = std::move(*mapSet);
    auto makers = config::Makers::load(*makersFolder / "makers.json");
    if (!makers) {
        return tl::unexpected<Error>(makers.error());
    }
    auto shared = std::make_shared<const config::Makers>(std::move(*makers));
    out.findMaker = [shared](const fleet::IdentityFacts& facts) -> std::optional<fleet::Maker> {
        // The brand that the printer shows beats its enterprise number, which is the engine maker's
        // (snmp-quirks 4).
        for (const auto& text : {facts.manufacturer, facts.systemDescription}) {
            if (const auto* maker = shared->byText(text)) {
                return fleet::Maker{maker->brand, maker->oui};
            }
        }
        // A brand without a row keeps its name, under the OUI of the engine's maker.
        if (const auto* maker = shared->byEnterprise(facts.enterprise)) {
            return fleet::Maker{facts.manufacturer.empty() ? maker->brand : facts.manufacturer,
                                maker->oui};
        }
        return std::nullopt;
    };
    return out;
}

}  // namespace platen::app
