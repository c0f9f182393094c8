// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace platen::net {

/// An IPv4 or IPv6 address without a port.
struct Address {
    std::array<std::uint8_t, 16> bytes{};  ///< IPv4: the first four.
    bool ipv6 = false;

    /// Numeric text only, no name look-up. Errors: Malformed.
    static Result<Address> parse(std::string_view text);
    static Address fromIpv4(std::uint32_t hostOrder);
    [[nodiscard]] std::uint32_t ipv4() const;  ///< Host order. Precondition: !ipv6.
    [[nodiscard]] std::string toString() const;
    // NOLINTNEXTLINE(readability-implicit-bool-conversion): the check trips over the bool member
    friend auto operator<=>(const Address&, const Address&) = default;
};

struct Endpoint {
    Address address;
    std::uint16_t port = 0;

    /// Reads what toString writes; numeric only. Errors: Malformed.
    static Result<Endpoint> parse(std::string_view text);
    [[nodiscard]] std::string toString() const;  ///< `192.0.2.1:161`, `[2001:db8::1]:161`
    friend auto operator<=>(const Endpoint&, const Endpoint&) = default;
};

}  // namespace platen::net

template <>
struct std::hash<platen::net::Address> {
    std::size_t operator()(const platen::net::Address& address) const noexcept;
};
template <>
struct std::hash<platen::net::Endpoint> {
    std::size_t operator()(const platen::net::Endpoint& endpoint) const noexcept;
};
