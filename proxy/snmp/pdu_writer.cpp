// SPDX-License-Identifier: Apache-2.0
#include "proxy/snmp/pdu_writer.hpp"

#include "proxy/snmp/codec.hpp"
#include "proxy/snmp/pdu_reader.hpp"

#include <limits>
#include <string>
#include <utility>

namespace platen::snmp {

namespace {

constexpr std::uint8_t kInteger = static_cast<std::uint8_t>(SnmpType::Integer);
constexpr std::uint8_t kNull = static_cast<std::uint8_t>(SnmpType::Null);
constexpr std::size_t kAddressOctets = 4;

template <typename T>
bool fits(std::int64_t number) {
    return number >= std::numeric_limits<T>::min() && number <= std::numeric_limits<T>::max();
}

/// False if the value is out of its type's range.
bool writeValue(BerWriter& out, const SnmpValue& value) {
    const auto tag = static_cast<std::uint8_t>(value.type);
    switch (value.type) {
        case SnmpType::Integer:
            out.number(tag, value.number);
            return fits<std::int32_t>(value.number);
        case SnmpType::Counter32:
        case SnmpType::Gauge32:
        case SnmpType::TimeTicks:
            out.number(tag, value.number);
            return fits<std::uint32_t>(value.number);
        case SnmpType::Counter64:
            out.unsignedNumber(tag, static_cast<std::uint64_t>(value.number));
            return true;
        case SnmpType::OctetString:
        case SnmpType::IpAddress:
        case SnmpType::Opaque:
            out.element(tag, value.octets);
            return value.type != SnmpType::IpAddress || value.octets.size() == kAddressOctets;
        case SnmpType::ObjectId:
            if (!BerWriter::hasEncoding(*value.oid)) {
                return false;
            }
            out.objectId(*value.oid);
            return true;
        case SnmpType::Null:
        case SnmpType::NoSuchObject:
        case SnmpType::NoSuchInstance:
        case SnmpType::EndOfMibView:
            out.element(tag, {});
            return true;
    }
    return false;
}

Result<void> write(BerWriter& out, const MessageHeader& /*header*/, const Oid& name) {
    if (!BerWriter::hasEncoding(name)) {
        return fail(ErrorCode::Unsupported, "OID " + name.toString() + " has no encoding");
    }
    const auto since = out.size();
    out.element(kNull, {});
    out.objectId(name);
    out.wrap(kSequence, since);
    return {};
}

Result<void> write(BerWriter& out, const MessageHeader& header, const VarBind& varbind) {
    if (!BerWriter::hasEncoding(varbind.oid)) {
        return fail(ErrorCode::Unsupported, "OID " + varbind.oid.toString() + " has no encoding");
    }
    if (header.version == Version::V1 && varbind.value.type == SnmpType::Counter64) {
        return fail(ErrorCode::Unsupported, "SNMPv1 has no Counter64");
    }
    const auto since = out.size();
    if (!writeValue(out, varbind.value)) {
        return fail(ErrorCode::Unsupported,
                    "value of " + varbind.oid.toString() + " is out of its type's range");
    }
    out.objectId(varbind.oid);
    out.wrap(kSequence, since);
    return {};
}

template <typename T>
Result<void> writeAll(BerWriter& out, const MessageHeader& header, std::span<const T> list) {
    if (list.size() > Codec::kMaxVarbinds) {
        return fail(ErrorCode::TooLarge, "too many varbinds for one message");
    }
    if (header.version == Version::V1 &&
        static_cast<std::uint8_t>(header.type) >= static_cast<std::uint8_t>(PduType::GetBulk)) {
        return fail(ErrorCode::Unsupported, "SNMPv1 has no such PDU");
    }
    const auto since = out.size();
    for (auto i = list.size(); i > 0; --i) {
        if (auto written = write(out, header, list[i - 1]); !written) {
            return written;
        }
    }
    out.wrap(kSequence, since);
    out.number(kInteger, header.errorIndex);
    out.number(kInteger, header.errorStatus);
    out.number(kInteger, header.requestId);
    out.wrap(static_cast<std::uint8_t>(header.type), since);
    return {};
}

}  // namespace

Result<void> writePdu(BerWriter& out, const MessageHeader& header, std::span<const Oid> names) {
    return writeAll(out, header, names);
}

Result<void> writePdu(BerWriter& out,
                      const MessageHeader& header,
                      std::span<const VarBind> varbinds) {
    return writeAll(out, header, varbinds);
}

}  // namespace platen::snmp
