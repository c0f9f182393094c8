// SPDX-License-Identifier: Apache-2.0
#include "mibmap/map_set.hpp"

#include "mibmap/compiled_map.hpp"
#include "mibmap/identify.hpp"
#include "mibmap/map_file.hpp"

#include <algorithm>
#include <map>
#include <system_error>
#include <utility>

namespace platen::mibmap {

namespace {

using FilePtr = std::shared_ptr<const MapFile>;

constexpr std::size_t kMaxFiles = 500;

/// Names of the overlays of a map directory, sorted: `vendor/*.json`.
std::vector<std::string> overlayNames(const std::filesystem::path& directory) {
    std::vector<std::string> names;
    std::error_code error;
    std::filesystem::directory_iterator it(directory / "vendor", error);
    const std::filesystem::directory_iterator end;
    while (!error && it != end && names.size() < kMaxFiles) {
        if (it->path().extension() == ".json") {
            names.push_back("vendor/" + it->path().filename().string());
        }
        it.increment(error);
    }
    std::sort(names.begin(), names.end());
    return names;
}

class FileMapSet final : public MapSet {
  public:
    FileMapSet(const model::Schema& schema, FilePtr standard)
        : schema_(schema), standard_(std::move(standard)) {}

    Result<void> start() {
        auto map = compileMap(schema_, {standard_});
        if (!map) {
            return tl::unexpected<Error>(map.error());
        }
        compiled_[{}] = std::move(*map);
        return {};
    }

    /// An overlay that compiles over the standard map is taken.
    void addOverlay(FilePtr file, std::vector<std::string>& problems) {
        if (auto map = compileMap(schema_, {standard_, file}); !map) {
            problems.push_back(map.error().text);
            return;
        }
        overlays_.push_back(std::move(file));
    }

    [[nodiscard]] PollPlan identifyPlan() const override { return makeIdentifyPlan(); }
    void identify(std::span<const VarBind> varbinds, DeviceContext& device) const override {
        identifyDevice(varbinds, device);
    }

    [[nodiscard]] std::shared_ptr<const CompiledMap> select(const DeviceContext& device) override {
        // General overlays first: the more of the sysObjectID one names, the later it speaks.
        std::vector<std::pair<std::size_t, std::size_t>> fitting;
        for (std::size_t i = 0; i < overlays_.size(); ++i) {
            if (const auto match = overlays_[i]->matches(device.sysObjectId, device.sysDescr)) {
                fitting.emplace_back(*match, i);
            }
        }
        std::stable_sort(fitting.begin(), fitting.end(),
                         [](const auto& a, const auto& b) { return a.first < b.first; });
        std::vector<std::size_t> key;
        std::vector<FilePtr> files{standard_};
        for (const auto& [length, index] : fitting) {
            key.push_back(index);
            files.push_back(overlays_[index]);
        }
        const auto known = compiled_.find(key);
        if (known != compiled_.end()) {
            return known->second;
        }
        auto map = compileMap(schema_, std::move(files));
        // Overlays that are good alone can still contradict each other: then the standard map
        // speaks alone, rather than nobody.
        auto chosen = map ? std::move(*map) : compiled_[{}];
        compiled_[key] = chosen;
        return chosen;
    }

  private:
    const model::Schema& schema_;
    FilePtr standard_;
    std::vector<FilePtr> overlays_;
    std::map<std::vector<std::size_t>, std::shared_ptr<const CompiledMap>> compiled_;
};

}  // namespace

Result<std::unique_ptr<MapSet>> MapSet::load(const model::Schema& schema,
                                             const std::filesystem::path& directory,
                                             const std::filesystem::path& extraDirectory,
                                             std::vector<std::string>& problems) {
    auto standard = loadMapFile("standard.json", directory / "standard.json", false);
    if (!standard) {
        return tl::unexpected<Error>(standard.error());
    }
    auto set = std::make_unique<FileMapSet>(schema, FilePtr(std::move(*standard)));
    if (auto started = set->start(); !started) {
        return tl::unexpected<Error>(started.error());
    }
    // A file of the extra directory replaces the delivered one of the same name.
    std::map<std::string, std::filesystem::path> overlays;
    for (const std::string& name : overlayNames(directory)) {
        overlays[name] = directory / name;
    }
    if (!extraDirectory.empty()) {
        std::error_code error;
        if (std::filesystem::exists(extraDirectory / "standard.json", error)) {
            overlays["standard.json"] = extraDirectory / "standard.json";
        }
        for (const std::string& name : overlayNames(extraDirectory)) {
            overlays[name] = extraDirectory / name;
        }
    }
    for (const auto& [name, path] : overlays) {
        auto file = loadMapFile(name, path, true);
        if (!file) {
            problems.push_back(file.error().text);
            continue;
        }
        set->addOverlay(FilePtr(std::move(*file)), problems);
    }
    return set;
}

}  // namespace platen::mibmap
