// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/ber.hpp"

#include <algorithm>
#include <string_view>

namespace platen::sim {

namespace {

constexpr std::size_t kMaxLengthOctets = 4;
constexpr std::size_t kMaxIntegerOctets = 8;

constexpr std::uint8_t tagOf(SnmpType type) {
    return static_cast<std::uint8_t>(type);
}

std::optional<std::uint64_t> readLength(ByteView& rest) {
    if (rest.empty()) {
        return std::nullopt;
    }
    const std::uint8_t first = rest.front();
    rest = rest.subspan(1);
    if (first < 0x80) {
        return first;
    }
    const std::size_t count = first & 0x7FU;
    if (count == 0 || count > kMaxLengthOctets || rest.size() < count) {
        return std::nullopt;  // 0 is the indefinite form, which SNMP forbids
    }
    std::uint64_t length = 0;
    for (const std::uint8_t octet : rest.first(count)) {
        length = (length << 8U) | octet;
    }
    rest = rest.subspan(count);
    return length;
}

std::size_t base128Size(std::uint32_t id) {
    std::size_t size = 1;
    while (id >= 0x80) {
        id >>= 7U;
        ++size;
    }
    return size;
}

void appendBase128(Bytes& out, std::uint32_t id) {
    for (std::size_t left = base128Size(id); left > 1; --left) {
        const auto shift = static_cast<unsigned>(7 * (left - 1));
        out.push_back(static_cast<std::uint8_t>(0x80U | ((id >> shift) & 0x7FU)));
    }
    out.push_back(static_cast<std::uint8_t>(id & 0x7FU));
}

void appendBigEndian(Bytes& out, std::uint64_t number, std::size_t octets) {
    for (std::size_t left = octets; left > 0; --left) {
        out.push_back(static_cast<std::uint8_t>(number >> (8 * (left - 1))));
    }
}

SnmpValue textValue(SnmpType type, ByteView content) {
    SnmpValue value;
    value.type = type;
    value.octets.assign(content.begin(), content.end());
    return value;
}

std::optional<SnmpValue> numberValue(SnmpType type, ByteView content) {
    if (type == SnmpType::Integer) {
        const auto number = readInteger(content);
        return number ? std::optional{SnmpValue::integer(*number)} : std::nullopt;
    }
    const auto number = readUnsigned(content);
    if (!number || (type != SnmpType::Counter64 && *number > UINT32_MAX)) {
        return std::nullopt;
    }
    return SnmpValue::integer(static_cast<std::int64_t>(*number), type);
}

std::optional<SnmpValue> oidValue(ByteView content) {
    std::vector<std::uint32_t> ids;
    if (!readOid(content, ids)) {
        return std::nullopt;
    }
    return SnmpValue::objectId(Oid(OidView(ids)));
}

}  // namespace

std::optional<BerElement> BerReader::next() {
    if (rest_.empty() || (rest_.front() & 0x1FU) == 0x1FU) {
        return std::nullopt;  // long-form tags do not occur in SNMP
    }
    const std::uint8_t tag = rest_.front();
    ByteView rest = rest_.subspan(1);
    const auto length = readLength(rest);
    if (!length || *length > rest.size()) {
        return std::nullopt;
    }
    const auto size = static_cast<std::size_t>(*length);
    rest_ = rest.subspan(size);
    return BerElement{tag, rest.first(size)};
}

std::optional<ByteView> BerReader::next(std::uint8_t tag) {
    if (rest_.empty() || rest_.front() != tag) {
        return std::nullopt;
    }
    const auto element = next();
    return element ? std::optional{element->content} : std::nullopt;
}

std::optional<std::int64_t> readInteger(ByteView content) {
    if (content.empty() || content.size() > kMaxIntegerOctets) {
        return std::nullopt;
    }
    std::uint64_t bits = (content.front() & 0x80U) != 0 ? ~std::uint64_t{0} : 0;
    for (const std::uint8_t octet : content) {
        bits = (bits << 8U) | octet;
    }
    return static_cast<std::int64_t>(bits);
}

std::optional<std::uint64_t> readUnsigned(ByteView content) {
    if (content.size() == kMaxIntegerOctets + 1 && content.front() == 0) {
        content = content.subspan(1);
    }
    if (content.empty() || content.size() > kMaxIntegerOctets) {
        return std::nullopt;
    }
    std::uint64_t bits = 0;
    for (const std::uint8_t octet : content) {
        bits = (bits << 8U) | octet;
    }
    return bits;
}

bool readOid(ByteView content, std::vector<std::uint32_t>& ids) {
    if (content.empty() || (content.back() & 0x80U) != 0) {
        return false;
    }
    const std::size_t start = ids.size();
    std::uint64_t id = 0;
    for (const std::uint8_t octet : content) {
        id = (id << 7U) | (octet & 0x7FU);
        if (id > UINT32_MAX) {
            return false;
        }
        if ((octet & 0x80U) != 0) {
            continue;
        }
        if (ids.size() == start) {  // the first two share one number: X.690 8.19.4
            const std::uint64_t first = std::min<std::uint64_t>(id / 40, 2);
            ids.push_back(static_cast<std::uint32_t>(first));
            id -= first * 40;
        }
        if (ids.size() - start >= Oid::kMaxLength) {
            return false;
        }
        ids.push_back(static_cast<std::uint32_t>(id));
        id = 0;
    }
    return true;
}

std::optional<SnmpValue> readValue(const BerElement& element) {
    const auto type = static_cast<SnmpType>(element.tag);
    switch (type) {
        case SnmpType::Integer:
        case SnmpType::Counter32:
        case SnmpType::Gauge32:
        case SnmpType::TimeTicks:
        case SnmpType::Counter64:
            return numberValue(type, element.content);
        case SnmpType::IpAddress:
            return element.content.size() == 4 ? std::optional{textValue(type, element.content)}
                                               : std::nullopt;
        case SnmpType::OctetString:
        case SnmpType::Opaque:
            return textValue(type, element.content);
        case SnmpType::ObjectId:
            return oidValue(element.content);
        case SnmpType::Null:
        case SnmpType::NoSuchObject:
        case SnmpType::NoSuchInstance:
        case SnmpType::EndOfMibView:
            return element.content.empty() ? std::optional{textValue(type, {})} : std::nullopt;
    }
    return std::nullopt;
}

void appendHeader(Bytes& out, std::uint8_t tag, std::size_t length) {
    out.push_back(tag);
    if (length < 0x80) {
        out.push_back(static_cast<std::uint8_t>(length));
        return;
    }
    std::size_t octets = 1;
    while ((length >> (8 * octets)) != 0) {
        ++octets;
    }
    out.push_back(static_cast<std::uint8_t>(0x80U | octets));
    appendBigEndian(out, length, octets);
}

void appendInteger(Bytes& out, std::uint8_t tag, std::int64_t number) {
    std::size_t octets = 1;
    while (octets < kMaxIntegerOctets) {
        const auto shift = static_cast<unsigned>(8 * octets - 1);
        const std::int64_t rest = number >> shift;  // all sign bits: it fits
        if (rest == 0 || rest == -1) {
            break;
        }
        ++octets;
    }
    appendHeader(out, tag, octets);
    appendBigEndian(out, static_cast<std::uint64_t>(number), octets);
}

void appendUnsigned(Bytes& out, std::uint8_t tag, std::uint64_t number) {
    std::size_t octets = 1;
    while (octets < kMaxIntegerOctets && (number >> (8 * octets)) != 0) {
        ++octets;
    }
    const bool pad = ((number >> (8 * octets - 1)) & 1U) != 0;
    appendHeader(out, tag, octets + (pad ? 1 : 0));
    if (pad) {
        out.push_back(0);
    }
    appendBigEndian(out, number, octets);
}

void appendOctets(Bytes& out, std::uint8_t tag, ByteView octets) {
    appendHeader(out, tag, octets.size());
    out.insert(out.end(), octets.begin(), octets.end());
}

bool isEncodableOid(OidView ids) {
    return ids.size() >= 2 && ids.size() <= Oid::kMaxLength && ids[0] <= 2 &&
           (ids[0] == 2 ? ids[1] <= UINT32_MAX - 80 : ids[1] < 40);
}

void appendOid(Bytes& out, OidView ids) {
    const std::uint32_t first = ids[0] * 40 + ids[1];
    std::size_t length = base128Size(first);
    for (const std::uint32_t id : ids.subspan(2)) {
        length += base128Size(id);
    }
    appendHeader(out, tagOf(SnmpType::ObjectId), length);
    appendBase128(out, first);
    for (const std::uint32_t id : ids.subspan(2)) {
        appendBase128(out, id);
    }
}

void appendValue(Bytes& out, const SnmpValue& value) {
    const std::uint8_t tag = tagOf(value.type);
    switch (value.type) {
        case SnmpType::Integer:
            appendInteger(out, tag, value.number);
            return;
        case SnmpType::Counter32:
        case SnmpType::Gauge32:
        case SnmpType::TimeTicks:
            appendUnsigned(out, tag, static_cast<std::uint32_t>(value.number));
            return;
        case SnmpType::Counter64:
            appendUnsigned(out, tag, static_cast<std::uint64_t>(value.number));
            return;
        case SnmpType::OctetString:
        case SnmpType::IpAddress:
        case SnmpType::Opaque: {
            appendHeader(out, tag, value.octets.size());
            out.insert(out.end(), value.octets.begin(), value.octets.end());
            return;
        }
        case SnmpType::ObjectId:
            // `0.0` is what agents without an answer send; it is the shortest legal OID
            appendOid(out, isEncodableOid(value.oid->ids()) ? value.oid->ids() : Oid{0, 0}.ids());
            return;
        case SnmpType::Null:
        case SnmpType::NoSuchObject:
        case SnmpType::NoSuchInstance:
        case SnmpType::EndOfMibView:
            appendHeader(out, tag, 0);
            return;
    }
}

Bytes encodeVarbind(OidView oid, const SnmpValue& value) {
    Bytes content;
    appendOid(content, oid);
    appendValue(content, value);
    Bytes out;
    out.reserve(content.size() + 4);
    appendOctets(out, kTagSequence, content);
    return out;
}

SnmpValue varbindValue(ByteView varbind) {
    BerReader outer(varbind);
    BerReader inner(outer.next(kTagSequence).value_or(ByteView{}));
    (void)inner.next();
    const auto value = inner.next();
    return value ? readValue(*value).value_or(SnmpValue{}) : SnmpValue{};
}

}  // namespace platen::sim
