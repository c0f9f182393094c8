// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "proxy/net/background.hpp"
#include "tests/support/fake_loop.hpp"

#include <cstddef>
#include <deque>
#include <utility>

namespace platen::test {

/// Work that waits until the test lets it run.
class HeldBackground final : public net::Background {
  public:
    explicit HeldBackground(FakeLoop& loop) : loop_(loop) {}

    void run(UniqueFunction<void()> work, UniqueFunction<void()> done) override {
        waiting_.emplace_back(std::move(work), std::move(done));
    }
    /// With what the work brings about.
    void runAll() {
        while (!waiting_.empty()) {
            auto [work, done] = std::move(waiting_.front());
            waiting_.pop_front();
            ++works;
            work();
            loop_.post(std::move(done));
            loop_.runUntilIdle();
        }
    }
    std::size_t works = 0;  ///< Done.

  private:
    FakeLoop& loop_;
    std::deque<std::pair<UniqueFunction<void()>, UniqueFunction<void()>>> waiting_;
};

}  // namespace platen::test
