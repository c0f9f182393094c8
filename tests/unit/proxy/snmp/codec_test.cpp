// SPDX-License-Identifier: Apache-2.0
#include "proxy/snmp/codec.hpp"

#include "base/text.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <vector>

namespace platen::snmp {
namespace {

std::vector<std::byte> bytes(std::string_view hex) {
    std::vector<std::byte> result;
    result.reserve(hex.size() / 2);
    const auto octets = text::fromHex(hex).value();
    for (const auto octet : octets) {
        result.push_back(std::byte{octet});
    }
    return result;
}

std::string hex(std::span<const std::byte> octets) {
    std::vector<std::uint8_t> plain;
    for (const auto octet : octets) {
        plain.push_back(std::to_integer<std::uint8_t>(octet));
    }
    return text::toHex(plain, false);
}

MessageHeader header(Version version, PduType type) {
    MessageHeader result;
    result.version = version;
    result.community = "public";
    result.type = type;
    result.requestId = 0x12345678;
    return result;
}

// Written by hand after RFC 3416 and X.690; community "public", request-id 0x12345678.
constexpr const char* kGetSysDescr =
    "302902010104067075626c6963a01c02041234567802010002010030"
    "0e300c06082b060102010101000500";
constexpr const char* kBulk =
    "302802010104067075626c6963a51b02041234567802010002010a30"
    "0d300b06072b060102010101"
    "0500";

TEST(Codec, EncodesAGet) {
    Codec codec;
    const std::vector<Oid> names{{1, 3, 6, 1, 2, 1, 1, 1, 0}};
    const auto encoded = codec.encode(header(Version::V2c, PduType::Get), names);
    ASSERT_TRUE(encoded) << encoded.error().text;
    EXPECT_EQ(hex(*encoded), kGetSysDescr);
}

TEST(Codec, EncodesAGetBulkWithItsTwoNumbers) {
    Codec codec;
    auto bulk = header(Version::V2c, PduType::GetBulk);
    bulk.errorIndex = 10;
    const std::vector<Oid> names{{1, 3, 6, 1, 2, 1, 1, 1}};
    const auto encoded = codec.encode(bulk, names);
    ASSERT_TRUE(encoded) << encoded.error().text;
    EXPECT_EQ(hex(*encoded), kBulk);
}

TEST(Codec, DecodesARequest) {
    Codec codec;
    const auto message = codec.decode(bytes(kBulk));
    ASSERT_TRUE(message) << message.error().text;
    EXPECT_EQ(message->version, Version::V2c);
    EXPECT_EQ(message->community, "public");
    EXPECT_EQ(message->type, PduType::GetBulk);
    EXPECT_EQ(message->requestId, 0x12345678);
    EXPECT_EQ(message->errorStatus, 0);
    EXPECT_EQ(message->errorIndex, 10);
    ASSERT_EQ(message->varbinds.size(), 1U);
    EXPECT_EQ(message->varbinds[0].oid.toString(), "1.3.6.1.2.1.1.1");
    EXPECT_EQ(message->varbinds[0].value.type, SnmpType::Null);
}

TEST(Codec, CarriesEveryTypeThereAndBack) {
    std::vector<VarBind> varbinds;
    const auto add = [&varbinds](SnmpValue value) {
        const auto n = static_cast<std::uint32_t>(varbinds.size() + 1);
        varbinds.push_back({Oid{1, 3, 6, 1, 4, 1, 4294967295U, n}, std::move(value)});
    };
    add(SnmpValue::integer(0));
    add(SnmpValue::integer(-2147483648LL));
    add(SnmpValue::integer(2147483647));
    add(SnmpValue::integer(-3));
    add(SnmpValue::integer(4294967295LL, SnmpType::Counter32));
    add(SnmpValue::integer(4294967295LL, SnmpType::Gauge32));
    add(SnmpValue::integer(123456, SnmpType::TimeTicks));
    add(SnmpValue::integer(-1, SnmpType::Counter64));  // bit pattern of 2^64 - 1
    add(SnmpValue::integer(1LL << 40, SnmpType::Counter64));
    add(SnmpValue::string(""));
    add(SnmpValue::string(std::string("a\0b\xff", 4)));
    add(SnmpValue::string(std::string(3000, 'x')));
    add(SnmpValue::objectId({1, 3, 6, 1, 4, 1, 11, 2, 3, 9, 1}));
    add(SnmpValue::objectId({0, 0}));
    SnmpValue address = SnmpValue::string("\xc0\x01\x02\x03");
    address.type = SnmpType::IpAddress;
    add(address);
    SnmpValue opaque = SnmpValue::string("\x04\x01\x41");
    opaque.type = SnmpType::Opaque;
    add(opaque);
    for (const auto type : {SnmpType::Null, SnmpType::NoSuchObject, SnmpType::NoSuchInstance,
                            SnmpType::EndOfMibView}) {
        SnmpValue value;
        value.type = type;
        add(value);
    }
    Codec codec;
    auto response = header(Version::V2c, PduType::Response);
    response.errorStatus = 5;
    response.errorIndex = 3;
    const auto encoded = codec.encode(response, std::span<const VarBind>(varbinds));
    ASSERT_TRUE(encoded) << encoded.error().text;
    const auto message = codec.decode(*encoded);
    ASSERT_TRUE(message) << message.error().text;
    EXPECT_EQ(message->errorStatus, 5);
    EXPECT_EQ(message->errorIndex, 3);
    ASSERT_EQ(message->varbinds.size(), varbinds.size());
    for (std::size_t i = 0; i < varbinds.size(); ++i) {
        EXPECT_EQ(message->varbinds[i], varbinds[i]) << varbinds[i].oid.toString();
    }
}

TEST(Codec, KeepsOpaqueFloatsAsTheirOctets) {
    // Opaque (44 07) holding 9f 78 04 42 c8 00 00, the float 100.0
    const auto message =
        Codec().decode(bytes("302b02010104067075626c6963a21e020101020100020100301330110606"
                             "2b060104010144079f780442c80000"));
    ASSERT_TRUE(message) << message.error().text;
    ASSERT_EQ(message->varbinds.size(), 1U);
    EXPECT_EQ(message->varbinds[0].value.type, SnmpType::Opaque);
    EXPECT_EQ(message->varbinds[0].value.octets, std::string("\x9f\x78\x04\x42\xc8\x00\x00", 7));
}

TEST(Codec, RefusesWhatTheVersionCannotCarry) {
    Codec codec;
    const std::vector<Oid> names{{1, 3, 6, 1}};
    const auto bulk = codec.encode(header(Version::V1, PduType::GetBulk), names);
    ASSERT_FALSE(bulk);
    EXPECT_EQ(bulk.error().code, ErrorCode::Unsupported);
    const std::vector<VarBind> counter{{{1, 3, 6, 1}, SnmpValue::integer(1, SnmpType::Counter64)}};
    const auto set =
        codec.encode(header(Version::V1, PduType::Set), std::span<const VarBind>(counter));
    ASSERT_FALSE(set);
    EXPECT_EQ(set.error().code, ErrorCode::Unsupported);
}

TEST(Codec, RefusesValuesOutOfTheirTypesRange) {
    Codec codec;
    SnmpValue address = SnmpValue::string("123");
    address.type = SnmpType::IpAddress;
    for (const auto& value : {SnmpValue::integer(2147483648LL), SnmpValue::integer(-2147483649LL),
                              SnmpValue::integer(-1, SnmpType::Gauge32),
                              SnmpValue::integer(4294967296LL, SnmpType::Counter32), address,
                              SnmpValue::objectId({1})}) {
        const std::vector<VarBind> varbinds{{{1, 3, 6, 1}, value}};
        const auto encoded =
            codec.encode(header(Version::V2c, PduType::Set), std::span<const VarBind>(varbinds));
        ASSERT_FALSE(encoded) << value.number;
        EXPECT_EQ(encoded.error().code, ErrorCode::Unsupported);
    }
}

TEST(Codec, RefusesAnEmptyOrOverlongCommunity) {
    Codec codec;
    const std::vector<Oid> names{{1, 3, 6, 1}};
    auto head = header(Version::V2c, PduType::Get);
    const std::string longest(Codec::kMaxCommunityBytes, 'c');
    const std::string tooLong(Codec::kMaxCommunityBytes + 1, 'c');
    head.community = "";
    EXPECT_FALSE(codec.encode(head, names));
    head.community = tooLong;
    EXPECT_FALSE(codec.encode(head, names));
    head.community = longest;
    const auto encoded = codec.encode(head, names);
    ASSERT_TRUE(encoded) << encoded.error().text;
    const auto message = codec.decode(*encoded);
    ASSERT_TRUE(message);
    EXPECT_EQ(message->community, longest);
}

TEST(Codec, HoldsTheLimitsOfVarbindsAndBytes) {
    Codec codec;
    const auto head = header(Version::V2c, PduType::Response);
    std::vector<Oid> names(Codec::kMaxVarbinds, Oid{1, 3, 6, 1});
    const auto most = codec.encode(head, names);
    ASSERT_TRUE(most);
    EXPECT_EQ(codec.decode(*most)->varbinds.size(), Codec::kMaxVarbinds);
    names.push_back({1, 3, 6, 1});
    EXPECT_EQ(codec.encode(head, names).error().code, ErrorCode::TooLarge);

    const std::vector<VarBind> huge{{{1, 3, 6, 1}, SnmpValue::string(std::string(65'600, 'x'))}};
    EXPECT_EQ(codec.encode(head, std::span<const VarBind>(huge)).error().code, ErrorCode::TooLarge);
    EXPECT_EQ(codec.decode(std::vector<std::byte>(Codec::kMaxMessageBytes + 1)).error().code,
              ErrorCode::TooLarge);
}

// Messages that our own encoder would refuse to make.
std::string tlv(std::uint8_t tag, std::string_view content) {
    std::string out{static_cast<char>(tag), '\x82', static_cast<char>(content.size() >> 8U),
                    static_cast<char>(content.size() & 0xffU)};
    return out.append(content);
}
/// A v2c RESPONSE, community "public", with these encoded varbinds.
std::string response(std::string_view varbinds) {
    const std::string numbers("\x02\x01\x01\x02\x01\x00\x02\x01\x00", 9);
    return tlv(0x30, std::string("\x02\x01\x01\x04\x06public", 11) +
                         tlv(0xa2, numbers + tlv(0x30, varbinds)));
}
Result<Message> decodeText(const std::string& message) {
    return Codec().decode(std::as_bytes(std::span(message.data(), message.size())));
}

TEST(Codec, RefusesTooManyVarbindsFromAStranger) {
    std::string list;
    for (std::size_t i = 0; i < Codec::kMaxVarbinds; ++i) {
        list.append("\x30\x05\x06\x01\x2b\x05\x00", 7);
    }
    ASSERT_TRUE(decodeText(response(list)));
    list.append("\x30\x05\x06\x01\x2b\x05\x00", 7);
    const auto decoded = decodeText(response(list));
    ASSERT_FALSE(decoded);
    EXPECT_EQ(decoded.error().code, ErrorCode::TooLarge) << decoded.error().text;
}

TEST(Codec, AcceptsOidsUpToTheLimitAndRefusesLongerOnes) {
    const auto withOid = [](std::size_t subIds) {  // 2b holds the first two
        const std::string oid = '\x2b' + std::string(subIds - 2, '\x01');
        return response(tlv(0x30, tlv(0x06, oid) + std::string("\x05\x00", 2)));
    };
    const auto longest = decodeText(withOid(Oid::kMaxLength));
    ASSERT_TRUE(longest) << longest.error().text;
    EXPECT_EQ(longest->varbinds[0].oid.size(), Oid::kMaxLength);
    const auto tooLong = decodeText(withOid(Oid::kMaxLength + 1));
    ASSERT_FALSE(tooLong);
    EXPECT_EQ(tooLong.error().code, ErrorCode::Malformed);

    Codec codec;
    const std::vector<Oid> names{longest->varbinds[0].oid};
    const auto encoded = codec.encode(header(Version::V2c, PduType::Get), names);
    ASSERT_TRUE(encoded);
    EXPECT_EQ(codec.decode(*encoded)->varbinds[0].oid, names[0]);
}

TEST(Codec, RefusesObjectIdValuesThatAreTooLong) {
    const std::string value = '\x2b' + std::string(300, '\x01');
    EXPECT_FALSE(
        decodeText(response(tlv(0x30, std::string("\x06\x01\x2b", 3) + tlv(0x06, value)))));
}

TEST(Codec, RefusesOtherVersions) {
    for (const char* text : {
             "302902010304067075626c6963a01c020412345678020100020100300e300c06082b06010201010100"
             "0500",  // version 3
             "302902010204067075626c6963a01c020412345678020100020100300e300c06082b06010201010100"
             "0500",  // version 2 (SNMPv2u)
         }) {
        const auto message = Codec().decode(bytes(text));
        ASSERT_FALSE(message);
        EXPECT_EQ(message.error().code, ErrorCode::Unsupported);
    }
}

TEST(Codec, RefusesDamagedMessages) {
    Codec codec;
    const auto good = bytes(kGetSysDescr);
    ASSERT_TRUE(codec.decode(good));
    for (std::size_t size = 0; size < good.size(); ++size) {
        const auto message = codec.decode(std::span(good).first(size));
        ASSERT_FALSE(message) << "cut to " << size;
        EXPECT_EQ(message.error().code, ErrorCode::Malformed);
    }
    for (const char* text : {"", "30", "3080", "30840000", "3005020100", "0000000000",
                             "308400000000020101", "30ffffffff"}) {
        EXPECT_FALSE(codec.decode(bytes(text))) << text;
    }
}

TEST(Codec, SurvivesEveryOneByteChange) {
    Codec codec;
    const auto good = bytes(kGetSysDescr);
    std::size_t decoded = 0;
    for (std::size_t at = 0; at < good.size(); ++at) {
        for (unsigned value = 0; value < 256; ++value) {
            auto damaged = good;
            damaged[at] = static_cast<std::byte>(value);
            decoded += codec.decode(damaged) ? 1U : 0U;
        }
    }
    EXPECT_GT(decoded, good.size()) << "changes of values must still decode";
}

TEST(Codec, RefusesV1Traps) {
    // enterprise 1.3.6.1.4.1.16.2, agent-addr 192.0.2.1, coldStart, uptime 1, no varbinds
    const std::string fields(
        "\x06\x07\x2b\x06\x01\x04\x01\x10\x02\x40\x04\xc0\x00\x02\x01\x02\x01\x00\x02\x01\x00"
        "\x43\x01\x01\x30\x00",
        26);
    const auto message =
        decodeText(tlv(0x30, std::string("\x02\x01\x00\x04\x06public", 11) + tlv(0xa4, fields)));
    ASSERT_FALSE(message);
    EXPECT_EQ(message.error().code, ErrorCode::Unsupported) << message.error().text;
}

TEST(Codec, EncodesThePduAloneOfVersion3) {
    Codec codec;
    const std::vector<Oid> names{{1, 3, 6, 1, 2, 1, 1, 1, 0}};
    auto head = header(Version::V3, PduType::Report);
    head.community = "";
    const auto encoded = codec.encode(head, names);
    ASSERT_TRUE(encoded) << encoded.error().text;
    EXPECT_EQ(hex(*encoded), "a81c020412345678020100020100300e300c06082b060102010101000500");
}

TEST(Codec, RefusesNamesWithoutEncoding) {
    Codec codec;
    const auto head = header(Version::V2c, PduType::Get);
    for (const Oid& name : {Oid{}, Oid{1}, Oid{1, 40}, Oid{0, 40, 1}, Oid{3, 1}}) {
        const std::vector<Oid> names{name};
        EXPECT_EQ(codec.encode(head, names).error().code, ErrorCode::Unsupported);
        const std::vector<VarBind> varbinds{{name, {}}};
        EXPECT_EQ(codec.encode(head, std::span<const VarBind>(varbinds)).error().code,
                  ErrorCode::Unsupported);
    }
    for (const Oid& name : {Oid{0, 0}, Oid{1, 39}, Oid{2, 999, 4'294'967'295U, 128, 0}}) {
        const std::vector<Oid> names{name};
        EXPECT_EQ(Codec::decode(*codec.encode(head, names))->varbinds.at(0).oid.toString(),
                  name.toString());
    }
}

}  // namespace
}  // namespace platen::snmp
