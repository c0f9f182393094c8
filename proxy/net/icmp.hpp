// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"
#include "proxy/net/endpoint.hpp"
#include "proxy/net/loop.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace platen::net {

/// One ICMP or ICMPv6 echo request.
struct EchoRequest {
    Address target;
    std::size_t dataBytes = 56;  ///< Of its data block, 0 to kMaxEchoData.
    std::uint8_t dscp = 0;       ///< 0 to 63.
    std::uint8_t hopLimit = 64;  ///< 1 to 255.
    Millis timeout{1000};
};

inline constexpr std::size_t kMaxEchoData = 65'000;

/// What came of it.
struct EchoResult {
    enum class Kind : std::uint8_t {
        Reply,         ///< The target answered.
        TimeExceeded,  ///< A router on the way let it die: the hop limit was reached there.
        Unreachable,   ///< A router, or this machine, says that there is no way.
        Timeout,       ///< Nothing came in time.
        Failed,        ///< It could not be sent.
    } kind = Kind::Timeout;
    Address from;                           ///< Who answered; the target's for Timeout and Failed.
    std::uint8_t icmpType = 0;              ///< As received (RFC 792, RFC 4443); 0 for Reply.
    std::chrono::microseconds roundTrip{};  ///< Reply, TimeExceeded and Unreachable.
};

/// Sends echo requests by the kernel's ping sockets, for which no privilege is needed where
/// net.ipv4.ping_group_range allows them; elsewhere by raw sockets, if those are granted.
/// thread: loop
class Icmp {
  public:
    Icmp() = default;
    Icmp(const Icmp&) = delete;
    Icmp& operator=(const Icmp&) = delete;
    virtual ~Icmp() = default;
    /// `done` comes once, never inside the call, at the latest after the time-out. Destroying the
    /// object drops what is open without a call.
    virtual void echo(const EchoRequest& request, UniqueFunction<void(EchoResult)> done) = 0;
};

/// `loop` must outlive it. Errors: Refused (the system grants neither kind of socket).
[[nodiscard]] Result<std::unique_ptr<Icmp>> openIcmp(Loop& loop);

}  // namespace platen::net
