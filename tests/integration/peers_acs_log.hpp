// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace platen::test {

/// An Inform as the ACS got it.
struct LoggedInform {
    std::string serial;
    std::set<std::string> events;               ///< `code`, or `code=CommandKey`.
    std::map<std::string, std::string> values;  ///< Of ParameterList.
    /// Another message came in the same session: the gateway has stored that all this is delivered.
    /// It may repeat only what is not confirmed.
    bool confirmed = false;
};

/// All Informs of an ACS's log, in their order.
[[nodiscard]] std::vector<LoggedInform> readInforms(const std::filesystem::path& log);

}  // namespace platen::test
