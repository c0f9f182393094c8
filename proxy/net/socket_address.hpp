// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "proxy/net/endpoint.hpp"

#include <sys/socket.h>

#include <cstdint>
#include <optional>

namespace platen::net {

/// An endpoint as the sockets API takes it.
class SocketAddress {
  public:
    /// `scope`: index of the network interface, for link-local IPv6 addresses.
    explicit SocketAddress(const Endpoint& endpoint, std::uint32_t scope = 0);

    [[nodiscard]] const sockaddr* data() const;
    [[nodiscard]] socklen_t size() const { return size_; }

  private:
    sockaddr_storage storage_{};
    socklen_t size_ = 0;
};

/// What the sockets API gave; nothing for families other than IPv4 and IPv6. `from` points to as
/// many octets as its family has.
[[nodiscard]] std::optional<Endpoint> toEndpoint(const void* from);

}  // namespace platen::net
