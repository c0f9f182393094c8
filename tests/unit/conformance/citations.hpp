// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <string_view>

namespace platen::conformance {

/// Which tests cite which requirement: `C-SPV-02` -> `RpcSetValues.RefusesTheWholeList`. A test
/// cites an item in its body, or in the comment lines right above it.
using Citations = std::map<std::string, std::set<std::string>, std::less<>>;

/// Adds what one source file of tests cites.
void addCitations(std::string_view source, Citations& citations);

/// Of all `*.cpp` files under the folder.
[[nodiscard]] Citations citationsUnder(const std::filesystem::path& folder);

/// The items in a text: `C-SPV-02`, and the short forms `C-SPV-02, -04` and `C-SPV-02 … -04`.
[[nodiscard]] std::set<std::string> itemsIn(std::string_view text);

}  // namespace platen::conformance
