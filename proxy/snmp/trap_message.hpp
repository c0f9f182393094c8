// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/oid.hpp"
#include "base/result.hpp"
#include "base/varbind.hpp"
#include "proxy/snmp/codec.hpp"
#include "proxy/snmp/message.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace platen::snmp {

/// A notification, whatever version it came in.
struct Trap {
    Version version = Version::V2c;
    std::string community;  ///< Versions 1 and 2c.
    bool inform = false;    ///< Wants an answer.
    std::int32_t requestId = 0;
    Oid oid;  ///< snmpTrapOID; a v1 trap's is made of its numbers (RFC 3584 section 3.1).
    std::vector<VarBind> varbinds;
};

/// A trap or inform of version 1 or 2c. Safe for hostile bytes. Errors: Malformed, TooLarge,
/// Unsupported (no notification, or without snmpTrapOID).
[[nodiscard]] Result<Trap> decodeTrap(std::span<const std::byte> bytes);
/// The same for a decoded PDU of version 2c or 3.
[[nodiscard]] Result<Trap> trapOf(Message message);

/// What a notification makes worth reading; bits.
struct TrapHint {
    bool status = false;
    bool supplies = false;

    [[nodiscard]] bool any() const { return status || supplies; }
    TrapHint& operator|=(const TrapHint& other) {
        status = status || other.status;
        supplies = supplies || other.supplies;
        return *this;
    }
    friend bool operator==(const TrapHint&, const TrapHint&) = default;
};
/// printerV2Alert by its prtAlertGroup, starts, and whatever vendors send. Nothing for
/// authenticationFailure and links.
[[nodiscard]] TrapHint hintOf(const Trap& trap);

}  // namespace platen::snmp
