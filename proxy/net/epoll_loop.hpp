// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"
#include "proxy/net/loop.hpp"

#include <atomic>
#include <memory>

namespace platen::net {

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
    };
    [[nodiscard]] Stats stats() const;

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace platen::net
