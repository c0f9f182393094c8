// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "mfp-datamodel/schema.hpp"
#include "mibmap/map_set.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace platen::mibmap {

/// All that is wrong with one map file, over the standard map of the folder: each with file, line,
/// column, JSON pointer, source line and the nearest name. Empty: it can be used. A file called
/// `standard.json` is checked as the standard map itself if it has no `match` and lies in
/// `directory`. Errors: the standard map cannot be used; Malformed, NotFound, TooLarge: the file is
/// no JSON.
[[nodiscard]] Result<std::vector<std::string>> checkMap(const model::Schema& schema,
                                                        const std::filesystem::path& directory,
                                                        const std::filesystem::path& file);

}  // namespace platen::mibmap
