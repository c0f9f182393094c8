// SPDX-License-Identifier: Apache-2.0
#include "mfp-datamodel/instance_table.hpp"

#include <algorithm>
#include <limits>
#include <tuple>

namespace platen::model {

namespace {

constexpr std::size_t kMaxSpare = 4;            ///< Unused places kept after the rows are known.
constexpr std::uint32_t kMaxPreferred = 65535;  ///< Largest SNMP sub-index taken over.

auto position(const InstanceRecord& record) {
    return std::tie(record.object, record.parents, record.number);
}

std::int32_t dayOf(WallTime time) {
    const auto day = std::chrono::floor<std::chrono::days>(time).time_since_epoch().count();
    return static_cast<std::int32_t>(std::clamp<std::int64_t>(
        day, std::numeric_limits<std::int32_t>::min(), std::numeric_limits<std::int32_t>::max()));
}

/// True if every row has a preferred number that can be taken as it is.
bool preferredAreUsable(std::span<const InstanceTable::RowKey> rows) {
    std::vector<std::uint32_t> numbers;
    numbers.reserve(rows.size());
    for (const InstanceTable::RowKey& row : rows) {
        if (!row.preferred || *row.preferred == 0 || *row.preferred > kMaxPreferred) {
            return false;
        }
        numbers.push_back(*row.preferred);
    }
    std::ranges::sort(numbers);
    return std::ranges::adjacent_find(numbers) == numbers.end();
}

/// The keys of one read, each once: the second `a` becomes `a#2`.
std::vector<std::string> distinctKeys(std::span<const InstanceTable::RowKey> rows) {
    std::vector<std::string> keys;
    std::vector<std::string> taken;  // sorted
    keys.reserve(rows.size());
    for (const InstanceTable::RowKey& row : rows) {
        std::string key = row.key;
        for (std::size_t copy = 2; std::ranges::binary_search(taken, key); ++copy) {
            key = row.key + "#" + std::to_string(copy);
        }
        taken.insert(std::ranges::lower_bound(taken, key), key);
        keys.push_back(std::move(key));
    }
    return keys;
}

}  // namespace

void InstanceTable::restore(std::vector<InstanceRecord> records) {
    entries_.clear();
    std::erase_if(records, [](const InstanceRecord& record) { return record.number == 0; });
    std::ranges::stable_sort(records, [](const InstanceRecord& a, const InstanceRecord& b) {
        return position(a) < position(b);
    });
    entries_.reserve(records.size());
    for (InstanceRecord& record : records) {
        if (!entries_.empty() && position(entries_.back().record) == position(record)) {
            continue;
        }
        const std::int32_t day = dayOf(record.lastSeen);
        entries_.push_back({std::move(record), false, day});
    }
    forgetOldRetired();
    entries_.shrink_to_fit();
}

InstanceTable::Range InstanceTable::rangeOf(ObjectIndex table, const Instances& parents) const {
    const auto below = [](const Entry& entry, const auto& place) {
        return std::tie(entry.record.object, entry.record.parents) < place;
    };
    const auto above = [](const auto& place, const Entry& entry) {
        return place < std::tie(entry.record.object, entry.record.parents);
    };
    const auto place = std::tie(table, parents);
    const auto first = std::lower_bound(entries_.begin(), entries_.end(), place, below);
    const auto last = std::upper_bound(first, entries_.end(), place, above);
    return {static_cast<std::size_t>(first - entries_.begin()),
            static_cast<std::size_t>(last - entries_.begin())};
}

std::size_t InstanceTable::indexOf(ObjectIndex table,
                                   const Instances& parents,
                                   std::uint32_t number) const {
    const auto place = std::tie(table, parents, number);
    const auto found = std::lower_bound(
        entries_.begin(), entries_.end(), place,
        [](const Entry& entry, const auto& wanted) { return position(entry.record) < wanted; });
    return static_cast<std::size_t>(found - entries_.begin());
}

const InstanceTable::Entry* InstanceTable::findLive(Range range, std::string_view key) const {
    for (std::size_t at = range.first; at < range.second; ++at) {
        const InstanceRecord& record = entries_[at].record;
        if (!record.retired && record.key == key) {
            return &entries_[at];
        }
    }
    return nullptr;
}

void InstanceTable::touch(Entry& entry, WallTime now) {
    entry.record.lastSeen = now;
    if (dayOf(now) != entry.storedDay) {
        entry.dirty = true;
    }
}

std::vector<std::uint32_t> InstanceTable::resolve(ObjectIndex table,
                                                  const Instances& parents,
                                                  std::span<const RowKey> rows,
                                                  WallTime now) {
    std::vector<std::uint32_t> numbers;
    numbers.reserve(rows.size());
    Range range = rangeOf(table, parents);
    const bool usePreferred = range.first == range.second && preferredAreUsable(rows);
    // The range is sorted by number, so its last record has the highest, retired or not.
    std::uint32_t last = range.first == range.second ? 0 : entries_[range.second - 1].record.number;
    const std::vector<std::string> keys = distinctKeys(rows);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (const Entry* known = findLive(range, keys[i]); known != nullptr) {
            touch(entries_[static_cast<std::size_t>(known - entries_.data())], now);
            numbers.push_back(known->record.number);
            continue;
        }
        if (!usePreferred && last == std::numeric_limits<std::uint32_t>::max()) {
            numbers.push_back(last);  // 2^32 rows of one table: not in the life of a printer
            continue;
        }
        const std::uint32_t number = usePreferred ? *rows[i].preferred : ++last;
        const std::size_t at = indexOf(table, parents, number);
        Entry entry{{table, parents, keys[i], number, now, now, false}, true, dayOf(now)};
        entries_.insert(entries_.begin() + static_cast<std::ptrdiff_t>(at), std::move(entry));
        ++range.second;
        numbers.push_back(number);
    }
    return numbers;
}

std::optional<std::uint32_t> InstanceTable::find(ObjectIndex table,
                                                 const Instances& parents,
                                                 std::string_view key) const {
    const Entry* entry = findLive(rangeOf(table, parents), key);
    return entry == nullptr ? std::nullopt : std::optional(entry->record.number);
}

const InstanceRecord* InstanceTable::record(ObjectIndex table,
                                            const Instances& parents,
                                            std::uint32_t number) const {
    const std::size_t at = indexOf(table, parents, number);
    const bool found =
        at < entries_.size() && position(entries_[at].record) == std::tie(table, parents, number);
    return found ? &entries_[at].record : nullptr;
}

std::vector<InstanceRecord> InstanceTable::notSeenSince(ObjectIndex table, WallTime before) const {
    std::vector<InstanceRecord> old;
    for (const Entry& entry : entries_) {
        if (entry.record.object == table && !entry.record.retired &&
            entry.record.lastSeen < before) {
            old.push_back(entry.record);
        }
    }
    return old;
}

void InstanceTable::retire(ObjectIndex table, const Instances& parents, std::uint32_t number) {
    const std::size_t at = indexOf(table, parents, number);
    if (at == entries_.size() ||
        position(entries_[at].record) != std::tie(table, parents, number) ||
        entries_[at].record.retired) {
        return;
    }
    entries_[at].record.retired = true;
    entries_[at].dirty = true;
}

/// Drops what is retired, stored, and not the highest number of its table.
void InstanceTable::forgetOldRetired() {
    std::size_t kept = 0;
    for (std::size_t at = 0; at < entries_.size(); ++at) {
        const Entry& entry = entries_[at];
        const Entry* next = at + 1 < entries_.size() ? &entries_[at + 1] : nullptr;
        const bool highest = next == nullptr || next->record.object != entry.record.object ||
                             next->record.parents != entry.record.parents;
        if (entry.record.retired && !entry.dirty && !highest) {
            continue;
        }
        if (kept != at) {
            entries_[kept] = std::move(entries_[at]);
        }
        ++kept;
    }
    entries_.erase(entries_.begin() + static_cast<std::ptrdiff_t>(kept), entries_.end());
}

std::vector<InstanceRecord> InstanceTable::takeDirty() {
    std::vector<InstanceRecord> dirty;
    for (Entry& entry : entries_) {
        if (entry.dirty) {
            entry.dirty = false;
            entry.storedDay = dayOf(entry.record.lastSeen);
            dirty.push_back(entry.record);
        }
    }
    if (!dirty.empty()) {
        forgetOldRetired();
        if (entries_.capacity() - entries_.size() > kMaxSpare) {
            entries_.shrink_to_fit();
        }
    }
    return dirty;
}

std::size_t InstanceTable::heapBytes() const {
    const std::string inPlace;
    std::size_t bytes = entries_.capacity() * sizeof(Entry);
    for (const Entry& entry : entries_) {
        const std::size_t room = entry.record.key.capacity();
        bytes += room > inPlace.capacity() ? room + 1 : 0;
    }
    return bytes;
}

}  // namespace platen::model
