// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace platen::config {

/// An IPv4 or IPv6 address in network order; IPv4 uses the first four octets.
struct Address {
    std::array<std::uint8_t, 16> octets{};
    bool v6 = false;

    friend bool operator==(const Address&, const Address&) = default;
};

/// Reads `192.0.2.7` or `2001:db8::7` (no zone, no brackets).
[[nodiscard]] std::optional<Address> parseAddress(std::string_view text);

/// Addresses from `first` to `last`, both of one family.
struct AddressRange {
    Address first;
    Address last;
    bool network = false;  ///< Written as a prefix: the ends of an IPv4 one are no hosts.

    [[nodiscard]] bool contains(const Address& address) const;
    /// Number of addresses, at most UINT64_MAX.
    [[nodiscard]] std::uint64_t size() const;
    /// True for one address given by itself.
    [[nodiscard]] bool single() const { return first == last; }
};

/// An IPv6 range with more addresses is not walked: nobody lives to see its end. Printers in it are
/// found by their own announcements only.
inline constexpr std::uint64_t kMaxIpv6Walk = 65'536;

/// Reads what the configuration writes as a range: `192.0.2.0/24` (host bits are cleared),
/// `192.0.2.10-192.0.2.20`, or one address; IPv6 the same. Errors: Malformed.
[[nodiscard]] Result<AddressRange> parseAddressRange(std::string_view text);

/// True for a DNS name (RFC 1123, underscores allowed) that cannot be meant as an address: its last
/// label begins with a letter.
[[nodiscard]] bool isHostName(std::string_view text);

/// What is to be looked for: the ranges, and the host names between them, each in its order.
struct Targets {
    std::vector<AddressRange> ranges;
    std::vector<std::string> hosts;
};
/// Errors: that of the first text that is neither.
[[nodiscard]] Result<Targets> parseTargets(std::span<const std::string> texts);

/// All of them. Errors: that of the first wrong one.
[[nodiscard]] Result<std::vector<AddressRange>> parseAddressRanges(
    std::span<const std::string> texts);

}  // namespace platen::config
