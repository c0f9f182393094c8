// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"
#include "proxy/net/endpoint.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace platen::discovery {

/// A run of addresses, both ends included, of one family.
struct AddressRange {
    net::Address first, last;

    /// `192.0.2.0/24` (without network and broadcast address), `192.0.2.10-192.0.2.20`,
    /// `192.0.2.10-20`, or one address, IPv4 or IPv6. Errors: Malformed; TooLarge for more than
    /// kMaxAddresses.
    static Result<AddressRange> parse(std::string_view text);
    [[nodiscard]] bool contains(const net::Address& address) const;
    /// True for one address given by itself: its silence is worth telling.
    [[nodiscard]] bool single() const { return first == last; }

    static constexpr std::uint64_t kMaxAddresses = 1U << 20U;
};

/// All addresses of some ranges but the excluded ones, one after the other, without holding them in
/// memory.
class AddressWalk {
  public:
    AddressWalk(std::vector<AddressRange> ranges, std::vector<AddressRange> exclude)
        : ranges_(std::move(ranges)), exclude_(std::move(exclude)) {}

    /// The next address, nothing at the end. An address in two ranges comes twice.
    [[nodiscard]] std::optional<net::Address> next();

  private:
    std::vector<AddressRange> ranges_, exclude_;
    std::size_t range_ = 0;
    std::uint64_t offset_ = 0;
};

/// All texts as ranges. Errors: the first that is wrong.
[[nodiscard]] Result<std::vector<AddressRange>> parseRanges(std::span<const std::string> texts);

}  // namespace platen::discovery
