// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/settings.hpp"
#include "proxy/app/command_line.hpp"

#include <string>

namespace platen::app {

// Commands that read something once and end. Each prints to standard output, complaints to standard
// error, and returns the exit code.

[[nodiscard]] int runDiscover(const CommandLine& line, const config::Settings& settings);
[[nodiscard]] int runPoll(const CommandLine& line, const config::Settings& settings);
[[nodiscard]] int runExplain(const CommandLine& line, const config::Settings& settings);

}  // namespace platen::app
