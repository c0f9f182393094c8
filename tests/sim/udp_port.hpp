// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"
#include "tests/sim/ber.hpp"
#include "tests/sim/fleet.hpp"

#include <netinet/in.h>

#include <cstdint>
#include <functional>
#include <memory>

namespace platen::sim {

/// Where a datagram came from, or goes to.
struct UdpPeer {
    Ipv4 address = 0;
    std::uint16_t port = 0;
    friend bool operator==(const UdpPeer&, const UdpPeer&) = default;
};

/// One UDP socket that stands for every address of the loopback network: it knows which address
/// was asked and answers from any. Datagrams go in and out in batches.
class UdpPort {
  public:
    /// Larger requests are dropped; managers send a few hundred octets.
    static constexpr std::size_t kMaxRequestBytes = 8192;
    static constexpr std::size_t kBatch = 64;

    /// Port 0 picks one. Errors: Refused.
    static Result<UdpPort> open(std::uint16_t port);
    UdpPort(UdpPort&&) noexcept;
    UdpPort& operator=(UdpPort&&) noexcept;
    UdpPort(const UdpPort&) = delete;
    UdpPort& operator=(const UdpPort&) = delete;
    ~UdpPort();

    [[nodiscard]] int descriptor() const;
    [[nodiscard]] std::uint16_t port() const;

    /// Takes at most one batch of waiting datagrams; false if there was none.
    bool receive(const std::function<void(ByteView, UdpPeer from, Ipv4 asked)>& onDatagram);
    /// Queues a copy; sent by flush().
    void queue(ByteView datagram, UdpPeer to, Ipv4 from);
    void flush();

  private:
    struct Impl;
    explicit UdpPort(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace platen::sim
