// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "mfp-datamodel/attributes.hpp"
#include "mfp-datamodel/instance_table.hpp"
#include "mfp-datamodel/tree.hpp"
#include "proxy/fleet/counter_extender.hpp"
#include "proxy/fleet/managed_device.hpp"
#include "proxy/fleet/restart_mark.hpp"
#include "proxy/fleet/supply_tracks.hpp"
#include "proxy/fleet/traffic_meter.hpp"

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace platen::fleet {

/// One extended counter of a printer.
struct CounterEntry {
    model::ParamRef ref;
    CounterState state;
    bool dirty = false;  ///< To be stored.
    bool read = false;   ///< Only the time of its last read moved: stored with the readings.
};

/// SNMP sub-index that a table row had at its last read; writes and alert references need it.
struct RowIndex {
    model::ObjectRef row;
    std::uint32_t index = 0;
};

/// What an alert row points at, by SNMP sub-index: the target's table may be read after the alert.
struct AlertTarget {
    std::uint32_t alertRow = 0;
    model::ObjectIndex table;
    std::uint32_t index = 0;
};

/// All that is known of one printer: values, row numbers, attributes, counters. No I/O. thread:
/// loop
struct PrinterState {
    PrinterState(const model::Schema& schema, model::TextPool& pool)
        : tree(schema, pool), attributes(schema) {}

    model::Tree tree;
    model::InstanceTable instances;
    model::AttributeTable attributes;
    std::vector<CounterEntry> counters;  ///< Sorted by ref.
    std::vector<RowIndex> rowIndexes;    ///< Sorted by row.
    std::vector<model::ObjectRef>
        goneRows;  ///< Rows that stay in the tree though the printer does not show them now.
    std::vector<AlertTarget> alertTargets;
    SupplyTracks supplies;
    RestartMark restart;
    TrafficMeter traffic;
    /// The status read in which the panel began to speak of toner; nothing while it does not.
    std::optional<WallTime> panelSince;
    /// Status.Severity by the printer's last answer, without the gateway's alerts; nothing before
    /// the first.
    std::optional<model::Value> printerSeverity;
    /// Changes when rows get, change or lose their SNMP sub-index or are found missing, and when
    /// one group's answer overwrites what another one gave: then the same answer as before may
    /// have effects that it had not.
    std::uint32_t revision = 0;

    [[nodiscard]] CounterEntry& counter(const model::ParamRef& ref);
    /// The counters that were read at `before` gave the same numbers `now`; false if there are
    /// none.
    bool readCountersAgain(WallTime before, WallTime now);
    void setRowIndex(const model::ObjectRef& row, std::uint32_t index);
    void eraseRowIndex(const model::ObjectRef& row);
    [[nodiscard]] std::optional<std::uint32_t> rowIndex(const model::ObjectRef& row) const;
    /// The row of a table in `MFP.1.` that had this SNMP sub-index.
    [[nodiscard]] std::optional<model::ObjectRef> rowByIndex(model::ObjectIndex table,
                                                             std::uint32_t index) const;
    /// Removes the oldest rows of a history table in `MFP.1.` until `most` are left.
    void keepNewest(model::ObjectIndex table, std::size_t most);
};

/// Writes into a tree and remembers what moved, numbers of rows included, whoever made or removed
/// them since the last recorder (C-OBJ-09).
class ChangeRecorder {
  public:
    ChangeRecorder(model::Tree& tree, ChangeCause cause) : tree_(tree), cause_(cause) {}

    /// True if it is another value than before.
    bool set(const model::ParamRef& ref, const model::Value& value, model::Source source);
    void setText(const model::ParamRef& ref, std::string_view text);  ///< Source Gateway.
    void setUnsigned(const model::ParamRef& ref,
                     std::uint64_t number);  ///< Source Gateway, type of the schema.
    void setInt(const model::ParamRef& ref, std::int64_t number);
    void setBool(const model::ParamRef& ref, bool value);
    void setTime(const model::ParamRef& ref, WallTime time);
    void erase(const model::ParamRef& ref);
    [[nodiscard]] std::vector<Change> take();

  private:
    model::Tree& tree_;
    ChangeCause cause_;
    std::vector<Change> changes_;
};

}  // namespace platen::fleet
