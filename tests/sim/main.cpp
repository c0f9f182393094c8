// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/command_line.hpp"
#include "tests/sim/stop_signals.hpp"

#include <cstdio>
#include <string>

namespace {

void print(std::FILE* file, const std::string& text) {
    std::fwrite(text.data(), 1, text.size(), file);
    std::fflush(file);
}

}  // namespace

int main(int argc, char** argv) {
    const std::vector<std::string_view> args(argv + 1, argv + argc);
    const auto options = platen::sim::parseCommandLine(args);
    if (!options) {
        print(stderr, options.error().text + "\n\n" + std::string(platen::sim::kUsage));
        return 2;
    }
    const platen::SystemClock clock;
    const auto simulator = platen::sim::Simulator::open(*options, clock);
    if (!simulator) {
        print(stderr, simulator.error().text + "\n");
        return 1;
    }
    print(stdout, (*simulator)->table());
    if ((*simulator)->controlPort() != 0) {
        print(stdout, "control 127.0.0.1:" + std::to_string((*simulator)->controlPort()) + "\n");
    }
    print(stdout, "ready, UDP port " + std::to_string((*simulator)->port()) + "\n");
    platen::sim::onStopSignals(
        [](void* context) { static_cast<platen::sim::Simulator*>(context)->stop(); },
        simulator->get());
    (*simulator)->run();
    return 0;
}
