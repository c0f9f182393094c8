// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"
#include "proxy/snmp/ber_reader.hpp"
#include "proxy/snmp/message.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace platen::snmp {

inline constexpr std::uint8_t kSequence = 0x30;

/// Fills type, numbers and varbinds of `message` (RFC 3416 section 3). Safe for hostile bytes.
/// Errors: Malformed, TooLarge (Codec::kMaxVarbinds). thread: any
[[nodiscard]] Result<void> decodePdu(const BerElement& pdu, Message& message);

/// The contents of a VarBindList. Errors: as above.
[[nodiscard]] Result<std::vector<VarBind>> decodeVarbinds(std::string_view list);

}  // namespace platen::snmp
