// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"

#include <cstddef>
#include <filesystem>
#include <string>

namespace platen {

/// The whole content of a file. Reads no more than `maxBytes` + 1, whatever the size is said to
/// be. Errors (without the path in the text): NotFound, Refused, TooLarge. thread: any
[[nodiscard]] Result<std::string> readFile(const std::filesystem::path& path, std::size_t maxBytes);

}  // namespace platen
