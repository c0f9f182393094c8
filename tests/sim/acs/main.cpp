// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/acs/acs_command_line.hpp"
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
    const auto options = platen::acs::parseCommandLine({argv + 1, argv + argc});
    if (!options) {
        print(stderr, options.error().text + "\n\n" + std::string(platen::acs::kUsage));
        return 2;
    }
    const auto server = platen::acs::AcsServer::open(*options);
    if (!server) {
        print(stderr, server.error().text + "\n");
        return 1;
    }
    platen::sim::onStopSignals(
        [](void* context) { static_cast<platen::acs::AcsServer*>(context)->stop(); },
        server->get());
    print(stdout, "acs " + (*server)->url() + "\napi " + (*server)->apiUrl() + "\nready\n");
    (*server)->run();
    return 0;
}
