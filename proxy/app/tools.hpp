// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/settings.hpp"
#include "proxy/app/command_line.hpp"

namespace platen::app {

// Commands for who looks into a printer or adds one. Each prints to standard output, complaints to
// standard error, and returns the exit code.

[[nodiscard]] int runDiagnose(const CommandLine& line, const config::Settings& settings);
[[nodiscard]] int runRecord(const CommandLine& line, const config::Settings& settings);
[[nodiscard]] int runMapCheck(const CommandLine& line, const config::Settings& settings);
[[nodiscard]] int runMapTry(const CommandLine& line, const config::Settings& settings);

}  // namespace platen::app
