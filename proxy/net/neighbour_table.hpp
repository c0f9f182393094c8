// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "proxy/net/arp_table.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace platen::net {

/// What one datagram of the kernel's answer said.
enum class NeighbourPart : std::uint8_t {
    More,    ///< Another one follows.
    Done,    ///< That was the last.
    Broken,  ///< An error, or no such message.
};

/// Asks for all IPv6 neighbours (rtnetlink, RTM_GETNEIGH as a dump). Pure.
[[nodiscard]] std::vector<std::byte> neighbourRequest(std::uint32_t sequence);

/// Reads a datagram of the answer to `sequence` and adds to `table` up to kMaxNeighbours. Left out
/// are entries without a MAC address or one that failed, routers (who forward, and answer for
/// nobody else), the machine's own proxies, and an address that two links know with different MACs.
/// Pure.
[[nodiscard]] NeighbourPart addNeighbours(std::span<const std::byte> datagram,
                                          std::uint32_t sequence,
                                          Neighbours& table);

/// The system's IPv6 neighbours now; empty if they cannot be read. Takes well under a millisecond
/// for hundreds of entries: the kernel answers at once. thread: any
[[nodiscard]] Neighbours readIpv6Neighbours();

/// readArpTable and readIpv6Neighbours together.
[[nodiscard]] Neighbours readNeighbours();

}  // namespace platen::net
