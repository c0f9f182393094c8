// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"
#include "base/varbind.hpp"
#include "mibmap/map_set.hpp"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace platen::mibmap::testing {

/// What an agent answered, from a .snmprec file (`OID|TAG|VALUE` a line). Read offline.
class Recording {
  public:
    static Result<Recording> load(const std::filesystem::path& path);
    static Result<Recording> parse(std::string_view text);

    /// The rows that a poll by this plan would bring, sorted.
    [[nodiscard]] std::vector<VarBind> answer(const PollPlan& plan) const;
    [[nodiscard]] const std::vector<VarBind>& rows() const { return rows_; }
    [[nodiscard]] const SnmpValue* get(const Oid& oid) const;
    [[nodiscard]] bool hasUnder(const Oid& prefix) const;
    /// Replaces or adds one row.
    void set(const Oid& oid, SnmpValue value);
    void erase(const Oid& prefix);

  private:
    std::vector<VarBind> rows_;
};

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
