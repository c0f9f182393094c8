// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/problems.hpp"
#include "config/settings.hpp"

#include <nlohmann/json_fwd.hpp>

namespace platen::config {

/// Reads the merged document into settings by the table of settings; what is wrong goes to
/// `problems`, and that setting keeps its default.
void readSettings(const nlohmann::json& root,
                  const LoadContext& context,
                  Settings& settings,
                  Problems& problems);

/// What only several settings together can get wrong.
void crossCheck(const Settings& settings, Problems& problems);

}  // namespace platen::config
