// SPDX-License-Identifier: Apache-2.0
#include "proxy/snmp/codec.hpp"

#include "proxy/snmp/ber_reader.hpp"
#include "proxy/snmp/pdu_reader.hpp"
#include "proxy/snmp/pdu_writer.hpp"

#include <optional>
#include <utility>

namespace platen::snmp {

namespace {

constexpr std::uint8_t kOctetString = static_cast<std::uint8_t>(SnmpType::OctetString);
// RFC 1157 section 4, RFC 1901 section 3.
constexpr std::int64_t kVersion1 = 0;
constexpr std::int64_t kVersion2c = 1;
constexpr std::uint8_t kTrapV1 = 0xA4;

tl::unexpected<Error> broken() {
    return fail(ErrorCode::Malformed, "SNMP message breaks BER or its own lengths");
}

}  // namespace

template <typename T>
Result<std::vector<std::byte>> Codec::encodeAll(const MessageHeader& header,
                                                std::span<const T> list) {
    const bool community = header.version != Version::V3;
    if (community && (header.community.empty() || header.community.size() > kMaxCommunityBytes)) {
        return fail(ErrorCode::Unsupported, "the community must have 1 to 255 octets");
    }
    writer_.clear();
    if (auto written = writePdu(writer_, header, list); !written) {
        return tl::unexpected<Error>(std::move(written.error()));
    }
    if (community) {
        writer_.element(kOctetString, header.community);
        writer_.number(static_cast<std::uint8_t>(SnmpType::Integer),
                       header.version == Version::V1 ? kVersion1 : kVersion2c);
        writer_.wrap(kSequence, 0);
    }
    if (writer_.full()) {
        return fail(ErrorCode::TooLarge, "SNMP message does not fit a datagram");
    }
    const auto octets = std::as_bytes(std::span(writer_.octets()));
    return std::vector<std::byte>(octets.begin(), octets.end());
}

Result<std::vector<std::byte>> Codec::encode(const MessageHeader& header,
                                             std::span<const Oid> names) {
    return encodeAll(header, names);
}

Result<std::vector<std::byte>> Codec::encode(const MessageHeader& header,
                                             std::span<const VarBind> varbinds) {
    return encodeAll(header, varbinds);
}

Result<Message> Codec::decode(std::span<const std::byte> bytes) {
    if (bytes.size() > kMaxMessageBytes) {
        return fail(ErrorCode::TooLarge, "SNMP message is too large");
    }
    BerReader outer(octetsOf(bytes));
    const auto whole = outer.next(kSequence);
    BerReader in(whole.value_or(std::string_view{}));
    const auto version = in.nextInteger();
    if (!version) {
        return fail(ErrorCode::Malformed, "not an SNMP message");
    }
    if (*version != kVersion1 && *version != kVersion2c) {
        return fail(ErrorCode::Unsupported, "SNMP version is neither 1 nor 2c");
    }
    const auto community = in.next(kOctetString);
    const auto pdu = community ? in.next() : std::nullopt;
    if (!pdu || community->size() > kMaxCommunityBytes) {
        return broken();
    }
    if (pdu->tag == kTrapV1) {
        return fail(ErrorCode::Unsupported, "SNMPv1 trap");
    }
    Message message;
    message.version = *version == kVersion1 ? Version::V1 : Version::V2c;
    message.community.assign(*community);
    if (auto decoded = decodePdu(*pdu, message); !decoded) {
        return tl::unexpected<Error>(std::move(decoded.error()));
    }
    return message;
}

}  // namespace platen::snmp
