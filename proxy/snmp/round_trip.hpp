// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/time.hpp"

#include <cstdint>

namespace platen::snmp {

/// Adaptive time-out of one agent after RFC 6298, with other bounds.
class RoundTrip {
  public:
    static constexpr Millis kMinTimeout{200};

    /// `longest`: upper bound and first value; at least kMinTimeout is used.
    explicit RoundTrip(Millis longest);

    /// How long to wait for an answer now. `patient`: the longest time, for the last try. A
    /// sleeping printer needs it, whatever its round trips were while awake.
    [[nodiscard]] Millis timeout(bool patient) const;
    /// An exchange without retries took this long (Karn: others say nothing).
    void sample(std::chrono::microseconds took);
    /// No answer in time: wait twice as long until the next sample.
    void backOff();
    /// The agent is gone; the next contact starts like the first.
    void forget();

  private:
    std::uint32_t longest_;     // ms
    std::uint32_t timeout_;     // ms
    std::uint32_t smooth_ = 0;  // us; 0 = no sample yet
    std::uint32_t variation_ = 0;
};

}  // namespace platen::snmp
