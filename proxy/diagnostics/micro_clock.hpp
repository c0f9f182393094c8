// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/time.hpp"

#include <chrono>

namespace platen::diagnostics {

/// UTC with microseconds.
using MicroTime = std::chrono::sys_time<std::chrono::microseconds>;

/// One reading of the wall clock, and the steady clock from there: a clock that is set meanwhile
/// moves nothing, and differences are exact. The clock must outlive it.
class MicroClock {
  public:
    explicit MicroClock(const Clock& clock)
        : clock_(&clock), steady_(clock.steadyNow()), wall_(clock.wallNow()) {}

    [[nodiscard]] MicroTime now() const {
        return wall_ +
               std::chrono::duration_cast<std::chrono::microseconds>(clock_->steadyNow() - steady_);
    }

  private:
    const Clock* clock_;
    SteadyTime steady_;
    WallTime wall_;
};

}  // namespace platen::diagnostics
