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

/// FNV-1a over sub-identifiers.
std::uint32_t hashOf(const Oid& oid, std::uint32_t hash = 2166136261U) {
    for (const auto id : oid.ids()) {
        hash = (hash ^ id) * 16777619U;
    }
    return hash;
}

std::uint16_t half(std::size_t of, std::uint32_t limitNow) {
    const auto halved = std::max<std::size_t>(of / 2, 1);
    return static_cast<std::uint16_t>(std::min<std::size_t>(halved, limitNow));
}

std::uint16_t narrow(std::size_t names) {
    return static_cast<std::uint16_t>(std::min<std::size_t>(names, kMostVarbinds));
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

std::uint32_t AgentMemory::maxVarbinds() const {
    const auto bounded = [](std::uint32_t most, std::uint16_t learned) {
        return learned == 0 ? most : std::min<std::uint32_t>(most, learned);
    };
    return bounded(bounded(maxVarbinds_, sizes_.tooBigNames), sizes_.dropNames);
}

void AgentMemory::requestTooBig(std::size_t names) {
    sizes_.tooBigNames = half(names, maxVarbinds());
    sizes_.growing = false;
}

void AgentMemory::replyTooBig(std::size_t varbinds) {
    sizes_.replyVarbinds = half(varbinds, sizes_.replyVarbinds);
}

void AgentMemory::requestDropped(std::size_t names) {
    if (sizes_.growing) {  // a trial: half as many were answered a moment ago
        sizes_.growing = false;
        sizes_.dropped = narrow(names);
        sizes_.dropNames = half(names, maxVarbinds());
        return;
    }
    sizes_.suspect = narrow(names);
    if (++sizes_.drops < kDropsToBelieve) {
        return;
    }
    sizes_.drops = 0;
    sizes_.dropped = narrow(names);
    sizes_.dropNames = 1;
    sizes_.growing = true;
}

void AgentMemory::requestAnswered(std::size_t names) {
    if (names + 1 >= sizes_.suspect) {  // what was left of a suspect counts, too
        sizes_.drops = 0;
    }
    if (!sizes_.growing || names < sizes_.dropNames) {
        return;
    }
    const auto twice = narrow(2 * names);
    sizes_.growing = twice < sizes_.dropped;
    if (sizes_.growing) {
        sizes_.dropNames = twice;
    }
}

void AgentMemory::forgetOldDrops(SteadyTime now) {
    if (sizes_.dropNames == 0) {
        dropsSince_ = now;
    } else if (now - dropsSince_ >= kDropsFor) {
        sizes_.dropNames = 0;
        sizes_.dropped = 0;
        sizes_.drops = 0;
        sizes_.growing = false;
        dropsSince_ = now;
    }
}

LearnedLimits AgentMemory::learned() const {
    LearnedLimits limits;
    limits.noBulk = sizes_.noBulk;
    limits.maxVarbinds = sizes_.tooBigNames == 0 && sizes_.dropNames == 0 ? 0 : maxVarbinds();
    limits.replyVarbinds = sizes_.replyVarbinds == kReplyVarbinds ? 0 : sizes_.replyVarbinds;
    limits.silentObjects = static_cast<std::uint32_t>(silent_.believedCount());
    return limits;
}

void AgentMemory::bulkFailed(std::size_t varbinds) {
    if (!sizes_.bulkWorked || sizes_.bulkFailedOnce) {
        sizes_.noBulk = true;
        return;
    }
    sizes_.bulkFailedOnce = true;
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

bool AgentMemory::nameUnanswered(const Oid& name) {
    if (!silent_.missed(name, kMaxSilent)) {
        return false;
    }
    const auto replyVarbinds = sizes_.replyVarbinds;
    const auto tooBigNames = sizes_.tooBigNames;
    const bool bulkWorked = sizes_.bulkWorked;
    sizes_ = {};
    sizes_.replyVarbinds = replyVarbinds;
    sizes_.tooBigNames = tooBigNames;
    sizes_.bulkWorked = bulkWorked;
    return true;
}

void AgentMemory::forgetOldSilent(SteadyTime now) {
    silent_.forgetOld(now, kSilentFor);
    if (silent_.empty()) {
        cut_.clear();
    }
}

void AgentMemory::walkCut(const Oid& column) {
    if (!isCut(column) && cut_.size() < kMaxSilent) {
        cut_.push_back(tableKey({&column, 1}));
    }
}

bool AgentMemory::isCut(const Oid& column) const {
    return !cut_.empty() && std::ranges::find(cut_, tableKey({&column, 1})) != cut_.end();
}

}  // namespace platen::snmp
