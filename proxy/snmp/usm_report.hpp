// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/oid.hpp"
#include "base/result.hpp"
#include "proxy/snmp/message.hpp"
#include "proxy/snmp/usm_user.hpp"

#include <cstdint>
#include <span>

namespace platen::snmp {

/// What a REPORT says, by the counter that it shows (RFC 3414 section 5, RFC 3412 section 5, RFC
/// 3413 section 4.1).
enum class UsmReport : std::uint8_t {
    UnsupportedSecurityLevel,
    NotInTimeWindow,
    UnknownUserName,
    UnknownEngineId,
    WrongDigest,
    DecryptionError,
    UnknownContext,
    Other,
};

[[nodiscard]] UsmReport reportOf(std::span<const VarBind> varbinds);
/// The counter's instance, for reports that we make.
[[nodiscard]] Oid counterOf(UsmReport report);
/// True if the user is not what the device has: trying again is no use, and may lock it out.
[[nodiscard]] bool refusesUser(UsmReport report);
/// The failure that it means for a request of this user, and what the operator should do.
[[nodiscard]] Error errorOf(UsmReport report, const UsmUser& user);

}  // namespace platen::snmp
