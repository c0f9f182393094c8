// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/strong_id.hpp"
#include "base/time.hpp"
#include "proxy/net/loop.hpp"
#include "proxy/snmp/trap_message.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <unordered_map>

namespace platen::snmp {

/// Lets so many through in a second, and a burst.
class TokenBucket {
  public:
    TokenBucket(double perSecond, double burst)
        : perSecond_(perSecond), burst_(burst), tokens_(burst) {}
    [[nodiscard]] bool take(SteadyTime now);

  private:
    double perSecond_, burst_, tokens_;
    std::optional<SteadyTime> last_;
};

/// Makes of any number of traps a bearable number of polls: those of one device are gathered, and
/// all devices together share a rate. Nothing is lost: what comes too soon is polled later. thread:
/// loop
class TrapPacer {
  public:
    /// From a trap to its poll, so that a burst becomes one.
    static constexpr Millis kGather{200};
    /// Between two polls of one device by traps.
    static constexpr Millis kDeviceGap{10'000};
    /// Polls by traps of all devices: in each tick so many.
    static constexpr Millis kTick{100};
    static constexpr std::size_t kPollsPerTick = 5;

    using Poll = std::function<void(DeviceId device, TrapHint hint)>;
    TrapPacer(net::Loop& loop, Poll poll) : loop_(loop), poll_(std::move(poll)) {}
    TrapPacer(const TrapPacer&) = delete;
    TrapPacer& operator=(const TrapPacer&) = delete;
    ~TrapPacer();

    void note(DeviceId device, TrapHint hint);
    [[nodiscard]] std::uint64_t polls() const { return polls_; }

  private:
    struct State {
        TrapHint hint;  // none: not waiting
        SteadyTime last{};
        bool polled = false;
    };
    void schedule(SteadyTime due);
    void onTimer();

    net::Loop& loop_;
    Poll poll_;
    std::unordered_map<DeviceId, State> states_;
    std::multimap<SteadyTime, DeviceId> waiting_;  // each device once
    std::optional<net::TimerId> timer_;
    std::uint64_t polls_ = 0;
};

}  // namespace platen::snmp
