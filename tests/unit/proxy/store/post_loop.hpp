// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/time.hpp"
#include "proxy/net/loop.hpp"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <utility>

namespace platen::test {

/// A loop of posted tasks only, which other threads may feed. No timers, no descriptors.
class PostLoop final : public net::Loop {
  public:
    static constexpr std::chrono::seconds kPatience{20};  ///< Then a test has failed.

    void post(UniqueFunction<void()> task) override {
        {
            const std::lock_guard lock(mutex_);
            tasks_.push_back(std::move(task));
        }
        posted_.notify_one();
    }
    net::TimerId after(Millis, const char*, UniqueFunction<void()>) override {
        return net::TimerId{0};
    }
    void cancel(net::TimerId) override {}
    net::WatchId watch(int, net::Ready, const char*, UniqueFunction<void(net::Ready)>) override {
        return net::WatchId{0};
    }
    void setInterest(net::WatchId, net::Ready) override {}
    void unwatch(net::WatchId) override {}
    [[nodiscard]] const Clock& clock() const override { return clock_; }

    /// Runs tasks until `reached` is true; false if none came for kPatience.
    template <typename Predicate>
    [[nodiscard]] bool runUntil(Predicate reached) {
        while (!reached()) {
            std::unique_lock lock(mutex_);
            if (!posted_.wait_for(lock, kPatience, [this] { return !tasks_.empty(); })) {
                return false;
            }
            auto task = std::move(tasks_.front());
            tasks_.pop_front();
            lock.unlock();
            task();
        }
        return true;
    }
    /// Runs what is there now.
    void runPosted() {
        std::deque<UniqueFunction<void()>> tasks;
        {
            const std::lock_guard lock(mutex_);
            tasks.swap(tasks_);
        }
        for (auto& task : tasks) {
            task();
        }
    }

  private:
    SystemClock clock_;
    std::mutex mutex_;
    std::condition_variable posted_;
    std::deque<UniqueFunction<void()>> tasks_;
};

}  // namespace platen::test
