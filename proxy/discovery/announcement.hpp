// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "proxy/net/endpoint.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace platen::discovery {

/// How a candidate made itself known.
enum class Channel : std::uint8_t { Mdns, Wsd, Broadcast };

/// `mDNS`, `WS-Discovery`, `SNMP broadcast`.
[[nodiscard]] std::string_view toString(Channel channel);

/// Something that says it prints. Only a candidate: its word proves nothing.
struct Announcement {
    net::Address address;
    Channel channel = Channel::Mdns;
    std::string name;  ///< As it calls itself; cleaned for XML, may be empty.

    /// `announced by mDNS as "Example 410"`.
    [[nodiscard]] std::string text() const;
};

inline constexpr std::size_t kMaxAnnouncedName = 128;       ///< Characters that are kept.
inline constexpr std::size_t kMaxAnnouncementsInOne = 64;   ///< Taken from one datagram.
inline constexpr std::size_t kMaxCandidatesInPass = 4'096;  ///< Of all announcements of one pass.

}  // namespace platen::discovery
