// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/time.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace platen::fleet {

/// What polling one printer costs it.
struct Traffic {
    std::uint64_t packets = 0;  ///< Requests, retries included.
    std::uint64_t bytes = 0;    ///< Of UDP payload, both ways.
    friend bool operator==(const Traffic&, const Traffic&) = default;
};

/// Counts by days of UTC. Small: there is one for each printer.
class TrafficMeter {
  public:
    void add(std::uint64_t packets, std::uint64_t bytes, WallTime now);
    /// Of the day of `now`, so far.
    [[nodiscard]] Traffic today(WallTime now) {
        roll(now);
        return days_.today;
    }
    /// Of the whole day before; zero if nothing was sent on it.
    [[nodiscard]] Traffic yesterday(WallTime now) {
        roll(now);
        return days_.yesterday;
    }

    /// Something was counted that was not taken by pack().
    [[nodiscard]] bool unsaved() const { return unsaved_; }
    /// As one text for the store.
    [[nodiscard]] std::string pack();
    /// Goes on from what pack() wrote, before anything is counted; damaged text counts as nothing.
    void restore(std::string_view text);

  private:
    struct Days {
        std::int64_t day = 0;  ///< Since 1970; 0: nothing was counted yet.
        Traffic today, yesterday;
    };
    void roll(WallTime now);

    Days days_;
    /// From the store. A gateway without a clock of its own starts in the past: what it had
    /// counted waits until the clock is set, but not longer.
    Days kept_;
    bool unsaved_ = false;
};

}  // namespace platen::fleet
