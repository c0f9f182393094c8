// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"
#include "config/settings.hpp"
#include "mfp-datamodel/path.hpp"
#include "mfp-datamodel/schema.hpp"
#include "mibmap/map_set.hpp"
#include "proxy/fleet/identity.hpp"
#include "proxy/fleet/well_known.hpp"

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>

namespace platen::app {

/// The data files that the program stands on: model, maps, makers.
struct Knowledge {
    std::unique_ptr<model::Schema> schema;
    std::unique_ptr<model::PathCodec> codec;
    std::unique_ptr<fleet::WellKnown> names;
    std::unique_ptr<mibmap::MapSet> maps;
    std::function<std::optional<fleet::Maker>(const fleet::IdentityFacts&)> findMaker;
};

/// Loads all from the folders of the configuration, else from `share/platen` beside the program,
/// else from the source tree that it was built in. A broken vendor map is logged with file,
/// position and reason, and left out. `extraMap` is one more overlay; empty: none. Errors: a file
/// that the program cannot do without.
[[nodiscard]] Result<Knowledge> loadKnowledge(const config::Settings& settings,
                                              const std::filesystem::path& extraMap = {});

}  // namespace platen::app
