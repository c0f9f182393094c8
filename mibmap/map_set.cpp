// SPDX-License-Identifier: Apache-2.0
#include "mibmap/map_set.hpp"

#include "mibmap/compiled_map.hpp"
#include "mibmap/identify.hpp"
#include "mibmap/map_file.hpp"

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <system_error>
#include <utility>

namespace platen::mibmap {

namespace {

using FilePtr = std::shared_ptr<const MapFile>;

constexpr std::size_t kMaxFiles = 500;
/// Instances looked for at first contact, of all overlays: a few PDUs, once in a printer's life.
constexpr std::size_t kMaxInstances = 64;

/// The site's own overlays are called so.
constexpr std::string_view kSite = "site/";
constexpr std::string_view kVendor = "vendor/";
constexpr std::string_view kStandard = "standard.json";

/// Names of the map files in a folder, sorted.
std::vector<std::string> mapNames(const std::filesystem::path& folder) {
    std::vector<std::string> names;
    std::error_code error;
    std::filesystem::directory_iterator it(folder, error);
    const std::filesystem::directory_iterator end;
    while (!error && it != end && names.size() < kMaxFiles) {
        if (it->path().extension() == ".json") {
            names.push_back(it->path().filename().string());
        }
        it.increment(error);
    }
    std::sort(names.begin(), names.end());
    return names;
}

/// Overlays by name, in the order of their names; a later one replaces an earlier of its name.
using Overlays = std::map<std::string, std::filesystem::path>;

void addVendors(Overlays& overlays, const std::filesystem::path& directory) {
    for (const auto& name : mapNames(directory / "vendor")) {
        overlays[std::string(kVendor) + name] = directory / "vendor" / name;
    }
}

Overlays findOverlays(const MapSources& sources) {
    Overlays overlays;
    addVendors(overlays, sources.directory);
    if (!sources.extraDirectory.empty()) {
        for (const auto& name : mapNames(sources.extraDirectory)) {
            const bool standard = name == kStandard;
            overlays[standard ? name : std::string(kSite) + name] = sources.extraDirectory / name;
        }
        addVendors(overlays, sources.extraDirectory);
    }
    if (!sources.extraFile.empty()) {
        const auto name = sources.extraFile.filename().string();
        const auto folder = std::filesystem::absolute(sources.extraFile).parent_path().filename();
        overlays[name == kStandard    ? name
                 : folder == "vendor" ? std::string(kVendor) + name
                                      : std::string(kSite) + name] = sources.extraFile;
    }
    return overlays;
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

    /// An overlay that compiles over the standard map is taken. The result is kept: to compile it
    /// at the first contact with such a printer would hold the loop up.
    void addOverlay(FilePtr file, std::vector<std::string>& problems) {
        auto map = compileMap(schema_, {standard_, file});
        if (!map) {
            problems.push_back(map.error().text);
            return;
        }
        compiled_[{overlays_.size()}] = std::move(*map);
        for (const Oid& instance : file->instances) {
            if (instances_.size() < kMaxInstances &&
                std::find(instances_.begin(), instances_.end(), instance) == instances_.end()) {
                instances_.push_back(instance);
            }
        }
        overlays_.push_back(std::move(file));
    }

    [[nodiscard]] PollPlan identifyPlan() const override {
        PollPlan plan = makeIdentifyPlan();
        plan.scalars.insert(plan.scalars.end(), instances_.begin(), instances_.end());
        return plan;
    }
    void identify(std::span<const VarBind> varbinds, DeviceContext& device) const override {
        identifyDevice(varbinds, device);
        device.answered.clear();
        for (const VarBind& varbind : varbinds) {
            if (varbind.value.isValue() &&
                std::find(instances_.begin(), instances_.end(), varbind.oid) != instances_.end()) {
                device.answered.push_back(varbind.oid);
            }
        }
    }

    [[nodiscard]] std::shared_ptr<const CompiledMap> select(const DeviceContext& device) override {
        auto key = keyOf(device);
        const auto known = compiled_.find(key);
        if (known != compiled_.end()) {
            return known->second;
        }
        return keep(key, compileMap(schema_, filesOf(key)));
    }

    void choose(const DeviceContext& device,
                UniqueFunction<void(std::shared_ptr<const CompiledMap>)> done) override {
        auto key = keyOf(device);
        if (!beside_ || compiled_.contains(key)) {
            done(select(device));
            return;
        }
        auto& waiting = waiting_[key];
        waiting.push_back(std::move(done));
        if (waiting.size() > 1) {
            return;  // it is being compiled
        }
        auto result = std::make_shared<std::optional<Compiled>>();
        beside_([result, &schema = schema_,
                 files = filesOf(key)] { result->emplace(compileMap(schema, files)); },
                [this, result, key, weak = std::weak_ptr<int>(alive_)] {
                    if (weak.expired()) {
                        return;
                    }
                    const auto map = keep(key, std::move(**result));
                    auto all = std::move(waiting_[key]);
                    waiting_.erase(key);
                    for (auto& one : all) {
                        one(map);
                    }
                });
    }

    [[nodiscard]] std::vector<MapReason> reasons(const DeviceContext& device) const override {
        std::vector<MapReason> out;
        for (const auto& fit : fitting(device)) {
            const auto& file = *overlays_[fit.index];
            out.push_back({file.name, reasonOf(file, fit.match, device)});
        }
        return out;
    }

  private:
    using Key = std::vector<std::size_t>;  // places in overlays_, in the order in which they speak
    using Compiled = Result<std::shared_ptr<const CompiledMap>>;

    [[nodiscard]] Key keyOf(const DeviceContext& device) const {
        Key key;
        for (const auto& fit : fitting(device)) {
            key.push_back(fit.index);
        }
        return key;
    }
    [[nodiscard]] std::vector<FilePtr> filesOf(const Key& key) const {
        std::vector<FilePtr> files{standard_};
        for (const auto index : key) {
            files.push_back(overlays_[index]);
        }
        return files;
    }
    /// Overlays that are good alone can still contradict each other: then the standard map speaks
    /// alone, rather than nobody. What select() compiled in the meantime stays.
    std::shared_ptr<const CompiledMap> keep(const Key& key, Compiled map) {
        return compiled_.try_emplace(key, map ? std::move(*map) : compiled_[{}]).first->second;
    }

    struct Fit {
        bool site = false;
        std::size_t match = 0;  ///< As MapFile::matches.
        std::size_t index = 0;
    };

    /// General overlays first: the more of the sysObjectID one names, the later it speaks; the
    /// site's own after all others.
    [[nodiscard]] std::vector<Fit> fitting(const DeviceContext& device) const {
        std::vector<Fit> out;
        for (std::size_t i = 0; i < overlays_.size(); ++i) {
            const auto& file = *overlays_[i];
            if (const auto match =
                    file.matches(device.sysObjectId, device.sysDescr, device.answered)) {
                out.push_back({file.name.starts_with(kSite), *match, i});
            }
        }
        std::stable_sort(out.begin(), out.end(), [](const Fit& a, const Fit& b) {
            return std::pair(a.site, a.match) < std::pair(b.site, b.match);
        });
        return out;
    }

    static std::string reasonOf(const MapFile& file,
                                std::size_t match,
                                const DeviceContext& device) {
        if (file.matchesAll) {
            return "for every printer";
        }
        if (match == MapFile::kPresentRank) {
            const auto answered =
                std::find_first_of(file.instances.begin(), file.instances.end(),
                                   device.answered.begin(), device.answered.end());
            return "the printer has " +
                   (answered != file.instances.end() ? answered->toString() : std::string());
        }
        return match == 0 ? "by its sysDescr"
                          : "sysObjectID begins with " +
                                Oid(device.sysObjectId.ids().first(match)).toString();
    }

    const model::Schema& schema_;
    FilePtr standard_;
    std::vector<FilePtr> overlays_;
    std::vector<Oid> instances_;  ///< What overlays look for at first contact.
    std::map<Key, std::shared_ptr<const CompiledMap>> compiled_;
    std::map<Key, std::vector<UniqueFunction<void(std::shared_ptr<const CompiledMap>)>>> waiting_;
    std::shared_ptr<int> alive_ = std::make_shared<int>(0);
};

}  // namespace

Result<std::unique_ptr<MapSet>> MapSet::load(const model::Schema& schema,
                                             const std::filesystem::path& directory,
                                             const std::filesystem::path& extraDirectory,
                                             std::vector<std::string>& problems) {
    return load(schema, MapSources{directory, extraDirectory, {}}, problems);
}

Result<std::unique_ptr<MapSet>> MapSet::load(const model::Schema& schema,
                                             const MapSources& sources,
                                             std::vector<std::string>& problems) {
    auto standard = loadMapFile(std::string(kStandard), sources.directory / kStandard, false);
    if (!standard) {
        return tl::unexpected<Error>(standard.error());
    }
    auto set = std::make_unique<FileMapSet>(schema, FilePtr(std::move(*standard)));
    if (auto started = set->start(); !started) {
        return tl::unexpected<Error>(started.error());
    }
    for (const auto& [name, path] : findOverlays(sources)) {
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
