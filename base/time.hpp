// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"

#include <chrono>
#include <string>
#include <string_view>

namespace platen {

using Millis = std::chrono::milliseconds;
/// Monotonic; only differences mean anything.
using SteadyTime = std::chrono::time_point<std::chrono::steady_clock, std::chrono::nanoseconds>;
/// UTC with milliseconds. May jump when the operator sets the clock.
using WallTime = std::chrono::sys_time<Millis>;

/// The CWMP "Unknown Time", 0001-01-01T00:00:00Z (TR-106 3.1, C-DT).
inline constexpr WallTime kUnknownTime{std::chrono::sys_days{std::chrono::year{1} / 1 / 1}};

/// Source of time. Logic never calls the std::chrono clocks itself.
class Clock {
  public:
    Clock() = default;
    Clock(const Clock&) = delete;
    Clock& operator=(const Clock&) = delete;
    virtual ~Clock() = default;
    /// Monotonic; for timeouts and intervals. thread: any
    [[nodiscard]] virtual SteadyTime steadyNow() const = 0;
    /// UTC; for CWMP CurrentTime and stored readings. May jump. thread: any
    [[nodiscard]] virtual WallTime wallNow() const = 0;
};

/// False while a clock shows a time from before the program was written: no battery, not set yet.
[[nodiscard]] bool clockIsSet(WallTime now);

/// What an operating system's clock means: while it is not set, the time since boot counted from
/// kUnknownTime, which CWMP calls a relative time (C-DT-05).
[[nodiscard]] WallTime wallTimeOf(WallTime system, Millis sinceBoot);

/// The operating system's clocks; wallNow() is relative while the clock is not set (wallTimeOf).
class SystemClock final : public Clock {
  public:
    [[nodiscard]] SteadyTime steadyNow() const override;
    [[nodiscard]] WallTime wallNow() const override;
};

/// CWMP dateTime in UTC, `2031-02-03T04:05:06Z`; milliseconds are dropped. kUnknownTime gives
/// `0001-01-01T00:00:00Z`; a relative time, before the year 1000, has no zone (C-DT-05).
[[nodiscard]] std::string formatDateTime(WallTime time);

/// Reads an ISO 8601 dateTime of the CWMP kind (TR-106):
/// `YYYY-MM-DDThh:mm:ss[.fraction][Z|±hh:mm]`; without a zone it is taken as UTC. Errors:
/// Malformed.
[[nodiscard]] Result<WallTime> parseDateTime(std::string_view text);

/// Reads `"250ms"`, `"60s"`, `"15m"`, `"24h"`, `"7d"` as the configuration writes durations.
/// Errors: Malformed.
[[nodiscard]] Result<Millis> parseDuration(std::string_view text);

/// The inverse of parseDuration in the largest unit without remainder.
[[nodiscard]] std::string formatDuration(Millis duration);

}  // namespace platen
