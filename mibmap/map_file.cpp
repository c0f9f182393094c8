// SPDX-License-Identifier: Apache-2.0
#include "mibmap/map_file.hpp"

#include "base/text.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace platen::mibmap {

namespace {

using Json = nlohmann::json;

constexpr std::int64_t kFormat = 1;
/// Most entries of a `match` list.
constexpr std::size_t kMaxMatches = 64;

std::string escapePointer(std::string_view key) {
    std::string out;
    for (const char c : key) {
        if (c == '~') {
            out += "~0";
        } else if (c == '/') {
            out += "~1";
        } else {
            out += c;
        }
    }
    return out;
}

/// One list of `match`: OIDs into `oids`, or patterns into the file's if that is null.
void readMatches(MapFile& file, const Located& list, std::vector<Oid>* oids, Problems& problems) {
    if (!list) {
        return;
    }
    if (!list.json->is_array() || list.json->size() > kMaxMatches) {
        problems.add(list, "must be an array of at most 64 texts");
        return;
    }
    for (std::size_t i = 0; i < list.json->size(); ++i) {
        const Located item = list.at(i);
        if (!item.json->is_string()) {
            problems.add(item, "must be a text");
            continue;
        }
        const auto& text = item.json->get_ref<const std::string&>();
        if (oids != nullptr) {
            if (auto oid = Oid::parse(text); oid) {
                oids->push_back(std::move(*oid));
            } else {
                problems.add(item, "not an OID: " + text);
            }
        } else if (auto pattern = Pattern::compile(text); pattern) {
            file.descriptions.push_back(std::move(*pattern));
        } else {
            problems.add(item, pattern.error().text);
        }
    }
}

void readHead(MapFile& file, bool overlay, Problems& problems) {
    const Located root{&file, "", &file.document.root()};
    if (!root.json->is_object()) {
        problems.add(root, "a map is a JSON object");
        return;
    }
    const Located format = root.at("format");
    if (!format || !format.json->is_number_integer() ||
        format.json->get<std::int64_t>() != kFormat) {
        problems.add(format ? format : root, R"("format" must be 1)");
    }
    const Located match = root.at("match");
    if (!match) {
        file.matchesAll = true;
        if (overlay && file.name != "standard.json") {
            problems.add(root, R"(an overlay needs "match")");
        }
        return;
    }
    if (!overlay) {
        problems.add(match, R"(the standard map has no "match")", true);
        return;
    }
    if (!match.json->is_object()) {
        problems.add(match, "must be an object");
        return;
    }
    for (const auto& [key, value] : match.json->items()) {
        static constexpr std::array<std::string_view, 3> kKeys{"sysObjectID", "sysDescr",
                                                               "present"};
        if (std::find(kKeys.begin(), kKeys.end(), key) == kKeys.end()) {
            problems.add(match.at(key), "unknown key" + didYouMean(key, kKeys), true);
        }
    }
    readMatches(file, match.at("sysObjectID"), &file.systemIds, problems);
    readMatches(file, match.at("sysDescr"), nullptr, problems);
    readMatches(file, match.at("present"), &file.instances, problems);
}

}  // namespace

std::optional<std::size_t> MapFile::matches(const Oid& sysObjectId,
                                            std::string_view sysDescr,
                                            std::span<const Oid> answered) const {
    if (matchesAll) {
        return 0;
    }
    // The engine's own MIB says more than a number that cards and brands copy.
    for (const Oid& instance : instances) {
        if (std::find(answered.begin(), answered.end(), instance) != answered.end()) {
            return kPresentRank;
        }
    }
    std::optional<std::size_t> best;
    for (const Oid& id : systemIds) {
        if (sysObjectId.startsWith(id)) {
            best = std::max(best.value_or(0), id.size());
        }
    }
    if (best) {
        return best;
    }
    for (const Pattern& pattern : descriptions) {
        if (pattern.find(sysDescr)) {
            return 0;
        }
    }
    return std::nullopt;
}

Located Located::at(std::string_view key) const {
    Located out{file, pointer + "/" + escapePointer(key), nullptr};
    if (json != nullptr && json->is_object()) {
        const auto it = json->find(std::string(key));
        if (it != json->end()) {
            out.json = &*it;
        }
    }
    return out;
}

Located Located::at(std::size_t index) const {
    Located out{file, pointer + "/" + std::to_string(index), nullptr};
    if (json != nullptr && json->is_array() && index < json->size()) {
        out.json = &(*json)[index];
    }
    return out;
}

void Problems::add(const Located& where, std::string text, bool ofKey) {
    if (texts_.size() >= kMax) {
        return;
    }
    const JsonDocument& document = where.file->document;
    const JsonProblem problem{document.positionOf(where.pointer, ofKey), where.pointer,
                              std::move(text)};
    texts_.push_back(document.render(where.file->name, problem));
}

std::string Problems::joined() const {
    std::string out;
    for (const std::string& text : texts_) {
        if (!out.empty() && out.back() != '\n') {
            out += '\n';
        }
        out += text;
    }
    return out;
}

std::string inQuotes(std::string_view text) {
    return text::cat({"\"", text, "\""});
}

std::string didYouMean(std::string_view word, std::span<const std::string_view> candidates) {
    const auto near = text::nearest(word, candidates);
    return near ? text::cat({R"( (did you mean ")", *near, R"("?))"}) : std::string();
}

Result<std::unique_ptr<MapFile>> parseMapFile(std::string name,
                                              std::string text,
                                              bool overlay,
                                              Problems& problems) {
    auto document = JsonDocument::parse(std::move(text), kMapLimits);
    if (!document) {
        return fail(document.error().code, name + ":" + document.error().text);
    }
    auto file = std::make_unique<MapFile>(
        MapFile{std::move(name), std::move(*document), false, {}, {}, {}});
    readHead(*file, overlay, problems);
    return file;
}

Result<std::unique_ptr<MapFile>> parseMapFile(std::string name, std::string text, bool overlay) {
    Problems problems;
    auto file = parseMapFile(std::move(name), std::move(text), overlay, problems);
    if (file && !problems.empty()) {
        return fail(ErrorCode::Malformed, problems.joined());
    }
    return file;
}

Result<std::unique_ptr<MapFile>> loadMapFile(std::string name,
                                             const std::filesystem::path& path,
                                             bool overlay) {
    auto document = JsonDocument::load(path, kMapLimits);
    if (!document) {
        return tl::unexpected<Error>(document.error());
    }
    return parseMapFile(std::move(name), std::string(document->text()), overlay);
}

}  // namespace platen::mibmap
