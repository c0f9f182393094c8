// SPDX-License-Identifier: Apache-2.0
#include "proxy/snmp/v3_message.hpp"

#include "proxy/snmp/codec.hpp"
#include "proxy/snmp/usm_report.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <random>
#include <string>
#include <vector>

namespace platen::snmp {
namespace {

using Bytes = std::vector<std::byte>;

const std::string kEngine(
    "\x80\x00\x1f\x88\x04"
    "engine",
    11);

UsmUser someUser() {
    UsmUserOptions options;
    options.name = "platen";
    options.auth = AuthProtocol::Sha256;
    options.authPassword = Secret("authpass1");
    options.priv = PrivProtocol::Aes128;
    options.level = SecurityLevel::AuthPriv;
    return UsmUser(std::move(options));
}

Bytes somePdu() {
    Codec codec;
    MessageHeader header;
    header.version = Version::V3;
    header.type = PduType::Response;
    header.requestId = 0x01020304;
    const std::vector<VarBind> varbinds{
        {Oid{1, 3, 6, 1, 2, 1, 1, 1, 0}, SnmpValue::string("value")}};
    return *codec.encode(header, std::span<const VarBind>(varbinds));
}

v3::Header headerOf(SecurityLevel level) {
    v3::Header header;
    header.msgId = 0x11223344;
    header.level = level;
    header.engineId = kEngine;
    header.boots = 3;
    header.time = 70'000;
    header.user = "platen";
    header.contextEngineId = kEngine;
    header.contextName = "Jetdirect";
    header.salt.octets = {1, 2, 3, 4, 5, 6, 7, 8};
    return header;
}

class V3Message : public testing::Test {
  protected:
    V3Message() : keys_(*ring_.keysFor(someUser(), kEngine)) {}
    Bytes build(SecurityLevel level) { return *v3::build(headerOf(level), pdu_, *keys_); }
    Bytes pdu_ = somePdu();
    UsmKeyRing ring_;
    std::shared_ptr<const UsmKeys> keys_;
};

TEST_F(V3Message, ComesBackAsItWasBuilt) {
    for (const auto level :
         {SecurityLevel::NoAuthNoPriv, SecurityLevel::AuthNoPriv, SecurityLevel::AuthPriv}) {
        const auto bytes = build(level);
        EXPECT_TRUE(v3::isV3(bytes));
        const auto envelope = v3::parse(bytes);
        ASSERT_TRUE(envelope) << envelope.error().text;
        EXPECT_EQ(envelope->msgId, 0x11223344);
        EXPECT_EQ(envelope->level, level);
        EXPECT_EQ(envelope->engineId, kEngine);
        EXPECT_EQ(envelope->boots, 3U);
        EXPECT_EQ(envelope->time, 70'000U);
        EXPECT_EQ(envelope->user, "platen");
        EXPECT_EQ(v3::authentic(*envelope, *keys_), level != SecurityLevel::NoAuthNoPriv);
        const auto scoped = v3::open(*envelope, *keys_);
        ASSERT_TRUE(scoped) << scoped.error().text;
        EXPECT_EQ(scoped->contextName, "Jetdirect");
        EXPECT_EQ(scoped->message.requestId, 0x01020304);
        ASSERT_EQ(scoped->message.varbinds.size(), 1U);
        EXPECT_EQ(scoped->message.varbinds[0].value.octets, "value");
    }
}

TEST_F(V3Message, DigestCoversEveryOctet) {
    const auto good = build(SecurityLevel::AuthPriv);
    for (std::size_t i = 0; i < good.size(); ++i) {
        auto bytes = good;
        bytes[i] ^= std::byte{1};
        const auto envelope = v3::parse(bytes);
        EXPECT_FALSE(envelope && v3::authentic(*envelope, *keys_)) << i;
    }
}

TEST_F(V3Message, CutOffAnywhereItIsRefused) {
    for (const auto level : {SecurityLevel::NoAuthNoPriv, SecurityLevel::AuthPriv}) {
        const auto good = build(level);
        for (std::size_t size = 0; size < good.size(); ++size) {
            EXPECT_FALSE(v3::parse(std::span(good).first(size))) << size;
        }
    }
}

TEST_F(V3Message, WhatFollowsInTheDatagramIsNoPartOfIt) {
    auto bytes = build(SecurityLevel::AuthNoPriv);
    bytes.resize(bytes.size() + 5);
    const auto envelope = v3::parse(bytes);
    ASSERT_TRUE(envelope);
    EXPECT_TRUE(v3::authentic(*envelope, *keys_));
}

TEST_F(V3Message, PrivacyWithoutAuthenticationIsNoLevel) {
    auto bytes = build(SecurityLevel::AuthPriv);
    const std::vector<std::byte> flags{std::byte{4}, std::byte{1}, std::byte{7}};
    const auto at = std::search(bytes.begin(), bytes.end(), flags.begin(), flags.end());
    ASSERT_NE(at, bytes.end());
    *(at + 2) = std::byte{6};
    EXPECT_EQ(v3::parse(bytes).error().code, ErrorCode::Malformed);
    *(at + 2) = std::byte{5};  // encrypted data, but the flag denies it
    EXPECT_EQ(v3::parse(bytes).error().code, ErrorCode::Malformed);
}

TEST_F(V3Message, WhatDoesNotFitADatagramIsRefusedAtEveryLevel) {
    const std::string context(200, 'c');
    for (const auto level :
         {SecurityLevel::NoAuthNoPriv, SecurityLevel::AuthNoPriv, SecurityLevel::AuthPriv}) {
        auto header = headerOf(level);
        header.contextName = context;
        // From what fits to what does not fit even without its head: nothing is left out silently.
        for (std::size_t size = Codec::kMaxMessageBytes - 500; size <= Codec::kMaxMessageBytes;
             size += 5) {
            const Bytes pdu(size, std::byte{0x05});
            const auto built = v3::build(header, pdu, *keys_);
            if (!built) {
                EXPECT_EQ(built.error().code, ErrorCode::TooLarge);
                continue;
            }
            EXPECT_GT(built->size(), size + context.size());
        }
        EXPECT_FALSE(v3::build(header, Bytes(Codec::kMaxMessageBytes), *keys_));
    }
}

TEST_F(V3Message, LongEngineIdsAndUsersAreRefused) {
    const auto parsed = [this](std::size_t engine, std::size_t user) {
        auto header = headerOf(SecurityLevel::NoAuthNoPriv);
        const std::string id(engine, 'e');
        const std::string name(user, 'u');
        header.engineId = id;
        header.user = name;
        return v3::parse(*v3::build(header, pdu_, *keys_)).has_value();
    };
    EXPECT_TRUE(parsed(v3::kMaxEngineId, v3::kMaxUser));
    EXPECT_FALSE(parsed(v3::kMaxEngineId + 1, v3::kMaxUser));
    EXPECT_FALSE(parsed(v3::kMaxEngineId, v3::kMaxUser + 1));
}

TEST_F(V3Message, WrongKeysDoNotOpenIt) {
    auto options = UsmUserOptions{};
    options.name = "platen";
    options.auth = AuthProtocol::Sha256;
    options.authPassword = Secret("authpass1");
    options.priv = PrivProtocol::Aes128;
    options.privPassword = Secret("otherpass");
    options.level = SecurityLevel::AuthPriv;
    const auto other = *ring_.keysFor(UsmUser(std::move(options)), kEngine);
    const auto bytes = build(SecurityLevel::AuthPriv);
    const auto envelope = v3::parse(bytes);
    EXPECT_TRUE(v3::authentic(*envelope, *other)) << "the authentication key is the same";
    EXPECT_EQ(v3::open(*envelope, *other).error().code, ErrorCode::Malformed);
    EXPECT_EQ(v3::open(*envelope, UsmKeys{}).error().code, ErrorCode::Unsupported);
}

TEST_F(V3Message, RandomDamageIsNeverACrash) {
    std::mt19937 random(7);  // NOLINT(cert-msc51-cpp): the same in each run
    for (const auto level : {SecurityLevel::NoAuthNoPriv, SecurityLevel::AuthPriv}) {
        const auto good = build(level);
        for (int i = 0; i < 20'000; ++i) {
            auto bytes = good;
            for (auto hits = random() % 4 + 1; hits > 0; --hits) {
                bytes[random() % bytes.size()] = static_cast<std::byte>(random());
            }
            if (const auto envelope = v3::parse(bytes)) {
                EXPECT_LE(envelope->whole.size(), bytes.size());
                (void)v3::authentic(*envelope, *keys_);
                (void)v3::open(*envelope, *keys_);
            }
        }
    }
}

TEST(UsmReport, IsToldByItsCounter) {
    for (const auto report :
         {UsmReport::UnsupportedSecurityLevel, UsmReport::NotInTimeWindow,
          UsmReport::UnknownUserName, UsmReport::UnknownEngineId, UsmReport::WrongDigest,
          UsmReport::DecryptionError, UsmReport::UnknownContext}) {
        const std::vector<VarBind> varbinds{{counterOf(report), SnmpValue::integer(1)}};
        EXPECT_EQ(reportOf(varbinds), report);
    }
    EXPECT_EQ(reportOf({}), UsmReport::Other);
    const std::vector<VarBind> other{{Oid{1, 3, 6, 1, 6, 3, 11, 2, 1, 1, 0}, {}}};
    EXPECT_EQ(reportOf(other), UsmReport::Other);
}

}  // namespace
}  // namespace platen::snmp
