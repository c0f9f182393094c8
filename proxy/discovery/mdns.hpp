// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "proxy/discovery/announcement.hpp"
#include "proxy/discovery/dns_message.hpp"

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace platen::discovery::mdns {

inline constexpr std::uint16_t kPort = 5353;
/// The services by which printers announce themselves (RFC 6763; Bonjour Printing 1.2.1).
inline constexpr std::array<std::string_view, 4> kServices{
    "_ipp._tcp.local", "_ipps._tcp.local", "_pdl-datastream._tcp.local", "_printer._tcp.local"};

[[nodiscard]] net::Endpoint group(bool ipv6);

/// One query for all services. It is sent from a port of its own (a one-shot query, RFC 6762
/// section 5.1), so that answers come to that port and repeat `id` (section 6.7).
[[nodiscard]] std::vector<std::byte> makeQuery(std::uint16_t id);

/// Who says in this answer to query `id` that it offers one of the services. An instance's host is
/// looked up in the same message; if its address is not in it, the sender counts. Addresses of a
/// link only (169.254/16, fe80::/10) are left out: without a zone nobody can be asked there.
/// Errors: Malformed, TooLarge.
[[nodiscard]] Result<std::vector<Announcement>> readAnswer(std::span<const std::byte> bytes,
                                                           std::uint16_t id,
                                                           const net::Address& sender);

}  // namespace platen::discovery::mdns
