// SPDX-License-Identifier: Apache-2.0
#include "proxy/snmp/agent_memory.hpp"

#include <algorithm>

namespace platen::snmp {

namespace {

constexpr std::uint32_t kMostVarbinds = 128;
constexpr std::uint32_t kMostRepetitions = 100;

std::uint16_t limit(std::uint32_t wish, std::uint32_t standard, std::uint32_t most) {
    return static_cast<std::uint16_t>(std::clamp(wish == 0 ? standard : wish, 1U, most));
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
    std::uint32_t hash = 2166136261U;  // FNV-1a over sub-identifiers
    for (const auto& column : columns) {
        for (const auto id : column.ids()) {
            hash = (hash ^ id) * 16777619U;
        }
        hash = (hash ^ 0xffU) * 16777619U;
    }
    return hash;
}

}  // namespace platen::snmp
