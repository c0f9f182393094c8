// SPDX-License-Identifier: Apache-2.0
#include "base/varbind.hpp"

#include <utility>

namespace platen {

std::string_view toString(SnmpType type) {
    switch (type) {
        case SnmpType::Integer:
            return "INTEGER";
        case SnmpType::OctetString:
            return "OCTET STRING";
        case SnmpType::Null:
            return "NULL";
        case SnmpType::ObjectId:
            return "OBJECT IDENTIFIER";
        case SnmpType::IpAddress:
            return "IpAddress";
        case SnmpType::Counter32:
            return "Counter32";
        case SnmpType::Gauge32:
            return "Gauge32";
        case SnmpType::TimeTicks:
            return "TimeTicks";
        case SnmpType::Opaque:
            return "Opaque";
        case SnmpType::Counter64:
            return "Counter64";
        case SnmpType::NoSuchObject:
            return "noSuchObject";
        case SnmpType::NoSuchInstance:
            return "noSuchInstance";
        case SnmpType::EndOfMibView:
            return "endOfMibView";
    }
    return "unknown";
}

std::optional<std::int64_t> SnmpValue::asInteger() const {
    switch (type) {
        case SnmpType::Integer:
        case SnmpType::Counter32:
        case SnmpType::Gauge32:
        case SnmpType::TimeTicks:
            return number;
        case SnmpType::Counter64:
            if (number < 0) {
                return std::nullopt;  // The bit pattern of a value above INT64_MAX.
            }
            return number;
        case SnmpType::OctetString:
        case SnmpType::Null:
        case SnmpType::ObjectId:
        case SnmpType::IpAddress:
        case SnmpType::Opaque:
        case SnmpType::NoSuchObject:
        case SnmpType::NoSuchInstance:
        case SnmpType::EndOfMibView:
            return std::nullopt;
    }
    return std::nullopt;
}

bool SnmpValue::isValue() const {
    return type != SnmpType::Null && type != SnmpType::NoSuchObject &&
           type != SnmpType::NoSuchInstance && type != SnmpType::EndOfMibView;
}

SnmpValue SnmpValue::integer(std::int64_t number, SnmpType type) {
    SnmpValue value;
    value.type = type;
    value.number = number;
    return value;
}

SnmpValue SnmpValue::string(std::string octets) {
    SnmpValue value;
    value.type = SnmpType::OctetString;
    value.octets = std::move(octets);
    return value;
}

SnmpValue SnmpValue::objectId(Oid oid) {
    SnmpValue value;
    value.type = SnmpType::ObjectId;
    value.oid = std::move(oid);
    return value;
}

}  // namespace platen
