// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/crypto.hpp"
#include "base/time.hpp"

#include <cstdint>
#include <string_view>

namespace platen::cwmp {

/// Wait before retry number `attempt` (from 1): uniform from m·(k/1000)^(n-1) to m·(k/1000)^n
/// seconds with n = min(attempt, 10), in milliseconds (C-RTY-01, C-RTY-02). At most
/// kLongestRetryWait, whatever m and k are.
[[nodiscard]] Millis retryWait(std::uint32_t attempt,
                               std::uint32_t minimumSeconds,
                               std::uint32_t multiplier,
                               Random& random);
inline constexpr Millis kLongestRetryWait{std::chrono::hours{24}};
/// A Retry-After can lengthen the wait by no more than this (C-HTTP-17).
inline constexpr Millis kLongestRetryAfter{std::chrono::hours{1}};

/// Number that spreads devices evenly; the same for the same text on every machine (C-TIM-05).
[[nodiscard]] std::uint64_t spreadHash(std::string_view text);

/// The first time after `now` that lies on PeriodicInformTime ± n·interval (C-TIM-02). With the
/// Unknown Time the phase is `spread` modulo the interval.
[[nodiscard]] WallTime nextPeriodic(WallTime now,
                                    Millis interval,
                                    WallTime periodicTime,
                                    std::uint64_t spread);

}  // namespace platen::cwmp
