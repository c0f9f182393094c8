// SPDX-License-Identifier: Apache-2.0
#include "config/data_folder.hpp"

#include <array>
#include <system_error>

namespace platen::config {

namespace fs = std::filesystem;

Result<fs::path> findDataFolder(const fs::path& configured,
                                const DataFolders& folders,
                                const fs::path& mustHold) {
    std::error_code error;
    if (!configured.empty()) {
        if (fs::exists(configured / mustHold, error)) {
            return fs::weakly_canonical(configured, error);
        }
        return fail(ErrorCode::NotFound, configured.string() + " holds no " + mustHold.string());
    }
    const auto program = fs::read_symlink("/proc/self/exe", error);
    const std::array<fs::path, 2> candidates{
        program.parent_path() / ".." / "share" / "platen" / folders.installed,
        fs::path(PLATEN_SOURCE) / folders.source};
    for (const auto& folder : candidates) {
        if (fs::exists(folder / mustHold, error)) {
            return fs::weakly_canonical(folder, error);
        }
    }
    return fail(ErrorCode::NotFound, mustHold.string() + " is not installed");
}

}  // namespace platen::config
