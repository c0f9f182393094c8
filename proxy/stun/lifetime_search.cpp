// SPDX-License-Identifier: Apache-2.0
#include "proxy/stun/lifetime_search.hpp"

#include <algorithm>

namespace platen::stun {
namespace {

constexpr Millis kOneSecond{1'000};
constexpr Millis kPrecision{5'000};

}  // namespace

LifetimeSearch::LifetimeSearch(const KeepAlivePeriods& periods)
    : lowest_(std::max(periods.minimum, Millis{0})),
      highest_(std::max(periods.maximum.value_or(std::max(kLongest, lowest_)), kOneSecond)) {
    // The maximum is a promise to the ACS, the minimum only spares the network.
    lowest_ = std::min(lowest_, highest_);
    restart();
}

void LifetimeSearch::restart() {
    proven_ = std::min(std::max(lowest_, kShortest), highest_);
    candidate_ = std::clamp(kCareful, proven_, highest_);
    dead_.reset();
    state_ = proven_ == highest_ ? State::Done : State::Searching;
}

LifetimeSearch::Step LifetimeSearch::next(bool nat) const {
    if (!nat) {
        return {std::clamp(kWithoutNat, lowest_, highest_), false};
    }
    switch (state_) {
        case State::Searching:
            return {candidate_, true};
        case State::Impossible:
            return {std::clamp(kCareful, lowest_, highest_), false};
        case State::Done:
            break;
    }
    constexpr int kTenths = 10;
    constexpr int kUsed = 9;  // A tenth in hand for late timers and lost packets.
    const auto least = std::min(std::max(lowest_, kShortest), highest_);
    return {std::clamp(Millis{proven_.count() * kUsed / kTenths}, least, highest_), false};
}

void LifetimeSearch::alive() {
    proven_ = candidate_;
    narrow();
}

void LifetimeSearch::expired() {
    dead_ = candidate_;
    narrow();
}

void LifetimeSearch::impossible() {
    state_ = State::Impossible;
}

void LifetimeSearch::narrow() {
    if (!dead_) {
        candidate_ = std::min(candidate_ * 2, highest_);
        if (proven_ == highest_) {
            state_ = State::Done;
        }
        return;
    }
    constexpr int kTenths = 10;
    if (*dead_ - proven_ <= std::max(kPrecision, proven_ / kTenths)) {
        state_ = State::Done;
        return;
    }
    candidate_ = proven_ + (*dead_ - proven_) / 2;
}

}  // namespace platen::stun
