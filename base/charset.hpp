// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace platen {

/// IANA MIBenum of a character set, as prtLocalizationCharacterSet holds it (RFC 3805).
using CharsetMib = std::uint32_t;

/// Printer octets to clean UTF-8 by the rules of the data model (7.3): HP symbol-set prefix cut,
/// strict UTF-8 first, then the declared charset, then windows-1252; NUL and control characters
/// removed, ends trimmed; a text of question marks only counts as no text. Never fails: what
/// cannot be converted becomes U+FFFD. thread: any
[[nodiscard]] std::string decodeText(std::string_view octets, std::optional<CharsetMib> declared);

/// UTF-8 text to the declared charset, for SNMP SET (7.3.8). Errors: Unsupported if the charset is
/// not known or a character has no code in it. thread: any
[[nodiscard]] Result<std::string> encodeText(std::string_view utf8,
                                             std::optional<CharsetMib> declared);

}  // namespace platen
