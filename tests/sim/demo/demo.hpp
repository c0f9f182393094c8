// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"
#include "base/time.hpp"

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace platen::demo {

struct DemoOptions {
    std::filesystem::path programs;    ///< Folder with `platen` and `platen-sim`.
    std::filesystem::path recordings;  ///< Folder with `.snmprec` files.
    std::filesystem::path schemas;     ///< For validation by the ACS; empty: none.
    Millis runFor{0};                  ///< 0: until interrupted.
    bool keepFiles = false;            ///< Leave the working folder behind.
};

inline constexpr std::string_view kUsage =
    "platen-demo: recorded printers, an ACS and the gateway, on this machine\n"
    "\n"
    "platen-demo [--seconds N] [--programs DIR] [--recordings DIR] [--schemas DIR] [--keep]\n"
    "\n"
    "  --seconds   end by itself; exit 0 only if every printer registered and every step worked\n"
    "  --programs  folder with platen and platen-sim (default: where this program is)\n"
    "  --schemas   folder with the XML schemas of CWMP: the ACS validates every message\n"
    "  --keep      leave the working folder (configuration, state, logs) behind\n";

/// Reads the arguments behind the program's name; `self` is the folder of this program. Errors:
/// Malformed.
[[nodiscard]] Result<DemoOptions> parseCommandLine(const std::vector<std::string_view>& args,
                                                   const std::filesystem::path& self);

/// Runs the demonstration, printing as it goes. The exit status. `interrupted` ends it early.
[[nodiscard]] int runDemo(const DemoOptions& options, const std::atomic<bool>& interrupted);

}  // namespace platen::demo
