// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"
#include "base/unique_function.hpp"
#include "proxy/net/endpoint.hpp"
#include "proxy/net/loop.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace platen::net {

/// An address of this machine with the network that it is in.
struct LanNetwork {
    std::string interface;
    std::uint32_t index = 0;  ///< Of the interface.
    Address address;          ///< This machine's own.
    Address first, last;      ///< Of the network.
    std::optional<Address> broadcast;
    bool multicast = false;
    bool loopback = false;
};

/// A port of its own for questions to all of one network; closed when destroyed.
class LanSocket {
  public:
    LanSocket() = default;
    LanSocket(const LanSocket&) = delete;
    LanSocket& operator=(const LanSocket&) = delete;
    virtual ~LanSocket() = default;
    /// To a multicast group or the broadcast address, out of the socket's interface only. Errors:
    /// Exhausted, Refused. thread: loop
    virtual Result<void> send(const Endpoint& to, std::span<const std::byte> bytes) = 0;
};

/// The networks that this machine is on. Real: the system's interfaces. Tests: FakeLan.
class Lan {
  public:
    using Handler = UniqueFunction<void(const Endpoint& from, std::span<const std::byte> bytes)>;

    Lan() = default;
    Lan(const Lan&) = delete;
    Lan& operator=(const Lan&) = delete;
    virtual ~Lan() = default;
    /// As they are now; interfaces that are down are left out. thread: loop
    [[nodiscard]] virtual std::vector<LanNetwork> networks() const = 0;
    /// An ephemeral port. `hops`: how far multicast goes. `onAnswer` comes on the loop, never
    /// inside send; the Lan must outlive the socket. Errors: Refused. thread: loop
    virtual Result<std::unique_ptr<LanSocket>> open(const LanNetwork& network,
                                                    int hops,
                                                    Handler onAnswer) = 0;
};

/// `loop` must outlive it.
[[nodiscard]] std::unique_ptr<Lan> makeSystemLan(Loop& loop);

/// First and last address of the network of `address` with `bits` network bits.
[[nodiscard]] std::pair<Address, Address> networkOf(const Address& address, unsigned bits);

}  // namespace platen::net
