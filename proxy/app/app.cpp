// SPDX-License-Identifier: Apache-2.0
#include "proxy/app/app.hpp"

#include "base/log.hpp"
#include "config/settings.hpp"
#include "proxy/app/command_line.hpp"
#include "proxy/app/gateway.hpp"
#include "proxy/app/installation.hpp"
#include "proxy/app/one_shot.hpp"
#include "proxy/app/tools.hpp"
#include "proxy/fleet/version.hpp"

#include <csignal>
#include <cstdio>
#include <exception>
#include <string_view>
#include <vector>

namespace platen::app {

namespace {

int checkConfig(const std::string& file) {
    const auto outcome = config::loadSettings(file);
    if (!outcome.ok) {
        std::fputs(outcome.report.c_str(), stderr);
        std::fprintf(stderr, "%zu error%s\n", outcome.errorCount,
                     outcome.errorCount == 1 ? "" : "s");
        return kExitUsage;
    }
    for (const auto& missing : config::missingForRun(outcome.settings)) {
        std::printf("note: platen run needs %s\n", missing.c_str());
    }
    std::printf("%s: no errors\n", file.c_str());
    return kExitOk;
}

int runWithConfig(const CommandLine& line) {
    // Maps can be tried without a configuration.
    auto outcome = line.config.empty()
                       ? config::LoadOutcome{.ok = true, .settings = {}, .report = {}}
                       : config::loadSettings(line.config);
    if (!outcome.ok) {
        std::fputs(outcome.report.c_str(), stderr);
        return kExitUsage;
    }
    if (line.command == "diagnose") {
        return runDiagnose(line, outcome.settings);
    }
    if (line.command == "record") {
        return runRecord(line, outcome.settings);
    }
    if (line.command == "map check") {
        return runMapCheck(line, outcome.settings);
    }
    if (line.command == "map try") {
        return runMapTry(line, outcome.settings);
    }
    if (line.command == "print-config") {
        std::fputs(config::printConfig(outcome.settings).c_str(), stdout);
        return kExitOk;
    }
    if (line.command == "discover") {
        return runDiscover(line, outcome.settings);
    }
    if (line.command == "poll") {
        return runPoll(line, outcome.settings);
    }
    if (line.command == "explain") {
        return runExplain(line, outcome.settings);
    }
    if (line.command == "take-over") {
        return runTakeOver(outcome.settings);
    }
    return runGateway(line.config, std::move(outcome.settings));
}

int runCommand(const CommandLine& line) {
    if (line.command == "help") {
        std::fputs(usage().c_str(), stdout);
        return kExitOk;
    }
    if (line.command == "version") {
        std::printf("platen %s\n", std::string(fleet::kVersion).c_str());
        return kExitOk;
    }
    // One-shot commands print results; their log shows only what went wrong.
    const auto level = line.debug              ? log::Level::Debug
                       : line.command == "run" ? log::Level::Info
                                               : log::Level::Warning;
    log::configure(level, line.logJson ? log::Format::Json : log::Format::Journal);
    if (line.command == "check-config") {
        return checkConfig(line.arguments.front());
    }
    return runWithConfig(line);
}

}  // namespace

int run(int argc, char** argv) {
    std::signal(SIGPIPE, SIG_IGN);
    const std::vector<std::string_view> words(argv + 1, argv + argc);
    const auto line = parseCommandLine(words);
    if (!line) {
        std::fprintf(stderr, "platen: %s\nTry: platen help\n", line.error().text.c_str());
        return kExitUsage;
    }
    try {
        return runCommand(*line);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "platen: %s\n", error.what());
        return kExitFailed;
    }
}

}  // namespace platen::app
