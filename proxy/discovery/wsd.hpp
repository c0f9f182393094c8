// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"
#include "base/xml_check.hpp"
#include "proxy/discovery/announcement.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace platen::discovery::wsd {

// WS-Discovery (April 2005, as printers and Windows speak it) with the Print Device Definition.
// Pure.

inline constexpr std::uint16_t kPort = 3702;

// Limits of an answer.
inline constexpr XmlLimits kLimits{
    .maxBytes = 32'768, .maxDepth = 16, .maxElements = 500, .maxAttributes = 32};
inline constexpr std::size_t kMaxMatches = 16;  ///< Of one message.
inline constexpr std::size_t kMaxUrls = 16;     ///< XAddrs of one match.

[[nodiscard]] net::Endpoint group(bool ipv6);

/// A Probe for devices of type PrintDeviceType. `messageId`: `urn:uuid:…`.
[[nodiscard]] std::string makeProbe(std::string_view messageId);

/// Printers of a ProbeMatches that relates to `messageId`. The addresses are those of XAddrs that
/// are numeric, else the sender's. Errors: Malformed, TooLarge.
[[nodiscard]] Result<std::vector<Announcement>> readMatches(std::string_view document,
                                                            std::string_view messageId,
                                                            const net::Address& sender);

}  // namespace platen::discovery::wsd
