// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"
#include "base/time.hpp"
#include "proxy/transfer/transfer.hpp"

#include <cstdint>
#include <filesystem>
#include <string>

namespace platen::app {

/// The configuration file, with the files of `conf.d`, as it is on disk.
struct ConfigFile {
    std::string name;  ///< Without folders.
    std::string sha256;
    std::uint64_t bytes = 0;
    WallTime changed = kUnknownTime;  ///< Of the newest of the files.
};

/// Errors: those of reading the main file.
[[nodiscard]] Result<ConfigFile> readConfigFile(const std::filesystem::path& file);

/// What the ACS is told of a configuration that the operator brought to the machine: a restore,
/// which counts as a Download (C-XFER-24). Never its content or its folder.
[[nodiscard]] transfer::Transfer importOf(const ConfigFile& file,
                                          WallTime now,
                                          transfer::Outcome outcome);

}  // namespace platen::app
