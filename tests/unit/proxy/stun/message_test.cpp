// SPDX-License-Identifier: Apache-2.0
#include "proxy/stun/message.hpp"

#include "base/text.hpp"

#include <gtest/gtest.h>

#include <string>

namespace platen::stun {
namespace {

using Bytes = std::vector<std::byte>;

Bytes hex(std::string_view digits) {
    Bytes out;
    const auto octets = text::fromHex(digits);
    for (const auto octet : *octets) {
        out.push_back(static_cast<std::byte>(octet));
    }
    return out;
}

std::string toHex(const Bytes& bytes) {
    std::vector<std::uint8_t> octets;
    for (const auto byte : bytes) {
        octets.push_back(std::to_integer<std::uint8_t>(byte));
    }
    return text::toHex(octets, false);
}

TransactionId countingTransaction(bool cookie) {
    TransactionId id{};
    const std::size_t start = cookie ? 4 : 0;
    for (std::size_t i = start; i < id.size(); ++i) {
        id[i] = static_cast<std::byte>(i - start);
    }
    if (cookie) {
        setCookie(id);
    }
    return id;
}

/// A header of a Binding Response and these attributes.
Bytes response(std::string_view attributes) {
    const auto length = attributes.size() / 2;
    std::string digits = "0101";
    const std::array<std::uint8_t, 2> size{static_cast<std::uint8_t>(length >> 8U),
                                           static_cast<std::uint8_t>(length & 0xFFU)};
    digits += text::toHex(size, false);
    digits += "000102030405060708090a0b0c0d0e0f";
    digits += attributes;
    return hex(digits);
}

// RFC 5769 2.1 and 2.2, password VOkJxbRl1RmTxUk/WvJxBt.
constexpr std::string_view kRfcPassword = "VOkJxbRl1RmTxUk/WvJxBt";
constexpr std::string_view kRfcRequest =
    "000100582112a442b7e7a701bc34d686fa87dfae802200105354554e207465737420636c69656e74002400046e0001"
    "ff80290008932ff9b151263b36000600096576746a3a68367659202020000800149aeaa70cbfd8cb56781ef2b5b2d3"
    "f249c1b571a280280004e57a3bcf";
constexpr std::string_view kRfcResponse =
    "0101003c2112a442b7e7a701bc34d686fa87dfae8022000b7465737420766563746f7220002000080001a147e112a6"
    "43000800142b91f599fd9e90c38c7489f92af9ba53f06be7d780280004c07d4c96";

TEST(StunMessage, ReadsTheSampleRequestOfTheRfc) {
    const auto bytes = hex(kRfcRequest);
    const auto message = decode(bytes);
    ASSERT_TRUE(message) << message.error().text;
    EXPECT_EQ(message->type, Type::BindingRequest);
    EXPECT_EQ(message->username, "evtj:h6vY");
    EXPECT_TRUE(message->hasCookie());
    EXPECT_TRUE(integrityHolds(bytes, kRfcPassword));
    EXPECT_FALSE(integrityHolds(bytes, "another"));
}

TEST(StunMessage, ReadsTheSampleResponseOfTheRfc) {
    const auto bytes = hex(kRfcResponse);
    const auto message = decode(bytes);
    ASSERT_TRUE(message) << message.error().text;
    EXPECT_EQ(message->type, Type::BindingResponse);
    EXPECT_EQ(message->reflexive()->toString(), "192.0.2.1:32853");
    EXPECT_TRUE(integrityHolds(bytes, kRfcPassword));
}

// C-UDP-06: computed apart from this code from RFC 3489 and Annex G. The user name is filled with
// blanks to a multiple of four.
TEST(StunMessage, WritesTheSignedBindingChangeOfAnnexG) {
    Message message;
    message.transaction = countingTransaction(false);
    message.connectionRequestBinding = true;
    message.bindingChange = true;
    message.username = "CPE5768900";
    const auto bytes = encode(message, "stun-secret");
    ASSERT_TRUE(bytes);
    EXPECT_EQ(toHex(*bytes),
              "00010044000102030405060708090a0b0c0d0e0fc001001464736c666f72756d2e6f72672f54522d"
              "31313120c00200000006000c4350453537363839303020200008001487f8a2ee9a4754ab4c2007ae"
              "51e4e3f20fa0bb65");
    EXPECT_EQ(decode(*bytes)->username, "CPE5768900");
}

TEST(StunMessage, ClassicIntegrityCoversTheMessagePaddedTo64) {
    const auto bytes = hex(
        "00010044000102030405060708090a0b0c0d0e0fc001001464736c666f72756d2e6f72672f54522d31313120"
        "c00200000006000c435045353736383920202020000800141b0c58c16e26a8e9a096ac6abe7bd08622881917");
    EXPECT_TRUE(integrityHolds(bytes, "stun-secret"));
    EXPECT_FALSE(integrityHolds(bytes, "stun-secreT"));
    const auto message = decode(bytes);
    ASSERT_TRUE(message);
    EXPECT_TRUE(message->connectionRequestBinding && message->bindingChange && message->integrity);
    EXPECT_EQ(message->username, "CPE57689");
}

TEST(StunMessage, ModernFormIsThatOfRfc5389) {
    Message message;
    message.transaction = countingTransaction(true);
    message.connectionRequestBinding = true;
    message.username = "CPE-57689";
    EXPECT_EQ(
        toHex(*encode(message, "stun-secret")),
        "000100402112a442000102030405060708090a0bc001001464736c666f72756d2e6f72672f54522d313131"
        "20000600094350452d353736383900000000080014dcfbb1161edc819cb6ec196bacd79fac88d17e83");
}

TEST(StunMessage, PlainBindingRequestHasOnlyTheTagOfAnnexG) {
    Message message;
    message.transaction = countingTransaction(false);
    message.connectionRequestBinding = true;
    EXPECT_EQ(toHex(*encode(message, std::nullopt)),
              "00010018000102030405060708090a0b0c0d0e0fc001001464736c666f72756d2e6f72672f54522d3131"
              "3120");
}

TEST(StunMessage, KeepsAllThatItWrites) {
    Message message;
    message.type = Type::BindingError;
    message.transaction = countingTransaction(true);
    message.mapped = *net::Endpoint::parse("192.0.2.1:1");
    message.xorMapped = *net::Endpoint::parse("[2001:db8::1]:65535");
    message.responseAddress = *net::Endpoint::parse("198.51.100.9:3479");
    message.error = ErrorReply{431, "Integrity Check Failure"};
    const auto read = decode(*encode(message, std::nullopt));
    ASSERT_TRUE(read) << read.error().text;
    EXPECT_EQ(read->mapped, message.mapped);
    EXPECT_EQ(read->xorMapped, message.xorMapped);
    EXPECT_EQ(read->responseAddress, message.responseAddress);
    EXPECT_EQ(read->error->code, 431);
    EXPECT_EQ(read->error->reason, "Integrity Check Failure");
    EXPECT_FALSE(read->integrity);
}

TEST(StunMessage, PrefersTheMaskedAddressOnlyWhereTheCookieIs) {
    Message message;
    message.mapped = *net::Endpoint::parse("192.0.2.1:1");
    message.xorMapped = *net::Endpoint::parse("192.0.2.2:2");
    EXPECT_EQ(message.reflexive(), message.mapped);
    setCookie(message.transaction);
    EXPECT_EQ(message.reflexive(), message.xorMapped);
    message.xorMapped.reset();
    EXPECT_EQ(message.reflexive(), message.mapped);
}

TEST(StunMessage, SkipsWhatItDoesNotKnowAndTakesTheFirstOfAKind) {
    const auto read =
        decode(response("7fff000361626300"
                        "0001000800010001c0000201"
                        "0001000800010002c0000202"));
    ASSERT_TRUE(read) << read.error().text;
    EXPECT_EQ(read->mapped->toString(), "192.0.2.1:1");
}

TEST(StunMessage, IgnoresWhatFollowsTheIntegrity) {
    const auto read =
        decode(response("000800140000000000000000000000000000000000000000"
                        "0001000800010001c0000201"));
    ASSERT_TRUE(read) << read.error().text;
    EXPECT_TRUE(read->integrity);
    EXPECT_FALSE(read->mapped);
}

TEST(StunMessage, TakesALastAttributeWithoutPadding) {
    const auto read = decode(response("0001000800010001c0000201802200056170616368"));
    ASSERT_TRUE(read) << read.error().text;
    EXPECT_TRUE(read->mapped);
}

TEST(StunMessage, RefusesWhatIsBroken) {
    for (const auto* attributes : {
             "00",                                // half a header
             "00010009000100",                    // longer than the rest
             "0001000800030001c0000201",          // unknown family
             "0001000400010001",                  // no address in it
             "0001000c00010001c000020100000000",  // an address that is too long
             "0009000400000001",                  // error class 0
             "0009000400000464",                  // error number 100
             "000900020000",                      // error too short
             "00080004deadbeef",                  // integrity of another size
             "0001001400010001c000020100000000000000000000000000000000",  // IPv4 in 20 octets
         }) {
        const auto read = decode(response(attributes));
        ASSERT_FALSE(read) << attributes;
        EXPECT_EQ(read.error().code, ErrorCode::Malformed);
    }
}

TEST(StunMessage, RefusesAWrongLengthAndOtherMessages) {
    auto bytes = response("0001000800010001c0000201");
    bytes.pop_back();
    EXPECT_EQ(decode(bytes).error().code, ErrorCode::Malformed);
    EXPECT_EQ(decode(Bytes(19)).error().code, ErrorCode::Malformed);
    EXPECT_EQ(decode({}).error().code, ErrorCode::Malformed);
    EXPECT_EQ(decode(Bytes(kMaxMessageBytes + 1)).error().code, ErrorCode::TooLarge);
    EXPECT_EQ(decode(Bytes(20)).error().code, ErrorCode::Unsupported);
    EXPECT_FALSE(looksLikeStun(hex("47455420")));  // GET
    EXPECT_FALSE(looksLikeStun({}));
}

TEST(StunMessage, LimitsTheNumberOfAttributes) {
    std::string attributes;
    for (std::size_t i = 0; i < kMaxAttributes; ++i) {
        attributes += "7fff0000";
    }
    EXPECT_TRUE(decode(response(attributes)));
    EXPECT_FALSE(decode(response(attributes + "7fff0000")));
}

TEST(StunMessage, EveryCutOfAGoodMessageIsRefused) {
    const auto whole = hex(kRfcRequest);
    for (std::size_t size = 0; size < whole.size(); ++size) {
        EXPECT_FALSE(decode(std::span(whole).first(size))) << size;
        EXPECT_FALSE(integrityHolds(std::span(whole).first(size), "x"));
    }
}

TEST(StunMessage, RefusesToWriteATooLongUserName) {
    Message message;
    message.username = std::string(kMaxUsernameBytes, 'u');
    EXPECT_TRUE(encode(message, "p"));
    message.username->push_back('u');
    EXPECT_EQ(encode(message, "p").error().code, ErrorCode::TooLarge);
}

}  // namespace
}  // namespace platen::stun
