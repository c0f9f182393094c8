// SPDX-License-Identifier: Apache-2.0
#include "proxy/snmp/agent_memory.hpp"

#include <algorithm>

namespace platen::snmp {

namespace {

constexpr std::uint32_t kMissBits = 3;
constexpr std::uint32_t kMostVarbinds = 128;
constexpr std::uint32_t kMostRepetitions = 100;

std::uint16_t limit(std::uint32_t wish, std::uint32_t standard, std::uint32_t most) {
    return static_cast<std::uint16_t>(std::clamp(wish == 0 ? standard : wish, 1U, most));
}

/// FNV-1a over sub-identifiers.
std::uint32_t hashOf(const Oid& oid, std::uint32_t hash = 2166136261U) {
    for (const auto id : oid.ids()) {
        hash = (hash ^ id) * 16777619U;
    }
    return hash;
}

bool sameScalar(std::uint32_t entry, std::uint32_t hash) {
    return (entry | kMissBits) == (hash | kMissBits);
}

std::uint16_t half(std::size_t of, std::uint16_t limitNow) {
    const auto halved = std::max<std::size_t>(of / 2, 1);
    return static_cast<std::uint16_t>(std::min<std::size_t>(halved, limitNow));
}

}  // namespace

AgentMemory::AgentMemory(const TargetOptions& options)
    : maxVarbinds_(limit(options.maxVarbinds, Engine::kDefaultMaxVarbinds, kMostVarbinds)),
      maxRepetitions_(limit(options.maxRepetitions, kReplyVarbinds, kMostRepetitions)),
      noBulk_(options.noBulk || options.version == Version::V1) {}

void AgentMemory::tighten(const AgentLimits& limits) {
    noBulk_ = noBulk_ || limits.noBulk;
    maxVarbinds_ = std::min(maxVarbinds_, limit(limits.maxVarbinds, maxVarbinds_, kMostVarbinds));
    maxRepetitions_ =
        std::min(maxRepetitions_, limit(limits.maxRepetitions, maxRepetitions_, kMostRepetitions));
}

void AgentMemory::requestTooBig(std::size_t names) {
    maxVarbinds_ = half(names, maxVarbinds_);
}

void AgentMemory::replyTooBig(std::size_t varbinds) {
    replyVarbinds_ = half(varbinds, replyVarbinds_);
}

void AgentMemory::bulkFailed(std::size_t varbinds) {
    if (!bulkWorked_ || bulkFailedOnce_) {
        noBulk_ = true;
        return;
    }
    bulkFailedOnce_ = true;
    replyTooBig(varbinds);
}

const AgentMemory::Table* AgentMemory::find(std::uint32_t key) const {
    const auto found = std::ranges::find(tables_, key, &Table::key);
    return found == tables_.end() ? nullptr : &*found;
}

void AgentMemory::remember(const Table& table) {
    const auto found = std::ranges::find(tables_, table.key, &Table::key);
    if (found != tables_.end()) {
        *found = table;
        return;
    }
    if (tables_.size() < kMaxTables) {
        tables_.reserve(tables_.size() + 1);  // no slack: there is one of these for each device
        tables_.push_back(table);
    }
}

std::uint32_t AgentMemory::tableKey(std::span<const Oid> columns) {
    std::uint32_t hash = hashOf({});
    for (const auto& column : columns) {
        hash = hashOf(column, hash);
        hash = (hash ^ 0xffU) * 16777619U;
    }
    return hash;
}

void AgentMemory::scalarMissed(const Oid& instance) {
    static_assert(kMissesToBelieve <= kMissBits);
    const auto hash = hashOf(instance);
    const auto found = std::ranges::find_if(
        absent_, [hash](std::uint32_t entry) { return sameScalar(entry, hash); });
    if (found == absent_.end()) {
        if (absent_.size() < kMaxAbsent) {
            absent_.push_back((hash & ~kMissBits) | 1U);
        }
    } else if ((*found & kMissBits) < kMissesToBelieve) {
        ++*found;
    }
}

void AgentMemory::scalarFound(const Oid& instance) {
    if (!absent_.empty()) {
        const auto hash = hashOf(instance);
        std::erase_if(absent_, [hash](std::uint32_t entry) { return sameScalar(entry, hash); });
    }
}

bool AgentMemory::isAbsent(const Oid& instance) const {
    const auto believed = (hashOf(instance) & ~kMissBits) | kMissesToBelieve;
    return std::ranges::find(absent_, believed) != absent_.end();
}

void AgentMemory::forgetOldAbsent(SteadyTime now) {
    if (absent_.empty()) {
        absentSince_ = now;
    } else if (now - absentSince_ >= kAbsentFor) {
        absent_.clear();
        absentSince_ = now;
    }
}

}  // namespace platen::snmp
