// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "proxy/diagnostics/tools.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace platen::diagnostics {

/// `Device.IP.Diagnostics.TraceRoute.` (TR-181): what to send.
struct TraceRouteOptions {
    std::string host;
    Protocol protocol = Protocol::Any;
    std::uint32_t tries = 3;  ///< Of each hop, 1 to 3.
    Millis timeout{5000};     ///< Of each try.
    std::uint32_t dataBytes = 38;
    std::uint8_t dscp = 0;
    std::uint32_t maxHops = 30;  ///< 1 to 64.
};

/// One hop of the way.
struct RouteHop {
    std::string address;                           ///< Empty if none of the tries was answered.
    std::uint32_t errorCode = 0;                   ///< ICMP type of the answer; 0 for the target's.
    std::vector<std::chrono::microseconds> times;  ///< Of the tries that were answered.
};

struct TraceRouteResult {
    Outcome outcome = Outcome::Other;
    std::string addressUsed;
    std::chrono::microseconds responseTime{};  ///< Of the target, average of its tries.
    std::vector<RouteHop> hops;
};

/// One trace with echo requests of rising hop limit. Destroying it ends it without a call.
/// thread: loop
class TraceRoute {
  public:
    static constexpr std::uint32_t kMaxTries = 3;
    static constexpr std::uint32_t kMostHops = 64;

    TraceRoute(Tools tools, TraceRouteOptions options, UniqueFunction<void(TraceRouteResult)> done);
    TraceRoute(const TraceRoute&) = delete;
    TraceRoute& operator=(const TraceRoute&) = delete;
    ~TraceRoute() = default;

    /// `done` comes once, never inside the call.
    void start();

  private:
    void onResolved(Result<std::vector<net::Address>> addresses);
    void sendNext();
    void onEcho(const net::EchoResult& echo);
    void finish(Outcome outcome);

    Tools tools_;
    TraceRouteOptions options_;
    UniqueFunction<void(TraceRouteResult)> done_;
    TraceRouteResult result_;
    net::Address target_;
    std::uint32_t tried_ = 0;  // at the present hop
    bool reached_ = false;     // the target answered at the present hop
    bool noWay_ = false;       // somebody said unreachable at the present hop
    std::shared_ptr<int> alive_ = std::make_shared<int>(0);
};

}  // namespace platen::diagnostics
