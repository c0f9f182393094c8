// SPDX-License-Identifier: Apache-2.0
#include "config/acs_profile.hpp"

#include "base/text.hpp"
#include "config/data_folder.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <system_error>
#include <vector>

namespace platen::config {

namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

constexpr int kFormat = 1;
constexpr std::size_t kMaxProfiles = 100;  // That a message names.

constexpr std::array<std::string_view, 9> kSettings{
    "root",        "cwmp_version",  "long_types",          "max_redirects",    "inform_parameters",
    "event_order", "retry_minimum", "unanswered_requests", "repair_ampersands"};
constexpr std::array<std::string_view, 4> kKeys{"format", "name", "text", "acs"};

const DataFolders kFolders{"acs-profiles", "config/acs-profiles"};

/// `axiros, freeacs`
std::string namesIn(const fs::path& folder) {
    std::vector<std::string> names;
    std::error_code error;
    for (auto it = fs::directory_iterator(folder, error);
         !error && it != fs::directory_iterator() && names.size() < kMaxProfiles;
         it.increment(error)) {
        if (it->path().extension() == ".json") {
            names.push_back(it->path().stem().string());
        }
    }
    std::sort(names.begin(), names.end());
    std::string list;
    for (const auto& name : names) {
        list += (list.empty() ? "" : ", ") + name;
    }
    return list;
}

/// Tells problems of one profile with their places.
class Checker {
  public:
    Checker(const JsonDocument& document, std::size_t source, Problems& problems)
        : document_(document), source_(source), problems_(problems) {}

    bool check() {
        const Json& root = document_.root();
        names(root, "", kKeys);
        const auto format = root.find("format");
        if (format == root.end() || *format != kFormat) {
            tell("/format", "a profile has \"format\": 1", false);
            return false;
        }
        for (const char* name : {"name", "text"}) {
            const auto found = root.find(name);
            if (found == root.end() || !found->is_string() ||
                found->get_ref<const std::string&>().empty()) {
                tell(text::cat({"/", name}), text::cat({"\"", name, "\" is a text"}), false);
            }
        }
        const auto acs = root.find("acs");
        if (acs == root.end() || !acs->is_object()) {
            tell("/acs", "\"acs\" is an object of settings", false);
            return false;
        }
        return names(*acs, "/acs", kSettings);
    }

  private:
    /// True if all members have one of these names.
    bool names(const Json& object,
               const std::string& pointer,
               std::span<const std::string_view> known) {
        bool good = true;
        for (const auto& [name, value] : object.items()) {
            if (std::find(known.begin(), known.end(), name) != known.end()) {
                continue;
            }
            good = false;
            std::string text = "no setting of a profile";
            if (const auto near = text::nearest(name, known)) {
                text += text::cat({" (did you mean \"", *near, "\"?)"});
            }
            tell(text::cat({pointer, "/", name}), text, true);
        }
        return good;
    }

    void tell(const std::string& pointer, const std::string& text, bool ofKey) {
        const auto at = document_.positionOf(pointer, ofKey);
        problems_.addSyntax(
            source_, text::cat({std::to_string(at.line), ":", std::to_string(at.column), ": ",
                                pointer, ": ", text}));
    }

    const JsonDocument& document_;
    std::size_t source_;
    Problems& problems_;
};

}  // namespace

std::span<const std::string_view> acsProfileSettings() {
    return kSettings;
}

Result<fs::path> findAcsProfile(std::string_view name, const fs::path& folder) {
    std::error_code error;
    if (name.find('/') != std::string_view::npos || name.ends_with(".json")) {
        auto file = (folder / name).lexically_normal();
        if (!fs::is_regular_file(file, error)) {
            return fail(ErrorCode::NotFound, file.string() + " is no file");
        }
        return file;
    }
    const auto shipped = findDataFolder({}, kFolders, text::cat({kDefaultAcsProfile, ".json"}));
    if (!shipped) {
        return tl::unexpected<Error>(shipped.error());
    }
    auto file = *shipped / text::cat({name, ".json"});
    if (!fs::is_regular_file(file, error)) {
        return fail(ErrorCode::NotFound,
                    text::cat({"no profile has this name; there are ", namesIn(*shipped)}));
    }
    return file;
}

bool checkAcsProfile(const JsonDocument& document, std::size_t source, Problems& problems) {
    return Checker(document, source, problems).check();
}

}  // namespace platen::config
