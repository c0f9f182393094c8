// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"
#include "proxy/net/loop.hpp"

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace platen::net {

/// How long the callbacks of a loop took, by the wall clock: a busy machine makes them longer. Of
/// fixed size; for metrics and benchmarks.
struct CallbackTimes {
    /// Upper limits of the classes, not included; the last class has none.
    static constexpr std::array kLimits{Millis{1}, Millis{5}, Millis{10}, Millis{20}, Millis{50}};
    /// No callback should take this long (design decision 1).
    static constexpr Millis kSlow{5};
    static constexpr std::size_t kSlowNames = 16;

    struct Slow {
        const char* name = nullptr;  ///< Null: this place is free.
        std::uint64_t count = 0;
        std::chrono::microseconds longest{0};
    };

    std::array<std::uint64_t, kLimits.size() + 1> counts{};
    std::chrono::microseconds longest{0};
    const char* longestName = "";
    /// Callbacks of kSlow or longer by name, in order of appearance; names beyond the last place
    /// are only in `counts`.
    std::array<Slow, kSlowNames> slow{};

    /// `name` is a literal, as the loop's callers give it.
    void note(const char* name, std::chrono::nanoseconds took);
};

/// The real loop: epoll, an eventfd for post, a heap of timers. A watchdog logs callbacks that take
/// longer than kStallLimit.
class EpollLoop final : public Loop {
  public:
    static constexpr Millis kStallLimit{50};

    /// `clock` must outlive the loop. Throws std::system_error if epoll cannot be had (start-up
    /// only).
    explicit EpollLoop(const Clock& clock);
    EpollLoop(const EpollLoop&) = delete;
    EpollLoop& operator=(const EpollLoop&) = delete;
    ~EpollLoop() override;

    /// Runs until stop(). thread: becomes the loop thread
    void run();
    /// Makes run() return after the current callback. thread: any; safe in a signal handler
    void stop() noexcept;

    void post(UniqueFunction<void()> task) override;
    TimerId after(Millis delay, const char* name, UniqueFunction<void()> task) override;
    void cancel(TimerId timer) override;
    WatchId watch(int descriptor,
                  Ready interest,
                  const char* name,
                  UniqueFunction<void(Ready)> onReady) override;
    void setInterest(WatchId watch, Ready interest) override;
    void unwatch(WatchId watch) override;
    [[nodiscard]] const Clock& clock() const override;

    /// Longest callback so far, and exceptions swallowed; for metrics. thread: loop
    struct Stats {
        Millis longestCallback{0};
        std::uint64_t internalErrors = 0;
        CallbackTimes callbacks;
    };
    [[nodiscard]] Stats stats() const;
    /// Begins the statistics anew; for benchmarks. thread: loop
    void clearStats();

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace platen::net
