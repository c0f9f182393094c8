// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"
#include "proxy/snmp/message.hpp"

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

namespace platen::snmp {

/// Messages of SNMPv1 and v2c. Encoded by Net-SNMP's snmp_build; decoded by our BerReader, because
/// snmp_parse takes a kilobyte of heap for each varbind (ADR 0016). Only this and usm_crypto.cpp
/// include Net-SNMP's headers; the library is not thread-safe, so all codecs of the process live on
/// one thread. thread: loop
class Codec {
  public:
    static constexpr std::size_t kMaxMessageBytes = 65'507;  ///< Largest UDP payload over IPv4.
    static constexpr std::size_t kMaxVarbinds = 2'048;       ///< Of one message.
    static constexpr std::size_t kMaxCommunityBytes = 255;

    /// The first one sets Net-SNMP up: no MIB files, no configuration files of the host.
    Codec();
    Codec(const Codec&) = delete;
    Codec& operator=(const Codec&) = delete;
    ~Codec();

    /// A message whose varbinds have NULL values. Errors: TooLarge, Unsupported (what the version
    /// cannot carry, empty community).
    [[nodiscard]] Result<std::vector<std::byte>> encode(const MessageHeader& header,
                                                        std::span<const Oid> names);
    /// Errors: as above; also Unsupported for a value that is out of its type's range.
    [[nodiscard]] Result<std::vector<std::byte>> encode(const MessageHeader& header,
                                                        std::span<const VarBind> varbinds);
    /// Safe for hostile bytes. Errors: Malformed, TooLarge, Unsupported (SNMPv3, v1 traps).
    [[nodiscard]] Result<Message> decode(std::span<const std::byte> bytes);

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace platen::snmp
