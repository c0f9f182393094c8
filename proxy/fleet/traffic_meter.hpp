// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/time.hpp"

#include <chrono>
#include <cstdint>

namespace platen::fleet {

/// What polling one printer costs it.
struct Traffic {
    std::uint64_t packets = 0;  ///< Requests, retries included.
    std::uint64_t bytes = 0;    ///< Of UDP payload, both ways.
};

/// Counts by days of UTC. Small: there is one for each printer.
class TrafficMeter {
  public:
    void add(std::uint64_t packets, std::uint64_t bytes, WallTime now) {
        roll(now);
        today_.packets += packets;
        today_.bytes += bytes;
    }
    /// Of the day of `now`, so far.
    [[nodiscard]] Traffic today(WallTime now) {
        roll(now);
        return today_;
    }
    /// Of the whole day before; zero if nothing was sent on it.
    [[nodiscard]] Traffic yesterday(WallTime now) {
        roll(now);
        return yesterday_;
    }

  private:
    void roll(WallTime now) {
        const auto day = std::chrono::floor<std::chrono::days>(now).time_since_epoch().count();
        if (day == day_) {
            return;
        }
        // A clock that was set back or far ahead begins anew.
        yesterday_ = day == day_ + 1 ? today_ : Traffic{};
        today_ = {};
        day_ = day;
    }

    std::int64_t day_ = 0;
    Traffic today_, yesterday_;
};

}  // namespace platen::fleet
