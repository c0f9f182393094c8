// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/unique_function.hpp"
#include "proxy/net/endpoint.hpp"
#include "proxy/net/loop.hpp"

#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace platen::app {

/// What a port says of itself.
enum class KnockResult : std::uint8_t {
    Open,         ///< TCP: connected. UDP: it answered.
    Refused,      ///< The host is there, the port is closed (RST, ICMP port unreachable).
    Unreachable,  ///< A router, or this machine, says that there is no way.
    Silent,       ///< Nothing in time: filtered, or nobody there. UDP: or open, but not answering.
};

/// Asks single ports. Destroying it drops what is open without a call. thread: loop
class Knocks {
  public:
    /// `loop` must outlive it.
    explicit Knocks(net::Loop& loop) : loop_(loop) {}
    Knocks(const Knocks&) = delete;
    Knocks& operator=(const Knocks&) = delete;
    ~Knocks();

    /// Connects and closes at once. `done` comes once, not inside the call.
    void tcp(const net::Endpoint& to, Millis timeout, UniqueFunction<void(KnockResult)> done);
    /// Whether one of the ports takes a connection: true with the first that does, false when none
    /// did in time. At least one port; `done` comes once, not inside the call.
    void anyTcp(const net::Address& to,
                std::span<const std::uint16_t> ports,
                Millis timeout,
                UniqueFunction<void(bool)> done);
    /// Sends a datagram, and once more after half the time.
    void udp(const net::Endpoint& to,
             std::vector<std::byte> bytes,
             Millis timeout,
             UniqueFunction<void(KnockResult)> done);

  private:
    struct Knock {
        UniqueFunction<void(KnockResult)> done;
        std::vector<std::byte> bytes;  ///< UDP only.
        bool datagram = false;
        int fd = -1;
        std::optional<net::WatchId> watch;
        std::optional<net::TimerId> timer;
        std::optional<net::TimerId> again;
    };
    using Place = std::list<Knock>::iterator;

    void open(const net::Endpoint& to, int type, Millis timeout, Knock knock);
    void onReady(Place place);
    void finish(Place place, KnockResult result);
    void release(Knock& knock);

    net::Loop& loop_;
    std::list<Knock> knocks_;
    std::shared_ptr<int> alive_ = std::make_shared<int>(0);
};

}  // namespace platen::app
