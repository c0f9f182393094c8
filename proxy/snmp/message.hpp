// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/varbind.hpp"
#include "proxy/snmp/engine.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace platen::snmp {

/// PDU types; the values are the BER tags (RFC 3416 section 3).
enum class PduType : std::uint8_t {
    Get = 0xA0,
    GetNext = 0xA1,
    Response = 0xA2,
    Set = 0xA3,
    GetBulk = 0xA5,
    Inform = 0xA6,
    TrapV2 = 0xA7,
    Report = 0xA8,
};

/// Error-status values that change what is asked next (RFC 3416 section 3; RFC 1157 4.1).
inline constexpr std::int32_t kNoError = 0;
inline constexpr std::int32_t kTooBig = 1;
inline constexpr std::int32_t kNoSuchName = 2;
inline constexpr std::int32_t kGenErr = 5;

/// A message without its varbinds.
struct MessageHeader {
    Version version = Version::V2c;
    std::string_view community;
    PduType type = PduType::Get;
    std::int32_t requestId = 0;
    std::int32_t errorStatus = 0;  ///< GETBULK: non-repeaters.
    std::int32_t errorIndex = 0;   ///< GETBULK: max-repetitions.
};

/// A decoded community message.
struct Message {
    Version version = Version::V2c;
    std::string community;
    PduType type = PduType::Response;
    std::int32_t requestId = 0;
    std::int32_t errorStatus = 0;  ///< GETBULK: non-repeaters.
    std::int32_t errorIndex = 0;   ///< From 1; 0 = none named. GETBULK: max-repetitions.
    std::vector<VarBind> varbinds;
};

/// What a read asks next: names only, their values are NULL.
struct ReadPdu {
    PduType type = PduType::Get;
    std::vector<Oid> names;
    std::uint32_t maxRepetitions = 0;  ///< GETBULK only; there are no non-repeaters.
};

}  // namespace platen::snmp
