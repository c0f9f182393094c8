// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/json.hpp"
#include "base/oid.hpp"
#include "base/result.hpp"
#include "mibmap/pattern.hpp"

#include <nlohmann/json_fwd.hpp>

#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace platen::mibmap {

/// Limits of one map file (docs/formats/map.md).
inline constexpr JsonLimits kMapLimits{1U << 20U, 24, true};

/// One map file as read: its text, its JSON and which devices it is for.
struct MapFile {
    std::string name;  ///< `standard.json`, `vendor/kyocera.json`.
    JsonDocument document;
    bool matchesAll = false;
    std::vector<Oid> systemIds;
    std::vector<Pattern> descriptions;
    std::vector<Oid> instances;  ///< Of `present`.

    /// Rank of a match by an instance that answered: above that of any sysObjectID.
    static constexpr std::size_t kPresentRank = 1000;
    /// Length of the longest matching sysObjectID prefix, 0 for a match by sysDescr, kPresentRank
    /// by one of `answered`; nothing if the file is not for this device.
    [[nodiscard]] std::optional<std::size_t> matches(const Oid& sysObjectId,
                                                     std::string_view sysDescr,
                                                     std::span<const Oid> answered = {}) const;
};

/// A place in a map file.
struct Located {
    const MapFile* file = nullptr;
    std::string pointer;
    const nlohmann::json* json = nullptr;

    [[nodiscard]] Located at(std::string_view key) const;  ///< json is null if there is none.
    [[nodiscard]] Located at(std::size_t index) const;
    explicit operator bool() const { return json != nullptr; }
};

/// Findings in map files, rendered with line, column, pointer and source line. Bounded.
class Problems {
  public:
    static constexpr std::size_t kMax = 100;

    void add(const Located& where, std::string text, bool ofKey = false);
    [[nodiscard]] bool empty() const { return texts_.empty(); }
    [[nodiscard]] const std::vector<std::string>& texts() const { return texts_; }
    [[nodiscard]] std::string joined() const;

  private:
    std::vector<std::string> texts_;
};

/// The text between quotation marks, for problems.
[[nodiscard]] std::string inQuotes(std::string_view text);
/// ` (did you mean "x"?)`, or empty.
[[nodiscard]] std::string didYouMean(std::string_view word,
                                     std::span<const std::string_view> candidates);

/// Reads the text and its `match` section. Errors: Malformed, TooLarge, beginning with the name.
[[nodiscard]] Result<std::unique_ptr<MapFile>> parseMapFile(std::string name,
                                                            std::string text,
                                                            bool overlay);
/// Reads as much as there is to read: problems of `match` and the like do not end it. Errors: it is
/// no JSON.
[[nodiscard]] Result<std::unique_ptr<MapFile>> parseMapFile(std::string name,
                                                            std::string text,
                                                            bool overlay,
                                                            Problems& problems);
/// From disk. Errors: also NotFound, Refused.
[[nodiscard]] Result<std::unique_ptr<MapFile>> loadMapFile(std::string name,
                                                           const std::filesystem::path& path,
                                                           bool overlay);

}  // namespace platen::mibmap
