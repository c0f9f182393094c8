// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"
#include "proxy/snmp/ber_writer.hpp"
#include "proxy/snmp/message.hpp"

#include <cstddef>
#include <span>
#include <vector>

namespace platen::snmp {

/// Messages of SNMPv1 and v2c, and the PDUs that v3 carries (ADR 0027). It holds the memory in
/// which it encodes. thread: any, one at a time
class Codec {
  public:
    static constexpr std::size_t kMaxMessageBytes = 65'507;  ///< Largest UDP payload over IPv4.
    static constexpr std::size_t kMaxVarbinds = 2'048;       ///< Of one message.
    static constexpr std::size_t kMaxCommunityBytes = 255;

    /// A message whose varbinds have NULL values; of version 3 the PDU alone, which v3::build puts
    /// into its message. Errors: TooLarge, Unsupported (what the version
    /// cannot carry, community empty or too long).
    [[nodiscard]] Result<std::vector<std::byte>> encode(const MessageHeader& header,
                                                        std::span<const Oid> names);
    /// Errors: as above; also Unsupported for a value that is out of its type's range.
    [[nodiscard]] Result<std::vector<std::byte>> encode(const MessageHeader& header,
                                                        std::span<const VarBind> varbinds);
    /// Safe for hostile bytes. Errors: Malformed, TooLarge, Unsupported (SNMPv3, v1 traps).
    [[nodiscard]] static Result<Message> decode(std::span<const std::byte> bytes);

  private:
    template <typename T>
    Result<std::vector<std::byte>> encodeAll(const MessageHeader& header, std::span<const T> list);

    BerWriter writer_{kMaxMessageBytes};
};

}  // namespace platen::snmp
