// SPDX-License-Identifier: Apache-2.0
#include "proxy/fleet/reachability.hpp"

#include <algorithm>

namespace platen::fleet {

std::string_view toString(Reach reach) {
    switch (reach) {
        case Reach::New:
            return "new";
        case Reach::Up:
            return "up";
        case Reach::Asleep:
            return "asleep";
        case Reach::Doubtful:
            return "doubtful";
        case Reach::Unreachable:
            return "unreachable";
    }
    return "new";
}

bool Reachability::onAnswer(bool asleep) {
    const auto before = state_;
    failures_ = 0;
    state_ = asleep ? Reach::Asleep : Reach::Up;
    return state_ != before;
}

bool Reachability::onSilence() {
    const auto before = state_;
    ++failures_;
    state_ = failures_ >= kFailuresToUnreachable ? Reach::Unreachable : Reach::Doubtful;
    return state_ != before;
}

void Reachability::onGone() {
    failures_ = std::max(failures_, kFailuresToUnreachable);
    state_ = Reach::Unreachable;
}

Millis Reachability::retryDelay(Millis interval) const {
    constexpr Millis kSoonest{10'000};
    const auto first = std::min(interval, std::max(kSoonest, interval / 3));
    if (failures_ < kFailuresToUnreachable) {
        return first;
    }
    const auto doublings = std::min<std::uint32_t>(failures_ - kFailuresToUnreachable, 10);
    return std::clamp(interval * (1U << doublings), first, std::max(kSlowestRetry, interval));
}

bool restartedBetween(std::uint64_t before, std::uint64_t after, Millis elapsed) {
    constexpr std::uint64_t kWrapSeconds = 42'949'673;  // 2^32 hundredths of a second
    constexpr std::uint64_t kTolerance = 120;           // clocks of printers drift
    if (after >= before) {
        return false;
    }
    const auto seconds =
        static_cast<std::uint64_t>(std::max<Millis::rep>(elapsed.count(), 0)) / 1000;
    const bool wrapped = before + seconds + kTolerance >= kWrapSeconds &&
                         before + seconds <= kWrapSeconds + after + kTolerance;
    return !wrapped;
}

}  // namespace platen::fleet
