// SPDX-License-Identifier: Apache-2.0
#include "base/file.hpp"
#include "base/text.hpp"
#include "config/acs_profile.hpp"
#include "config/problems.hpp"
#include "config/reader.hpp"
#include "config/settings.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdlib>
#include <deque>
#include <system_error>
#include <utility>

namespace platen::config {

namespace {

using Json = nlohmann::json;

/// Objects merge member by member, everything else replaces. The loader bounds the depth.
void mergeOver(Json& base, const Json& over) {
    if (!base.is_object() || !over.is_object()) {
        base = over;
        return;
    }
    for (const auto& [name, value] : over.items()) {
        if (base.contains(name)) {
            mergeOver(base[name], value);
        } else {
            base[name] = value;
        }
    }
}

/// Collects the files of one configuration and what is wrong with them.
class Loader {
  public:
    /// Parses one file's text; tells what is wrong.
    void addText(std::string_view name, std::string text) {
        auto document = JsonDocument::parse(text, JsonLimits{});
        const bool isObject = document && document->root().is_object();
        const JsonDocument* kept = nullptr;
        if (document) {
            kept = &documents_.emplace_back(std::move(*document));
        }
        const std::size_t number =
            problems_.addSource({std::string(name), std::move(text), isObject ? kept : nullptr});
        if (!document) {
            problems_.addSyntax(number, document.error().text);
        } else if (!isObject) {
            problems_.addSyntax(number, "1:1: a configuration is an object: { ... }");
        } else {
            mergeOver(merged_, kept->root());
        }
    }

    void addFile(const std::filesystem::path& path) {
        auto content = readFile(path, JsonLimits{}.maxBytes);
        if (!content) {
            problems_.addFile(path.string(), content.error().text);
            return;
        }
        addText(path.string(), std::move(*content));
    }

    /// The `*.json` files of a folder, in the order of their names.
    void addFolder(const std::filesystem::path& folder) {
        std::vector<std::filesystem::path> files;
        std::error_code error;
        for (auto it = std::filesystem::directory_iterator(folder, error);
             !error && it != std::filesystem::directory_iterator(); it.increment(error)) {
            if (it->path().extension() == ".json") {
                files.push_back(it->path());
            }
            if (files.size() > kMaxConfigFiles) {
                problems_.addFile(folder.string(), "more than 64 files");
                return;
            }
        }
        if (error && error != std::errc::no_such_file_or_directory) {
            problems_.addFile(folder.string(), text::cat({"cannot be read: ", error.message()}));
            return;
        }
        std::sort(files.begin(), files.end());
        for (const auto& file : files) {
            addFile(file);
        }
    }

    LoadOutcome finish(const LoadContext& context) {
        LoadOutcome outcome;
        if (context.readFiles) {
            addAcsProfile(context);
        }
        readSettings(merged_, context, outcome.settings, problems_);
        if (context.readFiles) {
            findExtraMaps(context, outcome.settings.paths);
        }
        crossCheck(outcome.settings, problems_);
        return close(std::move(outcome));
    }

    /// Without looking at the settings: the main file has none.
    LoadOutcome giveUp() { return close(LoadOutcome{}); }

    [[nodiscard]] bool hasDocument() const { return !documents_.empty(); }

  private:
    /// The site's own maps are found without a setting, where its configuration is.
    static void findExtraMaps(const LoadContext& context, Paths& paths) {
        auto beside = context.folder / "maps";
        std::error_code ignored;
        if (paths.extraMaps.empty() && paths.maps != beside &&
            std::filesystem::is_directory(beside, ignored)) {
            paths.extraMaps = std::move(beside);
        }
    }

    /// The profile that the settings name, under them: its settings hold where they say nothing.
    void addAcsProfile(const LoadContext& context) {
        constexpr std::string_view kPointer = "/acs/profile";
        const Json::json_pointer at{std::string(kPointer)};
        // Without a name the defaults hold, and they are the strict profile.
        if (!merged_.contains(at) || !merged_.at(at).is_string()) {
            return;
        }
        const auto& name = merged_.at(at).get_ref<const std::string&>();
        const auto file = findAcsProfile(name, context.folder);
        if (!file) {
            problems_.add(kPointer, file.error().text);
            return;
        }
        auto content = readFile(*file, JsonLimits{}.maxBytes);
        if (!content) {
            problems_.addFile(file->string(), content.error().text);
            return;
        }
        auto document = JsonDocument::parse(*content, JsonLimits{});
        const bool isObject = document && document->root().is_object();
        const JsonDocument* const kept =
            isObject ? &documents_.emplace_back(std::move(*document)) : nullptr;
        const std::size_t number = problems_.addBelow({file->string(), std::move(*content), kept});
        if (kept == nullptr) {
            problems_.addSyntax(
                number, document ? "1:1: a profile is an object: { ... }" : document.error().text);
        } else if (checkAcsProfile(*kept, number, problems_)) {
            Json below = {{"acs", kept->root()["acs"]}};
            mergeOver(below, merged_);
            merged_ = std::move(below);
        }
    }

    LoadOutcome close(LoadOutcome outcome) {
        outcome.errorCount = problems_.count();
        outcome.ok = outcome.errorCount == 0;
        outcome.report = problems_.render();
        return outcome;
    }

    std::deque<JsonDocument> documents_;  // Addresses stay.
    Problems problems_;
    Json merged_ = Json::object();
};

/// systemd.exec(5), LoadCredential=.
std::filesystem::path systemCredentials() {
    // NOLINTNEXTLINE(concurrency-mt-unsafe): nothing in this program changes the environment
    const char* const folder = std::getenv("CREDENTIALS_DIRECTORY");
    return folder == nullptr ? std::filesystem::path() : std::filesystem::path(folder);
}

}  // namespace

LoadOutcome loadSettings(const std::filesystem::path& file) {
    std::error_code ignored;
    const auto full = std::filesystem::absolute(file, ignored);
    LoadContext context;
    context.folder = full.parent_path();
    context.credentialsFolder = systemCredentials();
    Loader loader;
    loader.addFile(file);
    const bool parsed = loader.hasDocument();
    loader.addFolder(file.parent_path() / "conf.d");
    // Without the main file, all that the others lack would be told as missing.
    return parsed ? loader.finish(context) : loader.giveUp();
}

LoadOutcome loadSettingsFromText(std::string_view fileName,
                                 std::string text,
                                 const LoadContext& context) {
    Loader loader;
    loader.addText(fileName, std::move(text));
    return loader.hasDocument() ? loader.finish(context) : loader.giveUp();
}

}  // namespace platen::config
