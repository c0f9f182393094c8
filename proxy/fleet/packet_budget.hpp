// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/time.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace platen::fleet {

/// What a printer may be asked after so much of the day's traffic (polling.packets_per_day,
/// polling.bytes_per_day). The later, the less.
enum class PollGrant : std::uint8_t {
    All,
    PresenceOnly,  ///< One small request now and then: is it there?
    Nothing,
};

/// How presence is asked for while the limit of the day is reached.
inline constexpr std::chrono::minutes kPresenceInterval{15};

/// The last tenth of `limit`, but `least` to `most` of it (half of a limit below twice `least`), is
/// kept for asking whether the printer is there. `limit` 0 is no limit. Pure.
[[nodiscard]] constexpr PollGrant grantWithin(std::uint64_t used,
                                              std::uint64_t limit,
                                              std::uint64_t least,
                                              std::uint64_t most) {
    constexpr std::uint64_t kShare = 10;
    if (limit == 0) {
        return PollGrant::All;
    }
    const auto reserve =
        std::clamp(limit / kShare, std::min(least, std::max<std::uint64_t>(limit / 2, 1)), most);
    return used >= limit             ? PollGrant::Nothing
           : used + reserve >= limit ? PollGrant::PresenceOnly
                                     : PollGrant::All;
}

/// By packets: presence is asked for 96 times a day. Pure.
[[nodiscard]] constexpr PollGrant packetGrant(std::uint64_t packetsToday, std::uint64_t limit) {
    constexpr std::uint64_t kLeastReserve = 100;
    constexpr std::uint64_t kMostReserve = 200;
    return grantWithin(packetsToday, limit, kLeastReserve, kMostReserve);
}

/// By bytes: the same, request and answer of 300 bytes (SNMPv3 with privacy). Pure.
[[nodiscard]] constexpr PollGrant byteGrant(std::uint64_t bytesToday, std::uint64_t limit) {
    constexpr std::uint64_t kLeastReserve = 30'000;
    constexpr std::uint64_t kMostReserve = 60'000;
    return grantWithin(bytesToday, limit, kLeastReserve, kMostReserve);
}

/// To the next day of UTC, when the count begins anew. Pure.
[[nodiscard]] inline Millis toNextDay(WallTime now) {
    const auto tomorrow = std::chrono::floor<std::chrono::days>(now) + std::chrono::days{1};
    return std::chrono::ceil<Millis>(tomorrow - now);
}

/// When to ask a group again: an agent that took long for its last poll rests at least four times
/// as long, so that no more than a fifth of its time goes to us. Pure.
[[nodiscard]] constexpr Millis pacedInterval(Millis interval, Millis took) {
    constexpr int kRest = 4;
    return std::max(interval, took * kRest);
}

}  // namespace platen::fleet
