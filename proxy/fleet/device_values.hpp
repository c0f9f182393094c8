// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "mfp-datamodel/attributes.hpp"
#include "mfp-datamodel/instance_table.hpp"
#include "mfp-datamodel/path.hpp"
#include "mfp-datamodel/tree.hpp"
#include "proxy/fleet/printer_state.hpp"
#include "proxy/store/store.hpp"

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace platen::fleet {

// Between a device's state in memory and the rows of the store. Stored names are internal names, so
// a file outlives a change of the vendor prefix; names that the model no longer has are dropped.

/// Row for a value that the gateway keeps (set by the ACS, or its own).
[[nodiscard]] store::ValueRow toRow(DeviceId device,
                                    const model::PathCodec& codec,
                                    const Assignment& assignment);
/// Puts kept values into the tree with source Acs.
void restoreValues(std::span<const store::ValueRow> rows,
                   const model::PathCodec& codec,
                   model::Tree& tree);

void restoreAttributes(std::span<const store::AttributeRow> rows,
                       const model::PathCodec& codec,
                       model::AttributeTable& attributes);

[[nodiscard]] store::InstanceRow toRow(DeviceId device,
                                       const model::Schema& schema,
                                       const model::InstanceRecord& record);
void restoreInstances(std::span<const store::InstanceRow> rows,
                      const model::Schema& schema,
                      model::InstanceTable& instances);

[[nodiscard]] store::CounterRow toRow(DeviceId device,
                                      const model::PathCodec& codec,
                                      const CounterEntry& entry);
void restoreCounters(std::span<const store::CounterRow> rows,
                     const model::PathCodec& codec,
                     PrinterState& state);

/// All readings of a tree as one text, a line each (`name TAB source TAB value`, with `\\`, `\n`
/// and `\t` escaped): one row a device, because thousands of rows a device would make both the poll
/// and the start slow. Values with source Acs are left out: they are kept as ValueRow.
[[nodiscard]] std::string packReadings(const model::Tree& tree, const model::PathCodec& codec);

/// Parameters by internal name. Printers have the same names: at a start with thousands of them
/// each is parsed once. thread: loop
class ParamNames {
  public:
    /// Names remembered; later ones are parsed each time.
    static constexpr std::size_t kMaxKnown = 100'000;

    explicit ParamNames(const model::PathCodec& codec) : codec_(codec) {}
    [[nodiscard]] std::optional<model::ParamRef> find(std::string_view name);
    [[nodiscard]] const model::PathCodec& codec() const { return codec_; }

  private:
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const noexcept {
            return std::hash<std::string_view>{}(text);
        }
    };
    const model::PathCodec& codec_;
    std::unordered_map<std::string, std::optional<model::ParamRef>, Hash, std::equal_to<>> known_;
};

/// What packReadings wrote; lines that this version does not understand are left out.
void unpackReadings(std::string_view text, ParamNames& names, model::Tree& tree);
/// Name of that row.
inline constexpr std::string_view kReadingsRow = "readings";
/// Name of the row beside it with what packSupplies writes.
inline constexpr std::string_view kSuppliesRow = "supplies";
/// Name of the row with what packRestart writes.
inline constexpr std::string_view kRestartRow = "restart";
/// Name of the row with what TrafficMeter::pack writes.
inline constexpr std::string_view kTrafficRow = "traffic";
/// Name of the row with the label of the credential that worked (SnmpAccess::label).
inline constexpr std::string_view kCredentialRow = "credential";

}  // namespace platen::fleet
