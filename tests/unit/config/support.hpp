// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/settings.hpp"
#include "tests/support/temporary_folder.hpp"

#include <filesystem>
#include <string>
#include <string_view>

namespace platen::config::test {

using platen::test::TemporaryFolder;

[[nodiscard]] std::string readWhole(const std::filesystem::path& path);

/// Loads a text without looking at any file.
[[nodiscard]] LoadOutcome loadText(std::string text);

}  // namespace platen::config::test
