// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

namespace platen::model {

/// Named data types of TR-106 that are strings with a form (C-DT-13). The empty string means "none"
/// and always fits.
enum class TextFormat : std::uint8_t {
    Any,
    Alias,        ///< Letter, then letters, digits, `-`, `_` (C-ALI-05).
    IpAddress,    ///< Ipv4Address or Ipv6Address.
    Ipv4Address,  ///< Dotted decimal without leading zeros.
    Ipv6Address,  ///< RFC 4291, with or without `::`, with or without an IPv4 tail.
    MacAddress,   ///< `00:11:22:AA:BB:CC`
    Url,          ///< Scheme, `:`, something without white space.
    Uuid,         ///< RFC 4122 text form.
};

/// Words for a document: `IPv4 address`; empty for Any.
[[nodiscard]] std::string_view toString(TextFormat format);

/// The format of a named data type: `IPAddress`, `Alias`; Any for other names.
[[nodiscard]] TextFormat textFormatOf(std::string_view dataType);

/// True if the text is empty or has the form.
[[nodiscard]] bool hasFormat(TextFormat format, std::string_view text);

}  // namespace platen::model
