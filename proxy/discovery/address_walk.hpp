// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/address_range.hpp"
#include "proxy/net/endpoint.hpp"

#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

namespace platen::discovery {

[[nodiscard]] config::Address toConfig(const net::Address& address);
[[nodiscard]] net::Address toNet(const config::Address& address);

/// All addresses of some ranges but the excluded ones, one after the other, without holding them in
/// memory. Of an IPv4 network of four addresses or more, the network and the broadcast address are
/// left out.
class AddressWalk {
  public:
    AddressWalk(std::vector<config::AddressRange> ranges, std::vector<config::AddressRange> exclude)
        : ranges_(std::move(ranges)), exclude_(std::move(exclude)) {}

    /// How far a walk is; for going on with one over the same ranges.
    struct Mark {
        std::size_t range = 0;
        std::optional<config::Address> last;
    };

    /// The next address, nothing at the end. An address in two ranges comes twice. IPv6 ranges
    /// above config::kMaxIpv6Walk are left out.
    [[nodiscard]] std::optional<net::Address> next();
    [[nodiscard]] Mark mark() const { return {range_, last_}; }
    /// False, and nothing is changed, if the mark is not in these ranges.
    bool goTo(const Mark& mark);

  private:
    [[nodiscard]] bool skipped(const config::Address& address) const;

    std::vector<config::AddressRange> ranges_, exclude_;
    std::size_t range_ = 0;
    std::optional<config::Address> last_;  ///< Of the current range; nothing before its first one.
};

}  // namespace platen::discovery
