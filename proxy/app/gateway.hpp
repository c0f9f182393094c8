// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/settings.hpp"

#include <filesystem>

namespace platen::app {

/// `platen run`: the gateway until SIGTERM or SIGINT (clean within 5 s; a second one ends at once);
/// SIGHUP reads the file again and keeps the old settings if the new ones have errors. Returns the
/// exit code.
[[nodiscard]] int runGateway(const std::filesystem::path& configFile, config::Settings settings);

}  // namespace platen::app
