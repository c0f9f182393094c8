// SPDX-License-Identifier: Apache-2.0
#include "proxy/snmp/request_table.hpp"

namespace platen::snmp {

namespace {
constexpr std::uint32_t kPlaceBits = 10;
constexpr std::uint32_t kPlaceMask = (1U << kPlaceBits) - 1;
static_assert(Engine::kMaxOutstanding == kPlaceMask + 1);
}  // namespace

RequestTable::RequestTable(std::uint64_t seed) : slots_(Engine::kMaxOutstanding), state_(seed) {
    free_.reserve(slots_.size());
    for (auto place = slots_.size(); place > 0; --place) {
        free_.push_back(static_cast<std::uint16_t>(place - 1));
    }
}

std::uint32_t RequestTable::randomBits() {
    state_ += 0x9e3779b97f4a7c15ULL;  // splitmix64
    auto x = state_;
    x = (x ^ (x >> 30U)) * 0xbf58476d1ce4e5b9ULL;
    x = (x ^ (x >> 27U)) * 0x94d049bb133111ebULL;
    return static_cast<std::uint32_t>(x >> 32U);
}

std::int32_t RequestTable::add(TargetId owner) {
    const auto place = free_.back();
    free_.pop_back();
    std::uint32_t id = 0;
    while (id <= kPlaceMask) {  // the random part is never 0: no id is 0, none looks like a place
        id = ((randomBits() << kPlaceBits) | place) & 0x7fffffffU;
    }
    slots_[place] = {static_cast<std::int32_t>(id), owner};
    return slots_[place].requestId;
}

std::optional<TargetId> RequestTable::find(std::int32_t requestId) const {
    const auto& slot = slots_[static_cast<std::uint32_t>(requestId) & kPlaceMask];
    if (requestId == 0 || slot.requestId != requestId) {
        return std::nullopt;
    }
    return slot.owner;
}

void RequestTable::remove(std::int32_t requestId) {
    const auto place = static_cast<std::uint32_t>(requestId) & kPlaceMask;
    if (requestId == 0 || slots_[place].requestId != requestId) {
        return;
    }
    slots_[place] = {};
    free_.push_back(static_cast<std::uint16_t>(place));
}

}  // namespace platen::snmp
