// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace platen::app {

/// What the user asked for.
struct CommandLine {
    std::string command;  ///< `run`, `check-config`, `map try`, …; `help`, `version`.
    std::vector<std::string> arguments;
    std::string config;    ///< --config FILE
    std::string output;    ///< --output FILE
    bool json = false;     ///< --json
    bool debug = false;    ///< --debug: log level
    bool logJson = false;  ///< --log-json
};

/// Pure. Errors: Malformed with a text for the user (unknown command or option, with the nearest
/// name; wrong number of arguments).
[[nodiscard]] Result<CommandLine> parseCommandLine(std::span<const std::string_view> words);

/// The text of `platen help`.
[[nodiscard]] std::string usage();

}  // namespace platen::app
