// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"

#include <filesystem>

namespace platen::config {

/// Folder of one kind of data file: as installed, or in the source tree.
struct DataFolders {
    std::filesystem::path installed;  ///< Under `share/platen`.
    std::filesystem::path source;     ///< Under the source tree that the program was built in.
};

/// The first that holds `mustHold`: the configured folder, `share/platen/…` beside the program, the
/// source tree. A configured folder (not empty) is the only one looked at. Errors: NotFound.
/// thread: any
[[nodiscard]] Result<std::filesystem::path> findDataFolder(const std::filesystem::path& configured,
                                                           const DataFolders& folders,
                                                           const std::filesystem::path& mustHold);

}  // namespace platen::config
