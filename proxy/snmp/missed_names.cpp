// SPDX-License-Identifier: Apache-2.0
#include "proxy/snmp/missed_names.hpp"

#include <algorithm>
#include <functional>

namespace platen::snmp {

namespace {

constexpr std::uint32_t kCountBits = 3;
static_assert(MissedNames::kToBelieve <= kCountBits);

std::uint32_t entryOf(const Oid& name) {
    const std::uint64_t hash = std::hash<Oid>{}(name);
    return static_cast<std::uint32_t>(hash ^ (hash >> 32U)) & ~kCountBits;
}

auto entryAt(std::vector<std::uint32_t>& entries, std::uint32_t hash) {
    return std::ranges::find(entries, hash,
                             [](std::uint32_t entry) { return entry & ~kCountBits; });
}

}  // namespace

bool MissedNames::missed(const Oid& name, std::size_t most) {
    const auto hash = entryOf(name);
    const auto entry = entryAt(entries_, hash);
    if (entry == entries_.end()) {
        if (entries_.size() < most) {
            entries_.push_back(hash | 1U);
        }
        return false;
    }
    if ((*entry & kCountBits) < kToBelieve) {
        ++*entry;
    }
    return (*entry & kCountBits) == kToBelieve;
}

void MissedNames::found(const Oid& name) {
    if (!entries_.empty()) {
        if (const auto entry = entryAt(entries_, entryOf(name)); entry != entries_.end()) {
            entries_.erase(entry);
        }
    }
}

bool MissedNames::believed(const Oid& name) const {
    return !entries_.empty() &&
           std::ranges::find(entries_, entryOf(name) | kToBelieve) != entries_.end();
}

std::size_t MissedNames::believedCount() const {
    return static_cast<std::size_t>(std::ranges::count_if(
        entries_, [](std::uint32_t entry) { return (entry & kCountBits) == kToBelieve; }));
}

void MissedNames::forgetOld(SteadyTime now, std::chrono::hours after) {
    if (entries_.empty()) {
        since_ = now;
    } else if (now - since_ >= after) {
        entries_.clear();
        since_ = now;
    }
}

}  // namespace platen::snmp
