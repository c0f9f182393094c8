// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/demo/demo.hpp"
#include "tests/sim/stop_signals.hpp"

#include <cstdio>

int main(int argc, char** argv) {
    std::error_code error;
    const auto self = std::filesystem::read_symlink("/proc/self/exe", error).parent_path();
    const auto options = platen::demo::parseCommandLine({argv + 1, argv + argc}, self);
    if (!options) {
        std::fprintf(stderr, "%s\n\n%s", options.error().text.c_str(),
                     std::string(platen::demo::kUsage).c_str());
        return 2;
    }
    std::atomic<bool> interrupted{false};
    platen::sim::onStopSignals(
        [](void* context) { static_cast<std::atomic<bool>*>(context)->store(true); }, &interrupted);
    return platen::demo::runDemo(*options, interrupted);
}
