// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/settings.hpp"

#include <filesystem>
#include <string>
#include <string_view>

namespace platen::config::test {

/// A folder of its own that goes when the test ends.
class TemporaryFolder {
  public:
    TemporaryFolder();
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    ~TemporaryFolder();

    [[nodiscard]] const std::filesystem::path& path() const { return path_; }
    /// Writes a file, with the folders above it; returns its path.
    std::filesystem::path write(const std::filesystem::path& name, std::string_view text) const;

  private:
    std::filesystem::path path_;
};

[[nodiscard]] std::string readWhole(const std::filesystem::path& path);

/// Loads a text without looking at any file.
[[nodiscard]] LoadOutcome loadText(std::string text);

}  // namespace platen::config::test
