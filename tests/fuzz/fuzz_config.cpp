// SPDX-License-Identifier: Apache-2.0
#include "config/settings.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

/// Any text gives settings or problems; settings can be printed, and what is printed parses.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    platen::config::LoadContext context;
    context.folder = "/nowhere";
    context.readFiles = false;
    const std::string text(data, data + size);
    const auto outcome = platen::config::loadSettingsFromText("fuzz.json", text, context);
    if (outcome.ok != outcome.report.empty() || outcome.ok != (outcome.errorCount == 0)) {
        std::abort();
    }
    const std::string printed = platen::config::printConfig(outcome.settings);
    const auto again = platen::config::loadSettingsFromText("again.json", printed, context);
    if (again.report.find("syntax error") != std::string::npos) {
        std::abort();
    }
    return 0;
}
