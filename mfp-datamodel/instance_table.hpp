// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/time.hpp"
#include "mfp-datamodel/path.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace platen::model {

/// One given instance number, as it is stored (mfp-model section 8.1).
struct InstanceRecord {
    ObjectIndex object;
    Instances parents;  ///< Numbers of the tables above; the row's own place is 0.
    std::string key;
    std::uint32_t number = 0;
    WallTime firstSeen = kUnknownTime;
    WallTime lastSeen = kUnknownTime;
    bool retired =
        false;  ///< The row was deleted; the record stays so that the number is not used again.
};

/// Stable instance numbers of one device's table rows. A number, once given to a key, belongs to it
/// for ever; numbers start at 1, rise, and are never reused (TR-106, mfp-model section 8). thread:
/// loop
class InstanceTable {
  public:
    /// A row as a source names it.
    struct RowKey {
        std::string key;
        std::optional<std::uint32_t> preferred;  ///< SNMP sub-index, used at the first fill only.
    };

    /// Takes stored records at start.
    void restore(std::vector<InstanceRecord> records);

    /// Numbers for all rows of one table in one read, in the order given. First fill of the table:
    /// if all preferred numbers are there, in 1..65535 and unique, they are taken; else 1, 2, 3 …
    /// Equal keys in one call: the second gets `key#2` and so on. Touches lastSeen.
    std::vector<std::uint32_t> resolve(ObjectIndex table,
                                       const Instances& parents,
                                       std::span<const RowKey> rows,
                                       WallTime now);
    [[nodiscard]] std::optional<std::uint32_t> find(ObjectIndex table,
                                                    const Instances& parents,
                                                    std::string_view key) const;
    [[nodiscard]] const InstanceRecord* record(ObjectIndex table,
                                               const Instances& parents,
                                               std::uint32_t number) const;
    /// Live rows of a table not seen since `before`.
    [[nodiscard]] std::vector<InstanceRecord> notSeenSince(ObjectIndex table,
                                                           WallTime before) const;
    /// The row was deleted; its number stays used. A later row with the same key gets a new number.
    void retire(ObjectIndex table, const Instances& parents, std::uint32_t number);

    /// Records made, retired, or whose lastSeen moved by a day or more since the last call: to be
    /// stored.
    [[nodiscard]] std::vector<InstanceRecord> takeDirty();

  private:
    struct Entry {
        InstanceRecord record;
        bool dirty = false;
    };
    std::vector<Entry> entries_;
};

}  // namespace platen::model
