// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"
#include "base/time.hpp"
#include "proxy/diagnostics/micro_clock.hpp"
#include "proxy/net/endpoint.hpp"
#include "proxy/net/loop.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

namespace platen::diagnostics {

/// No more is sent back in one second, whoever asks.
inline constexpr std::uint32_t kMaxEchoesPerSecond = 500;
inline constexpr std::uint32_t kMaxEchoBytesPerSecond = 1U << 20U;
/// Services below this port may answer by themselves: two of them would talk for ever.
inline constexpr std::uint16_t kLowestEchoedPort = 1024;

/// `Device.IP.Diagnostics.UDPEchoConfig.`: whom to answer, and where.
struct UdpEchoOptions {
    net::Address source;
    std::uint16_t port = 0;
    friend bool operator==(const UdpEchoOptions&, const UdpEchoOptions&) = default;
};

/// Of datagrams from the source only; octets with UDP headers. They wrap.
struct UdpEchoCounts {
    std::uint32_t packetsReceived = 0, packetsResponded = 0;
    std::uint32_t bytesReceived = 0, bytesResponded = 0;
    std::optional<MicroTime> first, last;
    friend bool operator==(const UdpEchoCounts&, const UdpEchoCounts&) = default;
};

/// Decides what is sent back in a second. Pure.
class EchoLimit {
  public:
    /// Whether a datagram of so many octets may go now; counts it if so.
    [[nodiscard]] bool take(SteadyTime now, std::size_t bytes);

  private:
    SteadyTime second_{};
    std::uint32_t packets_ = 0;
    std::size_t bytes_ = 0;
};

/// An open echo server; its end closes the port. thread: loop
class UdpEcho {
  public:
    UdpEcho() = default;
    UdpEcho(const UdpEcho&) = delete;
    UdpEcho& operator=(const UdpEcho&) = delete;
    virtual ~UdpEcho() = default;
};

using OpenUdpEcho = std::function<Result<std::unique_ptr<UdpEcho>>(const UdpEchoOptions&,
                                                                   std::shared_ptr<UdpEchoCounts>)>;

/// Listens on all interfaces in the address family of the source. Sends back what the source sends
/// from a port of kLowestEchoedPort or above, from the address that was asked, never more octets
/// than came, within the limits above; all else is dropped without an answer. Errors: Refused (the
/// port cannot be had).
[[nodiscard]] Result<std::unique_ptr<UdpEcho>> openUdpEcho(net::Loop& loop,
                                                           const UdpEchoOptions& options,
                                                           std::shared_ptr<UdpEchoCounts> counts);

}  // namespace platen::diagnostics
