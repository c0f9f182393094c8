// SPDX-License-Identifier: Apache-2.0
#include "proxy/snmp/ber_reader.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

namespace platen::snmp {

namespace {

constexpr std::uint8_t kLongForm = 0x80;
constexpr std::uint8_t kMoreOctets = 0x80;
constexpr unsigned kOctetBits = 8;
constexpr unsigned kSubIdBits = 7;
constexpr std::size_t kNumberOctets = 8;

// Types of RFC 1442 that some agents still send.
constexpr std::uint8_t kBitString = 3;
constexpr std::uint8_t kUInteger32 = 71;

std::uint8_t octet(std::string_view text, std::size_t at) {
    return static_cast<std::uint8_t>(text[at]);
}

std::uint64_t bits(std::string_view content) {
    std::uint64_t number = 0;
    for (std::size_t i = 0; i < content.size(); ++i) {
        number = (number << kOctetBits) | octet(content, i);
    }
    return number;
}

}  // namespace

std::optional<BerElement> BerReader::next() {
    if (rest_.size() < 2) {
        return std::nullopt;
    }
    BerElement element;
    element.tag = octet(rest_, 0);
    std::size_t length = octet(rest_, 1);
    std::size_t at = 2;
    if (length >= kLongForm) {
        const std::size_t octets = length - kLongForm;
        if (octets == 0 || octets > kMaxLengthOctets || rest_.size() - at < octets) {
            return std::nullopt;
        }
        length = bits(rest_.substr(at, octets));
        at += octets;
    }
    if (rest_.size() - at < length) {
        return std::nullopt;
    }
    element.content = rest_.substr(at, length);
    rest_.remove_prefix(at + length);
    return element;
}

std::optional<std::string_view> BerReader::next(std::uint8_t tag) {
    const auto element = next();
    return element && element->tag == tag ? std::optional(element->content) : std::nullopt;
}

std::optional<std::int64_t> BerReader::nextInteger() {
    const auto content = next(static_cast<std::uint8_t>(SnmpType::Integer));
    return content ? berInteger(*content) : std::nullopt;
}

std::optional<std::int64_t> berInteger(std::string_view content) {
    if (content.empty() || content.size() > kNumberOctets) {
        return std::nullopt;
    }
    const bool negative = (octet(content, 0) & 0x80U) != 0;
    std::uint64_t number = bits(content);
    if (negative && content.size() < kNumberOctets) {
        number |= std::numeric_limits<std::uint64_t>::max() << (kOctetBits * content.size());
    }
    return static_cast<std::int64_t>(number);
}

std::optional<std::uint64_t> berUnsigned(std::string_view content) {
    const bool padded = content.size() == kNumberOctets + 1 && content.front() == '\0';
    if (content.empty() || (content.size() > kNumberOctets && !padded)) {
        return std::nullopt;
    }
    return bits(content);
}

bool berObjectId(std::string_view content, Oid& oid) {
    std::array<std::uint32_t, Oid::kMaxLength> ids;  // NOLINT(*-member-init): filled below
    // The first octets hold two sub-identifiers, 40 * first + second; the first is 0, 1 or 2.
    std::size_t count = 1;
    std::size_t at = 0;
    while (at < content.size()) {
        if (count == ids.size()) {
            return false;
        }
        std::uint8_t last = octet(content, at++);
        std::uint64_t id = last & 0x7FU;
        // Nearly all are one octet long.
        while ((last & kMoreOctets) != 0) {
            if (at == content.size()) {
                return false;
            }
            last = octet(content, at++);
            id = (id << kSubIdBits) | (last & 0x7FU);
            if (id > std::numeric_limits<std::uint32_t>::max()) {
                return false;
            }
        }
        ids[count++] = static_cast<std::uint32_t>(id);
    }
    if (count == 1) {
        oid = Oid{0, 0};
        return true;
    }
    constexpr std::uint32_t kPairs = 40;
    ids[0] = std::min(ids[1] / kPairs, 2U);
    ids[1] -= kPairs * ids[0];
    oid = Oid(std::span<const std::uint32_t>(ids.data(), count));
    return true;
}

bool berValue(const BerElement& element, SnmpValue& value) {
    value.type = static_cast<SnmpType>(element.tag);
    switch (element.tag) {
        case static_cast<std::uint8_t>(SnmpType::Integer):
            if (const auto number = berInteger(element.content)) {
                value.number = *number;
                return true;
            }
            return false;
        case kUInteger32:
            value.type = SnmpType::Gauge32;
            [[fallthrough]];
        case static_cast<std::uint8_t>(SnmpType::Counter32):
        case static_cast<std::uint8_t>(SnmpType::Gauge32):
        case static_cast<std::uint8_t>(SnmpType::TimeTicks):
            if (const auto number = berUnsigned(element.content)) {
                value.number = static_cast<std::uint32_t>(*number);
                return true;
            }
            return false;
        case static_cast<std::uint8_t>(SnmpType::Counter64):
            if (const auto number = berUnsigned(element.content)) {
                value.number = static_cast<std::int64_t>(*number);
                return true;
            }
            return false;
        case kBitString:
            value.type = SnmpType::OctetString;
            [[fallthrough]];
        case static_cast<std::uint8_t>(SnmpType::OctetString):
        case static_cast<std::uint8_t>(SnmpType::IpAddress):
        case static_cast<std::uint8_t>(SnmpType::Opaque):
            value.octets.assign(element.content);
            return true;
        case static_cast<std::uint8_t>(SnmpType::ObjectId):
            if (Oid oid; berObjectId(element.content, oid)) {
                value.oid = std::move(oid);
                return true;
            }
            return false;
        case static_cast<std::uint8_t>(SnmpType::Null):
        case static_cast<std::uint8_t>(SnmpType::NoSuchObject):
        case static_cast<std::uint8_t>(SnmpType::NoSuchInstance):
        case static_cast<std::uint8_t>(SnmpType::EndOfMibView):
            return true;
        default:
            return false;
    }
}

}  // namespace platen::snmp
