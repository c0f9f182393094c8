// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/time.hpp"

#include <cstdint>
#include <string_view>

namespace platen::fleet {

/// How a printer's answers look from here (Status.CommunicationStatus tells Up and Unreachable to
/// the ACS).
enum class Reach : std::uint8_t {
    New,          ///< Not polled since the start of the gateway.
    Up,           ///< Answers.
    Asleep,       ///< Answers, in power save.
    Doubtful,     ///< One or two polls failed; still shown as up.
    Unreachable,  ///< kFailuresToUnreachable polls in a row failed.
};

[[nodiscard]] std::string_view toString(Reach reach);

/// State with hysteresis: one lost poll is not an outage, and one answer ends it. Failed polls are
/// spaced out so that a dead printer costs little. Pure.
class Reachability {
  public:
    static constexpr std::uint32_t kFailuresToUnreachable = 3;
    /// A dead printer is asked at most this seldom.
    static constexpr Millis kSlowestRetry{15 * 60 * 1000};

    /// Both return true if state() changed.
    bool onAnswer(bool asleep);
    bool onSilence();
    /// It is known not to be there: as kFailuresToUnreachable failed polls.
    void onGone();

    [[nodiscard]] Reach state() const { return state_; }
    [[nodiscard]] bool reachable() const { return state_ != Reach::Unreachable; }
    [[nodiscard]] std::uint32_t failures() const { return failures_; }
    /// When to ask again after a failure, from the normal interval: a third of it at first (but at
    /// least 10 s), doubling once unreachable.
    [[nodiscard]] Millis retryDelay(Millis interval) const;

  private:
    Reach state_ = Reach::New;
    std::uint32_t failures_ = 0;
};

/// Tells a restart from the passing of time and from the 497-day wrap of sysUpTime (C-PRX-28).
/// `before` and `after` are uptimes in seconds, read `elapsed` apart.
[[nodiscard]] bool restartedBetween(std::uint64_t before, std::uint64_t after, Millis elapsed);

}  // namespace platen::fleet
