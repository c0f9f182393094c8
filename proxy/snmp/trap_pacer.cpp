// SPDX-License-Identifier: Apache-2.0
#include "proxy/snmp/trap_pacer.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace platen::snmp {

bool TokenBucket::take(SteadyTime now) {
    if (last_) {
        const std::chrono::duration<double> passed = now - *last_;
        tokens_ = std::min(burst_, tokens_ + passed.count() * perSecond_);
    }
    last_ = now;
    if (tokens_ < 1.0) {
        return false;
    }
    tokens_ -= 1.0;
    return true;
}

TrapPacer::~TrapPacer() {
    if (timer_) {
        loop_.cancel(*timer_);
    }
}

void TrapPacer::note(DeviceId device, TrapHint hint) {
    if (!hint.any()) {
        return;
    }
    auto& state = states_[device];
    const bool waits = state.hint.any();
    state.hint |= hint;
    if (waits) {
        return;
    }
    const auto now = loop_.clock().steadyNow();
    const auto soonest = now + kGather;
    const auto due = state.polled ? std::max(soonest, state.last + kDeviceGap) : soonest;
    waiting_.emplace(due, device);
    schedule(waiting_.begin()->first);
}

void TrapPacer::schedule(SteadyTime due) {
    if (timer_) {
        loop_.cancel(*timer_);
    }
    const auto now = loop_.clock().steadyNow();
    const auto wait = due > now ? std::chrono::ceil<Millis>(due - now) : Millis{0};
    timer_ = loop_.after(wait, "snmp.traps", [this] { onTimer(); });
}

void TrapPacer::onTimer() {
    timer_.reset();
    const auto now = loop_.clock().steadyNow();
    std::vector<std::pair<DeviceId, TrapHint>> ready;
    while (!waiting_.empty() && waiting_.begin()->first <= now && ready.size() < kPollsPerTick) {
        const auto device = waiting_.begin()->second;
        waiting_.erase(waiting_.begin());
        auto& state = states_[device];
        ready.emplace_back(device, std::exchange(state.hint, {}));
        state.last = now;
        state.polled = true;
    }
    if (waiting_.empty()) {
        // Those who may be polled at once again need not be remembered.
        std::erase_if(states_,
                      [now](const auto& entry) { return now - entry.second.last >= kDeviceGap; });
    } else {
        schedule(std::max(waiting_.begin()->first, now + kTick));
    }
    for (const auto& [device, hint] : ready) {
        ++polls_;
        poll_(device, hint);
    }
}

}  // namespace platen::snmp
