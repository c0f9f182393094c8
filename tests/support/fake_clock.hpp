// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/time.hpp"

namespace platen::test {

/// Time that stands still until a test moves it.
class FakeClock final : public Clock {
  public:
    [[nodiscard]] SteadyTime steadyNow() const override { return steady_; }
    [[nodiscard]] WallTime wallNow() const override { return wall_; }
    void advance(Millis by) {
        steady_ += by;
        wall_ += by;
    }
    void setWall(WallTime wall) { wall_ = wall; }

  private:
    SteadyTime steady_{std::chrono::hours{1000}};
    WallTime wall_{std::chrono::sys_days{std::chrono::year{2031} / 2 / 3}};
};

}  // namespace platen::test
