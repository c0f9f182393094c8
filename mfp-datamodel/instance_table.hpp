// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/time.hpp"
#include "mfp-datamodel/path.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
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
/// for ever; numbers start at 1, rise, and are never reused (TR-106, mfp-model section 8).
///
/// Of the retired records of a table only the one with the highest number is needed, because new
/// numbers rise above it. The others are forgotten once takeDirty has given them to be stored, so
/// that a printer's thousands of past alerts cost no memory; a store may drop the same rows.
/// thread: loop
class InstanceTable {
  public:
    /// A row as a source names it.
    struct RowKey {
        std::string key;
        std::optional<std::uint32_t> preferred;  ///< SNMP sub-index, used at the first fill only.
    };

    /// Takes stored records at start; records with number 0 or a doubled number are dropped.
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
    /// Nothing for a number that was never given or is forgotten. Valid until the table changes.
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

    /// Live and retired records held.
    [[nodiscard]] std::size_t size() const { return entries_.size(); }
    /// Heap held, long keys included.
    [[nodiscard]] std::size_t heapBytes() const;

  private:
    struct Entry {
        [[no_unique_address]] InstanceRecord record;
        bool dirty = false;
        std::int32_t storedDay = 0;  ///< Day (since 1970) of the lastSeen that the store has.
    };
    using Range = std::pair<std::size_t, std::size_t>;

    [[nodiscard]] Range rangeOf(ObjectIndex table, const Instances& parents) const;
    [[nodiscard]] std::size_t indexOf(ObjectIndex table,
                                      const Instances& parents,
                                      std::uint32_t number) const;
    [[nodiscard]] const Entry* findLive(Range range, std::string_view key) const;
    void touch(Entry& entry, WallTime now);
    void forgetOldRetired();

    std::vector<Entry> entries_;  // sorted by object, parents, number
};

}  // namespace platen::model
