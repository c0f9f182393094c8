// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"
#include "base/unique_function.hpp"
#include "proxy/net/endpoint.hpp"
#include "proxy/net/loop.hpp"

#include <cstddef>
#include <memory>
#include <span>

namespace platen::net {

/// Sends and receives datagrams, unconnected. Real: one UDP socket for each address family. Tests:
/// FakeDatagrams.
class Datagrams {
  public:
    Datagrams() = default;
    Datagrams(const Datagrams&) = delete;
    Datagrams& operator=(const Datagrams&) = delete;
    virtual ~Datagrams() = default;

    /// Queues nothing: a full socket buffer is Exhausted, and the caller's retry timer covers it.
    /// thread: loop
    virtual Result<void> send(const Endpoint& to, std::span<const std::byte> bytes) = 0;
    /// Called for each datagram, on the loop, never inside send. Set once. thread: loop
    virtual void onReceive(
        UniqueFunction<void(const Endpoint& from, std::span<const std::byte> bytes)> handler) = 0;
};

/// UDP over IPv4 and, where the machine has it, IPv6; on ephemeral ports; big receive buffer. The
/// loop must outlive it. Errors: Refused.
[[nodiscard]] Result<std::unique_ptr<Datagrams>> openUdp(Loop& loop);

/// UDP on one address and port, for those who call us; port 0: an ephemeral one. The loop must
/// outlive it. Errors: Refused (taken, not allowed, no such address).
[[nodiscard]] Result<std::unique_ptr<Datagrams>> openUdpListener(Loop& loop, const Endpoint& at);

}  // namespace platen::net
