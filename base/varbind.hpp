// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/boxed.hpp"
#include "base/oid.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace platen {

/// The types that SNMP can carry, and its three exceptions (RFC 3416 section 3). The values are
/// the BER tags, which are also the numbers of .snmprec files.
enum class SnmpType : std::uint8_t {
    Integer = 2,
    OctetString = 4,
    Null = 5,
    ObjectId = 6,
    IpAddress = 64,
    Counter32 = 65,
    Gauge32 = 66,
    TimeTicks = 67,
    Opaque = 68,
    Counter64 = 70,
    NoSuchObject = 128,
    NoSuchInstance = 129,
    EndOfMibView = 130,
};

[[nodiscard]] std::string_view toString(SnmpType type);

/// One value as it came from an agent: raw octets, no interpretation.
struct SnmpValue {
    SnmpType type = SnmpType::Null;
    std::int64_t number =
        0;               ///< Integer, Counter32, Gauge32, TimeTicks; Counter64 as its bit pattern.
    std::string octets;  ///< OctetString, IpAddress (4 octets), Opaque.
    Boxed<Oid> oid;      ///< ObjectId.

    /// Any integer type as a number: agents mix INTEGER, Counter32 and Gauge32 at will. Counter64
    /// above INT64_MAX, and everything else, gives nothing.
    [[nodiscard]] std::optional<std::int64_t> asInteger() const;
    /// False for Null and the three exceptions.
    [[nodiscard]] bool isValue() const;

    static SnmpValue integer(std::int64_t number, SnmpType type = SnmpType::Integer);
    static SnmpValue string(std::string octets);
    static SnmpValue objectId(Oid oid);

    friend bool operator==(const SnmpValue&, const SnmpValue&) = default;
};

struct VarBind {
    Oid oid;
    SnmpValue value;

    friend bool operator==(const VarBind&, const VarBind&) = default;
};

}  // namespace platen
