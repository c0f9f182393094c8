// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/time.hpp"
#include "mibmap/datum.hpp"
#include "mibmap/device_context.hpp"
#include "mibmap/program.hpp"

#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace platen::mibmap {

/// Rows of one SNMP table as read: cells by row and column, null where the agent left a hole.
struct TableData {
    static constexpr std::size_t kMaxRows = 1000;
    struct Row {
        std::span<const std::uint32_t> index;  ///< Lies in the varbind that made the row.
        std::uint32_t cells = 0;               ///< Where its cells begin.
    };
    std::vector<Row> rows;  ///< Sorted by index.
    std::vector<const VarBind*> cells;
    std::size_t hint = 0;
    bool frozen = false;
};

/// One condition of hrPrinterDetectedErrorState.
struct DetectedError {
    const ErrorBit* bit = nullptr;
    std::string severity;  ///< Empty: shown, but no fault.
};

/// Everything that one evaluation knows: the varbinds sorted into slots, and what was worked out
/// so far. Lives for one call; the varbinds must outlive it.
struct State {
    State(const Program& ofProgram, DeviceContext& ofDevice, WallTime atTime, bool withTrace);

    /// Puts varbinds into the slots of a dispatch table.
    void fill(const DispatchTable& dispatch, std::span<const VarBind> varbinds);
    /// From now on these tables get no new rows: remembered cells only join rows that were read.
    void freeze(const std::vector<std::int32_t>& readTables);

    const Program& program;
    DeviceContext& device;
    WallTime now;
    bool trace = false;
    std::vector<const VarBind*> scalars;
    std::vector<TableData> tables;
    std::vector<std::uint8_t> sharedKnown;
    std::vector<Datum> shared;
    std::vector<const VarBind*> sharedUsed;  ///< First object behind each shared value; tracing.
    std::optional<std::vector<DetectedError>> errors;
    std::vector<AlertReading> alerts;
    std::vector<const VarBind*> toKeep;  ///< Read now, needed by other groups; in OID order.
    const VarBind* firstUsed = nullptr;  ///< First object that an expression looked at; tracing.
    std::vector<std::string> problems;
    const Datum* newValue = nullptr;  ///< `%new` of SET expressions.

    void problem(std::string text);

  private:
    bool frozen_ = false;
    std::deque<VarBind> records_;  ///< Cells made of octet strings; stable addresses.
    void take(const Source& source, const VarBind& varbind);
    void takeRecords(const Source& source, const VarBind& varbind);
    void takeCell(const Source& source,
                  const VarBind& varbind,
                  std::span<const std::uint32_t> index);
};

}  // namespace platen::mibmap
