// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"
#include "proxy/store/store.hpp"

#include <filesystem>

namespace platen::store {

/// Reads all tables of a file of the current version, each in the order of its primary key, over
/// connections of its own. Nothing may write meanwhile. Errors: those of Db.
[[nodiscard]] Result<Snapshot> readSnapshot(const std::filesystem::path& file);

}  // namespace platen::store
