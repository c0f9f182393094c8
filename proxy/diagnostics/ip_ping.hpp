// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "proxy/diagnostics/tools.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

namespace platen::diagnostics {

/// `Device.IP.Diagnostics.IPPing.` (TR-181): what to send.
struct IpPingOptions {
    std::string host;
    Protocol protocol = Protocol::Any;
    std::uint32_t repetitions = 3;  ///< 1 to IpPing::kMaxRepetitions; more are not sent.
    Millis timeout{1000};           ///< Of each.
    std::uint32_t dataBytes = 56;
    std::uint8_t dscp = 0;
};

/// And what came back. Times of the answers only; 0 without an answer.
struct IpPingResult {
    Outcome outcome = Outcome::Other;
    std::string addressUsed;  ///< Empty if the name has none.
    std::uint32_t successes = 0, failures = 0;
    std::chrono::microseconds average{}, minimum{}, maximum{};
};

/// One run of echo requests, one after the other, with a pause so that it never is a flood.
/// Destroying it ends it without a call. thread: loop
class IpPing {
  public:
    static constexpr std::uint32_t kMaxRepetitions = 1'000;
    static constexpr Millis kPause{100};

    IpPing(Tools tools, IpPingOptions options, UniqueFunction<void(IpPingResult)> done);
    IpPing(const IpPing&) = delete;
    IpPing& operator=(const IpPing&) = delete;
    ~IpPing();

    /// `done` comes once, never inside the call.
    void start();

  private:
    void onResolved(Result<std::vector<net::Address>> addresses);
    void sendNext();
    void onEcho(const net::EchoResult& echo);
    void finish(Outcome outcome);

    Tools tools_;
    IpPingOptions options_;
    UniqueFunction<void(IpPingResult)> done_;
    IpPingResult result_;
    net::Address target_;
    std::chrono::microseconds total_{};
    std::uint32_t unreachable_ = 0;
    net::TimerId timer_{};
    std::shared_ptr<int> alive_ = std::make_shared<int>(0);
};

}  // namespace platen::diagnostics
