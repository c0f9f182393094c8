// SPDX-License-Identifier: Apache-2.0
#include "proxy/cwmp/schedule.hpp"

#include <algorithm>
#include <cmath>
#include <string>

namespace platen::cwmp {

Millis retryWait(std::uint32_t attempt,
                 std::uint32_t minimumSeconds,
                 std::uint32_t multiplier,
                 Random& random) {
    constexpr std::uint32_t kLastRow = 10;
    const auto row = std::clamp<std::uint32_t>(attempt, 1, kLastRow);
    const auto factor = static_cast<double>(multiplier) / 1000.0;
    const auto most = static_cast<double>(kLongestRetryWait.count());
    const auto bound = [&](std::uint32_t power) {
        const auto millis = static_cast<double>(minimumSeconds) * 1000.0 * std::pow(factor, power);
        return static_cast<std::int64_t>(std::min(millis, most));
    };
    const auto low = bound(row - 1);
    const auto high = bound(row);
    const auto width = static_cast<std::uint64_t>(high - low) + 1;
    return Millis(low + static_cast<std::int64_t>(random.below(width)));
}

std::uint64_t spreadHash(std::string_view text) {
    // FNV-1a, then the finisher of SplitMix64: serial numbers that differ in one digit end far
    // apart.
    std::uint64_t hash = 0xCBF29CE484222325U;
    for (const char c : text) {
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3U;
    }
    hash = (hash ^ (hash >> 30U)) * 0xBF58476D1CE4E5B9U;
    hash = (hash ^ (hash >> 27U)) * 0x94D049BB133111EBU;
    return hash ^ (hash >> 31U);
}

WallTime nextPeriodic(WallTime now, Millis interval, WallTime periodicTime, std::uint64_t spread) {
    const auto step = std::max<std::int64_t>(interval.count(), 1);
    const auto phase = periodicTime == kUnknownTime
                           ? static_cast<std::int64_t>(spread % static_cast<std::uint64_t>(step))
                           : periodicTime.time_since_epoch().count() % step;
    const auto at = now.time_since_epoch().count();
    auto since = (at - phase) % step;
    if (since < 0) {
        since += step;
    }
    return now + Millis(step - since);
}

}  // namespace platen::cwmp
