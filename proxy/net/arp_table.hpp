// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/time.hpp"
#include "proxy/net/endpoint.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace platen::net {

/// Entries that are kept of one reading; the kernel holds 1,024 by default.
inline constexpr std::size_t kMaxNeighbours = 65'536;

/// Neighbours on this machine's own networks with their MAC addresses (upper case, colons).
using Neighbours = std::unordered_map<Address, std::string>;

/// Reads the text of Linux's /proc/net/arp; incomplete entries and other hardware types are left
/// out. An IPv4 MAC that stands for several addresses is a router that answers for others (proxy
/// ARP): none of them is kept. Pure.
[[nodiscard]] Neighbours parseArpTable(std::string_view text);

/// The system's IPv4 table now; empty if it cannot be read.
[[nodiscard]] Neighbours readArpTable();

/// A table of the system, read again when it is older than kFresh. thread: loop
class ArpCache {
  public:
    static constexpr Millis kFresh{5'000};
    /// `read` is IPv4's by default; readNeighbours reads both.
    explicit ArpCache(Neighbours (*read)() = readArpTable) : read_(read) {}
    /// Empty if the address is no neighbour.
    [[nodiscard]] std::string macOf(const Address& address, SteadyTime now);

  private:
    Neighbours (*read_)();
    Neighbours table_;
    std::optional<SteadyTime> readAt_;
};

}  // namespace platen::net
