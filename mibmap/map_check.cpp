// SPDX-License-Identifier: Apache-2.0
#include "mibmap/map_check.hpp"

#include "base/text.hpp"
#include "mibmap/compiled_map.hpp"
#include "mibmap/map_file.hpp"

#include <memory>
#include <system_error>
#include <utility>

namespace platen::mibmap {

namespace {

/// One text for each problem: a line that ends in a caret is its last.
void addRendered(std::string_view rendered, std::vector<std::string>& out) {
    std::string one;
    for (const auto line : text::split(rendered, '\n')) {
        if (line.find(": error: ") != std::string_view::npos && !one.empty()) {
            out.push_back(std::exchange(one, {}));
        }
        if (!line.empty()) {
            one += text::cat({line, "\n"});
        }
    }
    if (!one.empty()) {
        out.push_back(std::move(one));
    }
}

}  // namespace

Result<std::vector<std::string>> checkMap(const model::Schema& schema,
                                          const std::filesystem::path& directory,
                                          const std::filesystem::path& file) {
    const auto standardPath = directory / "standard.json";
    std::error_code ignored;
    const bool isStandard = std::filesystem::equivalent(file, standardPath, ignored);
    auto document = JsonDocument::load(file, kMapLimits);
    if (!document) {
        return fail(document.error().code, document.error().text);
    }
    Problems problems;
    auto map = parseMapFile(file.string(), std::string(document->text()), !isStandard, problems);
    if (!map) {
        return tl::unexpected<Error>(map.error());
    }
    std::vector<std::string> out;
    for (const auto& problem : problems.texts()) {
        addRendered(problem, out);
    }
    std::vector<std::shared_ptr<const MapFile>> files;
    if (!isStandard) {
        auto standard = loadMapFile("standard.json", standardPath, false);
        if (!standard) {
            return tl::unexpected<Error>(standard.error());
        }
        files.push_back(std::move(*standard));
    }
    files.push_back(std::move(*map));
    if (const auto compiled = compileMap(schema, std::move(files)); !compiled) {
        addRendered(compiled.error().text, out);
    }
    return out;
}

}  // namespace platen::mibmap
