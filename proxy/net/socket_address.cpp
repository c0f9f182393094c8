// SPDX-License-Identifier: Apache-2.0
#include "proxy/net/socket_address.hpp"

#include <netinet/in.h>

#include <cstring>

namespace platen::net {

SocketAddress::SocketAddress(const Endpoint& endpoint, std::uint32_t scope) {
    const auto& bytes = endpoint.address.bytes;
    if (endpoint.address.ipv6) {
        sockaddr_in6 in6{};
        in6.sin6_family = AF_INET6;
        in6.sin6_port = htons(endpoint.port);
        in6.sin6_scope_id = scope;
        std::memcpy(&in6.sin6_addr, bytes.data(), sizeof in6.sin6_addr);
        size_ = sizeof in6;
        std::memcpy(&storage_, &in6, size_);
        return;
    }
    sockaddr_in in4{};
    in4.sin_family = AF_INET;
    in4.sin_port = htons(endpoint.port);
    std::memcpy(&in4.sin_addr, bytes.data(), sizeof in4.sin_addr);
    size_ = sizeof in4;
    std::memcpy(&storage_, &in4, size_);
}

const sockaddr* SocketAddress::data() const {
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): the sockets API is made so
    return reinterpret_cast<const sockaddr*>(&storage_);
}

std::optional<Endpoint> toEndpoint(const void* from) {
    sa_family_t family{};
    std::memcpy(&family, from, sizeof family);
    Endpoint endpoint;
    if (family == AF_INET6) {
        sockaddr_in6 in6{};
        std::memcpy(&in6, from, sizeof in6);
        std::memcpy(endpoint.address.bytes.data(), &in6.sin6_addr, sizeof in6.sin6_addr);
        endpoint.address.ipv6 = true;
        endpoint.port = ntohs(in6.sin6_port);
        return endpoint;
    }
    if (family == AF_INET) {
        sockaddr_in in4{};
        std::memcpy(&in4, from, sizeof in4);
        std::memcpy(endpoint.address.bytes.data(), &in4.sin_addr, sizeof in4.sin_addr);
        endpoint.port = ntohs(in4.sin_port);
        return endpoint;
    }
    return std::nullopt;
}

}  // namespace platen::net
