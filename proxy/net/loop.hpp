// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/strong_id.hpp"
#include "base/time.hpp"
#include "base/unique_function.hpp"

#include <cstdint>

namespace platen::net {

using TimerId = StrongId<struct TimerIdTag, std::uint64_t>;
using WatchId = StrongId<struct WatchIdTag, std::uint64_t>;

/// What a descriptor is watched for; a bit set.
enum class Ready : std::uint8_t { None = 0, Read = 1, Write = 2, Both = 3 };

/// The one loop thread's scheduler (design decision 1). Real: epoll. Tests: FakeLoop with
/// FakeClock. Callbacks never run inside the call that registers them. An exception out of a
/// callback is logged with the event's name, counted, and the loop goes on.
class Loop {
  public:
    Loop() = default;
    Loop(const Loop&) = delete;
    Loop& operator=(const Loop&) = delete;
    virtual ~Loop() = default;

    /// Runs `task` on the loop thread, in order of posting. thread: any
    virtual void post(UniqueFunction<void()> task) = 0;
    /// Runs `task` once, not before `delay` has passed. `name` is a literal for the watchdog.
    /// thread: loop
    virtual TimerId after(Millis delay, const char* name, UniqueFunction<void()> task) = 0;
    /// Harmless for timers that have run or are unknown. thread: loop
    virtual void cancel(TimerId timer) = 0;
    /// Calls `onReady` whenever the descriptor is ready, until unwatch. Does not own the
    /// descriptor. thread: loop
    virtual WatchId watch(int descriptor,
                          Ready interest,
                          const char* name,
                          UniqueFunction<void(Ready)> onReady) = 0;
    /// Changes the interest; `None` pauses. thread: loop
    virtual void setInterest(WatchId watch, Ready interest) = 0;
    /// Legal inside its own callback. Must come before close(2). thread: loop
    virtual void unwatch(WatchId watch) = 0;
    [[nodiscard]] virtual const Clock& clock() const = 0;
};

}  // namespace platen::net
