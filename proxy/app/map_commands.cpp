// SPDX-License-Identifier: Apache-2.0
// `platen map check` and `platen map try`.
#include "base/text.hpp"
#include "config/data_folder.hpp"
#include "mibmap/map_check.hpp"
#include "proxy/app/app.hpp"
#include "proxy/app/map_report.hpp"
#include "proxy/app/recording_engine.hpp"
#include "proxy/app/recording_reader.hpp"
#include "proxy/app/tools.hpp"

#include <cstdio>
#include <optional>
#include <string_view>

namespace platen::app {

namespace {

/// In place of a map file: none.
constexpr std::string_view kNoMap = "-";

void complain(const std::string& text) {
    std::fprintf(stderr, "platen: %s\n", text.c_str());
}

/// Prints what is wrong with a map. Exit code.
int check(const std::string& file, const config::Settings& settings) {
    const auto knowledge = loadKnowledge(settings);
    const auto maps =
        config::findDataFolder(settings.paths.maps, {"maps", "mibmap/maps"}, "standard.json");
    if (!knowledge || !maps) {
        complain(knowledge ? maps.error().text : knowledge.error().text);
        return kExitFailed;
    }
    const auto problems = mibmap::checkMap(*knowledge->schema, *maps, file);
    if (!problems) {
        std::fprintf(stderr, "%s\n1 error\n", problems.error().text.c_str());
        return kExitUsage;
    }
    for (const auto& problem : *problems) {
        std::fputs(problem.c_str(), stderr);
    }
    if (!problems->empty()) {
        std::fprintf(stderr, "%zu error%s\n", problems->size(), problems->size() == 1 ? "" : "s");
        return kExitUsage;
    }
    return kExitOk;
}

}  // namespace

int runMapCheck(const CommandLine& line, const config::Settings& settings) {
    const int exit = check(line.arguments.front(), settings);
    if (exit == kExitOk) {
        std::printf("%s: no errors\n", line.arguments.front().c_str());
    }
    return exit;
}

int runMapTry(const CommandLine& line, const config::Settings& settings) {
    const auto& file = line.arguments[0];
    const bool withMap = file != kNoMap;
    if (withMap) {
        if (const int exit = check(file, settings); exit != kExitOk) {
            return exit;
        }
    }
    TriedMap tried;
    const auto recording = mibmap::Recording::loadLeniently(line.arguments[1], tried.unreadable);
    if (!recording) {
        complain(recording.error().text);
        return kExitFailed;
    }
    const auto read = readRecording(
        settings, *recording, withMap ? std::filesystem::path(file) : std::filesystem::path());
    if (!read) {
        for (const auto& problem : tried.unreadable) {
            complain(problem);
        }
        complain(line.arguments[1] + ": " + read.error().text);
        return kExitFailed;
    }
    auto& device = read->poll->device();
    tried.reasons = read->core->knowledge.maps->reasons(device.deviceContext());
    tried.unread = read->core->playing->unread({1, 3, 6, 1, 4, 1});
    const auto& codec = *read->core->knowledge.codec;
    const auto text = line.json
                          ? triedJson(device, read->poll->reports(), codec, *recording, tried)
                          : triedText(device, read->poll->reports(), codec, *recording, tried);
    std::fwrite(text.data(), 1, text.size(), stdout);
    if (!read->poll->doubt().empty()) {
        complain(text::cat({line.arguments[1], ": the gateway would not keep it: it ",
                            read->poll->doubt(), "; a map with match.present makes it a printer"}));
        return kExitNoPrinter;
    }
    return kExitOk;
}

}  // namespace platen::app
