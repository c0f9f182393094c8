// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/time.hpp"
#include "proxy/fleet/fleet_context.hpp"
#include "proxy/fleet/printer_state.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace platen::fleet {

/// Whether the printer has all that was written to it (C-PRX-61).
enum class CommandState : std::uint8_t { Pending, Success, Error };

/// The rows of Device.ManagementServer.EmbeddedDevice. (C-PRX-60, C-PRX-61): what is written into
/// them. Device:1 has no such table; then nothing happens. thread: loop
class EmbeddedRows {
  public:
    /// The context must outlive this.
    explicit EmbeddedRows(const FleetContext& context);

    /// What does not change while the printer is there. `hostRow`: its row in Hosts, 0 if none.
    void show(ChangeRecorder& changes,
              std::uint32_t row,
              const Identity& identity,
              std::uint32_t hostRow) const;
    void command(ChangeRecorder& changes,
                 std::uint32_t row,
                 CommandState state,
                 std::string_view reason) const;
    void synchronized(ChangeRecorder& changes, std::uint32_t row, WallTime when) const;
    void remove(model::Tree& tree, std::uint32_t row) const;

    static constexpr std::size_t kMaxReason = 1024;  ///< Characters of CommandProcessingErrMsg.

  private:
    using Index = std::optional<model::ParamIndex>;
    void put(ChangeRecorder& changes, std::uint32_t row, Index param, std::string_view text) const;
    [[nodiscard]] std::string dataModels() const;

    const FleetContext& context_;
    std::optional<model::ObjectIndex> table_;
    Index controller_, device_, reference_, dataModel_, host_, protocol_, protocolReference_,
        discovery_, discoveryReference_, processed_, reason_, lastSync_;
};

}  // namespace platen::fleet
