// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"
#include "base/varbind.hpp"
#include "mibmap/map_set.hpp"
#include "mibmap/recording.hpp"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace platen::mibmap::testing {

using mibmap::Recording;

/// The model of the source tree.
[[nodiscard]] const model::Schema& modelSchema();
/// The maps of the source tree; problems fail the caller's test.
[[nodiscard]] MapSet& sourceMaps();

/// One device polled once, all groups, configuration first (as the fleet does).
struct Polled {
    DeviceContext device;
    std::shared_ptr<const CompiledMap> map;
    std::vector<std::pair<Group, Evaluation>> groups;

    [[nodiscard]] const Evaluation& group(Group group) const;
    /// Value of a single-object parameter with the highest rank, as text.
    [[nodiscard]] std::optional<std::string> text(std::string_view templatePath) const;
    /// Value in the row with this SNMP index.
    [[nodiscard]] std::optional<std::string> text(std::string_view templatePath,
                                                  std::uint32_t index) const;
    /// Value in the row with this key.
    [[nodiscard]] std::optional<std::string> textOfKey(std::string_view templatePath,
                                                       std::string_view key) const;
    [[nodiscard]] const CounterReading* counter(std::string_view templatePath) const;
    /// Rows of an object over all groups, each index once.
    [[nodiscard]] std::vector<std::uint32_t> indexes(std::string_view objectPath) const;
};

[[nodiscard]] Polled poll(const Recording& recording,
                          MapSet& maps,
                          bool trace = false,
                          std::optional<Oid> polledAddress = std::nullopt);

/// A value as the tests compare it.
inline constexpr WallTime kNow{std::chrono::sys_days{std::chrono::year{2031} / 2 / 3}};

}  // namespace platen::mibmap::testing
