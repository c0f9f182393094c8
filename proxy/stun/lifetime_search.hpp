// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/time.hpp"

#include <optional>

namespace platen::stun {

/// STUNMinimumKeepAlivePeriod and STUNMaximumKeepAlivePeriod.
struct KeepAlivePeriods {
    Millis minimum{30'000};
    std::optional<Millis> maximum;  ///< Nothing: none (-1). Below the minimum: the maximum holds.

    friend bool operator==(const KeepAlivePeriods&, const KeepAlivePeriods&) = default;
};

/// Finds out how long a NAT keeps a binding alive (RFC 3489 10.2, C-UDP-07), and so how often it
/// must be refreshed: from a careful start the tested age doubles until a binding has expired, then
/// the range is halved. Pure: no clock, no packets.
class LifetimeSearch {
  public:
    explicit LifetimeSearch(const KeepAlivePeriods& periods);

    /// What comes after a binding request was answered.
    struct Step {
        Millis wait{0};
        bool test = false;  ///< Test the binding then; otherwise refresh it.
    };
    [[nodiscard]] Step next(bool nat) const;

    void alive();       ///< The tested age is survived.
    void expired();     ///< It is not.
    void impossible();  ///< The server does not help with tests: a careful period is used.
    void restart();     ///< What is known no longer holds.

    [[nodiscard]] bool searching() const { return state_ == State::Searching; }
    [[nodiscard]] Millis lowest() const { return lowest_; }
    [[nodiscard]] Millis highest() const { return highest_; }

    /// Age that most NATs survive; the first test, and the period where no test is possible.
    static constexpr Millis kCareful{30'000};
    /// No binding is refreshed more often than this, unless the maximum says so.
    static constexpr Millis kShortest{10'000};
    /// Longest age that is tested where there is no maximum; NATs forget long before.
    static constexpr Millis kLongest{1'800'000};
    /// Without a NAT: how often we look whether there is one now.
    static constexpr Millis kWithoutNat{300'000};

  private:
    enum class State { Searching, Done, Impossible };
    void narrow();

    Millis lowest_, highest_;
    Millis proven_{0};
    Millis candidate_{0};
    std::optional<Millis> dead_;
    State state_ = State::Searching;
};

}  // namespace platen::stun
