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

/// Reads what the configuration writes as a range: `192.0.2.0/24` (host bits are cleared),
/// `192.0.2.10-192.0.2.20`, or one address; IPv6 the same. Errors: Malformed.
[[nodiscard]] Result<AddressRange> parseAddressRange(std::string_view text);

/// All of them. Errors: that of the first wrong one.
[[nodiscard]] Result<std::vector<AddressRange>> parseAddressRanges(
    std::span<const std::string> texts);

}  // namespace platen::config
