// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace platen::snmp {

/// Appends one element: identifier octet, length in the fewest octets, contents (X.690 8.1).
void berAppend(std::string& out, std::uint8_t tag, std::string_view content);
/// Appends an INTEGER in the fewest octets.
void berAppendInteger(std::string& out, std::int64_t number);

}  // namespace platen::snmp
