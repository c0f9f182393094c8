// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/log.hpp"
#include "base/time.hpp"

#include <cstddef>
#include <cstdint>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace platen::log {

/// Lets the first lines of an (event, subject) pair through in each window and counts the rest.
/// Memory is bounded: the oldest window is closed early when there are too many. thread: the
/// caller locks.
class RepeatLimiter {
  public:
    static constexpr std::size_t kLinesPerWindow = 10;
    static constexpr std::size_t kMaxWindows = 2048;
    static constexpr Millis kWindow{10'000};

    /// What a closed window held back.
    struct Summary {
        Level level;
        std::string area;
        std::string event;
        std::string subjectKey;
        std::string subject;
        std::uint64_t suppressed;
    };

    /// One line that wants to be written. `subjectKey` is the name of the field that `subject`
    /// comes from.
    struct Line {
        Level level;
        std::string_view area;
        std::string_view event;
        std::string_view subjectKey;
        std::string_view subject;
    };

    /// True if the line may be written.
    [[nodiscard]] bool admit(const Line& line, SteadyTime now);
    /// Summaries of windows that are over; call before admit.
    [[nodiscard]] std::vector<Summary> takeExpired(SteadyTime now);

  private:
    struct Window {
        SteadyTime start;
        std::size_t written;
        std::string key;
        Summary summary;
    };
    using Windows = std::list<Window>;

    void closeOldest(std::vector<Summary>& into);

    Windows windows_;  // In order of their start.
    std::unordered_map<std::string, Windows::iterator> byKey_;
    std::vector<Summary> evicted_;
};

}  // namespace platen::log
