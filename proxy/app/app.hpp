// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace platen::app {

/// Exit codes of the program (design section 4).
inline constexpr int kExitOk = 0;
inline constexpr int kExitFailed = 1;
inline constexpr int kExitUsage = 2;  ///< Also: the configuration has errors.
inline constexpr int kExitNoAnswer = 3;
inline constexpr int kExitNoPrinter = 4;

/// The program: parses the command line and runs one command. Returns the exit code; throws
/// nothing.
int run(int argc, char** argv);

}  // namespace platen::app
