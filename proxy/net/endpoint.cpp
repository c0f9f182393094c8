// SPDX-License-Identifier: Apache-2.0
#include "proxy/net/endpoint.hpp"

#include "base/text.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <cstring>
#include <limits>

namespace platen::net {

namespace {

constexpr std::array<std::uint8_t, 12> kMappedPrefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

/// Error texts quote what was found, but never a novel.
std::string quoted(std::string_view text) {
    constexpr std::size_t kShown = 64;
    return text::cat({"\"", text.substr(0, kShown), text.size() > kShown ? "...\"" : "\""});
}

Result<std::uint16_t> parsePort(std::string_view text) {
    const auto number = text::toUnsigned(text);
    if (!number || *number > std::numeric_limits<std::uint16_t>::max()) {
        return fail(ErrorCode::Malformed, quoted(text) + " is no port (0 to 65535)");
    }
    return static_cast<std::uint16_t>(*number);
}

/// splitmix64's last step: spreads neighbouring addresses over the buckets.
std::uint64_t mix(std::uint64_t x) {
    x = (x ^ (x >> 30U)) * 0xbf58476d1ce4e5b9ULL;
    x = (x ^ (x >> 27U)) * 0x94d049bb133111ebULL;
    return x ^ (x >> 31U);
}

}  // namespace

Result<Address> Address::parse(std::string_view text) {
    std::array<char, INET6_ADDRSTRLEN> zeroEnded{};
    if (text.empty() || text.size() >= zeroEnded.size() ||
        text.find('\0') != std::string_view::npos) {
        return fail(ErrorCode::Malformed, quoted(text) + " is no IP address");
    }
    std::ranges::copy(text, zeroEnded.begin());
    Address address;
    if (inet_pton(AF_INET, zeroEnded.data(), address.bytes.data()) == 1) {
        return address;
    }
    address.bytes = {};
    if (inet_pton(AF_INET6, zeroEnded.data(), address.bytes.data()) != 1) {
        return fail(ErrorCode::Malformed, quoted(text) + " is no IP address");
    }
    // ::ffff:a.b.c.d is the IPv4 host itself (RFC 4291 2.5.5.2); one host, one form.
    if (std::equal(kMappedPrefix.begin(), kMappedPrefix.end(), address.bytes.begin())) {
        std::rotate(address.bytes.begin(), address.bytes.begin() + kMappedPrefix.size(),
                    address.bytes.end());
        std::fill(address.bytes.begin() + 4, address.bytes.end(), std::uint8_t{0});
        return address;
    }
    address.ipv6 = true;
    return address;
}

Address Address::fromIpv4(std::uint32_t hostOrder) {
    Address address;
    for (unsigned i = 0; i < 4; ++i) {
        address.bytes[i] = static_cast<std::uint8_t>(hostOrder >> (24U - 8U * i));
    }
    return address;
}

std::uint32_t Address::ipv4() const {
    return (std::uint32_t{bytes[0]} << 24U) | (std::uint32_t{bytes[1]} << 16U) |
           (std::uint32_t{bytes[2]} << 8U) | std::uint32_t{bytes[3]};
}

std::string Address::toString() const {
    std::array<char, INET6_ADDRSTRLEN> text{};
    if (inet_ntop(ipv6 ? AF_INET6 : AF_INET, bytes.data(), text.data(), text.size()) == nullptr) {
        return "?";
    }
    return text.data();
}

Result<Endpoint> Endpoint::parse(std::string_view text) {
    const auto colon = text.rfind(':');
    if (colon == std::string_view::npos) {
        return fail(ErrorCode::Malformed, quoted(text) + " is no address:port");
    }
    auto host = text.substr(0, colon);
    const bool bracketed = host.size() >= 2 && host.front() == '[' && host.back() == ']';
    if (bracketed) {
        host = host.substr(1, host.size() - 2);
    }
    if (bracketed != (host.find(':') != std::string_view::npos)) {
        return fail(ErrorCode::Malformed,
                    quoted(text) + " is no address:port (IPv6 addresses stand in brackets)");
    }
    auto address = Address::parse(host);
    if (!address) {
        return tl::unexpected<Error>(std::move(address.error()));
    }
    auto port = parsePort(text.substr(colon + 1));
    if (!port) {
        return tl::unexpected<Error>(std::move(port.error()));
    }
    return Endpoint{*address, *port};
}

std::string Endpoint::toString() const {
    const auto host = address.toString();
    const auto number = std::to_string(port);
    return address.ipv6 ? text::cat({"[", host, "]:", number}) : text::cat({host, ":", number});
}

}  // namespace platen::net

std::size_t std::hash<platen::net::Address>::operator()(
    const platen::net::Address& address) const noexcept {
    std::uint64_t high = 0;
    std::uint64_t low = 0;
    std::memcpy(&high, address.bytes.data(), sizeof high);
    std::memcpy(&low, address.bytes.data() + sizeof high, sizeof low);
    return platen::net::mix(platen::net::mix(high + (address.ipv6 ? 1U : 0U)) + low);
}

std::size_t std::hash<platen::net::Endpoint>::operator()(
    const platen::net::Endpoint& endpoint) const noexcept {
    return platen::net::mix(std::hash<platen::net::Address>{}(endpoint.address) + endpoint.port);
}
