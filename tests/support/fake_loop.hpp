// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "proxy/net/loop.hpp"
#include "tests/support/fake_clock.hpp"

#include <cstdint>
#include <deque>
#include <map>
#include <utility>

namespace platen::test {

/// A loop without a thread: tasks run in runUntilIdle, timers in advance. Descriptors are not
/// watched.
class FakeLoop final : public net::Loop {
  public:
    explicit FakeLoop(FakeClock& clock) : clock_(clock) {}

    void post(UniqueFunction<void()> task) override { tasks_.push_back(std::move(task)); }
    net::TimerId after(Millis delay, const char* /*name*/, UniqueFunction<void()> task) override {
        const auto id = ++lastTimer_;
        timers_.emplace(std::pair{clock_.steadyNow() + delay, id}, std::move(task));
        return net::TimerId{id};
    }
    void cancel(net::TimerId timer) override {
        for (auto it = timers_.begin(); it != timers_.end(); ++it) {
            if (it->first.second == timer.value()) {
                timers_.erase(it);
                return;
            }
        }
    }
    net::WatchId watch(int, net::Ready, const char*, UniqueFunction<void(net::Ready)>) override {
        return net::WatchId{0};
    }
    void setInterest(net::WatchId, net::Ready) override {}
    void unwatch(net::WatchId) override {}
    [[nodiscard]] const Clock& clock() const override { return clock_; }

    /// Runs posted tasks, and those they post, until none is left.
    void runUntilIdle() {
        while (!tasks_.empty()) {
            auto task = std::move(tasks_.front());
            tasks_.pop_front();
            task();
        }
    }
    /// Moves the clock forward, running timers at their own times and all posted tasks.
    void advance(Millis by) {
        const auto end = clock_.steadyNow() + by;
        runUntilIdle();
        while (!timers_.empty() && timers_.begin()->first.first <= end) {
            auto node = timers_.extract(timers_.begin());
            const auto wait = node.key().first - clock_.steadyNow();
            if (wait.count() > 0) {
                clock_.advance(std::chrono::ceil<Millis>(wait));
            }
            node.mapped()();
            runUntilIdle();
        }
        if (clock_.steadyNow() < end) {
            clock_.advance(std::chrono::duration_cast<Millis>(end - clock_.steadyNow()));
        }
    }
    [[nodiscard]] std::size_t pendingTimers() const { return timers_.size(); }

  private:
    FakeClock& clock_;
    std::deque<UniqueFunction<void()>> tasks_;
    std::map<std::pair<SteadyTime, std::uint64_t>, UniqueFunction<void()>> timers_;
    std::uint64_t lastTimer_ = 0;
};

}  // namespace platen::test
