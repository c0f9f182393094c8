// SPDX-License-Identifier: Apache-2.0
#include "tests/integration/snmpd_agent.hpp"

#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace platen::test {

std::string Snmpd::missing() {
    return ::access(kProgram, X_OK) == 0 ? "" : "snmpd is not installed (Debian package snmpd)";
}

Snmpd::Snmpd(Options options) {
    const auto state = folder_.path() / "state";
    std::filesystem::create_directories(state);
    // It counts up from the boots that it finds, as long as the engine is still the same.
    const auto configuration = folder_.write(
        "snmpd.conf", "exactEngineID 0x" + options.engineId + "\noldEngineID 0x" +
                          options.engineId + "\nengineBoots " + std::to_string(options.boots - 1) +
                          "\n" + options.configuration);
    const auto log = folder_.path() / "log";
    process_ = std::make_unique<Process>(std::vector<std::string>{
        "/usr/bin/env", "SNMP_PERSISTENT_DIR=" + state.string(), "MIBS=", kProgram, "-f", "-C",
        "-c", configuration, "-Lf", log.string(), "-I", "-smux",
        "udp:" + options.address + ":" + std::to_string(options.port)});
    ready_ = eventually(std::chrono::seconds{20}, [this] {
        return this->log().find("NET-SNMP version") != std::string::npos;
    });
}

void Snmpd::stop() {
    if (process_) {
        process_->signal(SIGTERM);
        (void)process_->wait(std::chrono::seconds{10});
        process_.reset();
    }
}

std::string Snmpd::log() const {
    std::ifstream file(folder_.path() / "log");
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

}  // namespace platen::test
