// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace platen::fleet {

/// Version of the program; equals the project version (a test compares).
inline constexpr std::string_view kVersion = "0.1.0";

}  // namespace platen::fleet
