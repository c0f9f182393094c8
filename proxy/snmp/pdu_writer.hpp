// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"
#include "proxy/snmp/ber_writer.hpp"
#include "proxy/snmp/message.hpp"

#include <span>

namespace platen::snmp {

/// Writes a PDU (RFC 3416 section 3) before what `out` holds; its type and numbers are the
/// header's. The varbinds have NULL values.
/// Errors: TooLarge (Codec::kMaxVarbinds), Unsupported (a name without an encoding; a type or value
/// that the version cannot carry; a value out of its type's range). thread: any
[[nodiscard]] Result<void> writePdu(BerWriter& out,
                                    const MessageHeader& header,
                                    std::span<const Oid> names);
[[nodiscard]] Result<void> writePdu(BerWriter& out,
                                    const MessageHeader& header,
                                    std::span<const VarBind> varbinds);

}  // namespace platen::snmp
