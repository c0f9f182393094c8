// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"
#include "base/unique_function.hpp"
#include "proxy/net/loop.hpp"
#include "proxy/stun/client.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

namespace platen::stun {

/// The two UDP ports (IPv4) of the gateway. Real: openSockets. thread: loop
class Sockets : public ClientPorts {
  public:
    using Handler =
        UniqueFunction<void(Via via, const net::Endpoint& from, std::span<const std::byte> bytes)>;
    /// Called for each datagram, on the loop, never inside send. Set once.
    virtual void onReceive(Handler handler) = 0;
    /// Of the first socket.
    [[nodiscard]] virtual std::uint16_t port() const = 0;
};

/// Datagrams above this are dropped unseen.
inline constexpr std::size_t kMaxDatagramBytes = 2048;

/// Opens the first socket on `wishedPort` if it is free, else (and with 0) on any. The loop must
/// outlive it. Errors: Refused.
[[nodiscard]] Result<std::unique_ptr<Sockets>> openSockets(net::Loop& loop,
                                                           std::uint16_t wishedPort);

}  // namespace platen::stun
