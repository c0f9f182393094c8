// SPDX-License-Identifier: Apache-2.0
// Keys of passwords: made once, and not on the loop.
#include "proxy/snmp/usm_keys.hpp"

#include "proxy/snmp/usm_crypto.hpp"
#include "tests/support/fake_v3_agent.hpp"
#include "tests/unit/proxy/snmp/engine_fixture.hpp"
#include "tests/unit/proxy/snmp/held_background.hpp"

#include <gtest/gtest.h>

namespace platen::snmp {
namespace {

const std::string kFirstEngine(
    "\x80\x00\x1f\x88\x04"
    "A",
    6);
const std::string kSecondEngine(
    "\x80\x00\x1f\x88\x04"
    "B",
    6);

UsmUserOptions keyOptions(const std::string& password = "authpass1") {
    UsmUserOptions options;
    options.name = "platen";
    options.auth = AuthProtocol::Sha1;
    options.authPassword = Secret(password);
    options.priv = PrivProtocol::Aes128;
    options.privPassword = Secret("privpass1");
    options.level = SecurityLevel::AuthPriv;
    return options;
}
std::shared_ptr<const UsmUser> user(UsmUserOptions options) {
    return std::make_shared<const UsmUser>(std::move(options));
}

class KeyRing : public ::testing::Test {
  protected:
    test::FakeClock clock_;
    test::FakeLoop loop_{clock_};
    test::HeldBackground background_{loop_};
};

TEST_F(KeyRing, GivesWithABackgroundWhatItGivesWithout) {
    for (const auto priv : {PrivProtocol::Des, PrivProtocol::Aes128, PrivProtocol::Aes256,
                            PrivProtocol::Aes256Cisco, PrivProtocol::Aes192Cisco}) {
        UsmKeyRing atOnce;
        UsmKeyRing later(&background_);
        auto options = keyOptions();
        options.priv = priv;
        const auto who = user(std::move(options));
        const auto expected = atOnce.keysFor(*who, kFirstEngine);
        ASSERT_TRUE(expected);
        ASSERT_FALSE(later.keysNow(*who, kFirstEngine));
        std::optional<UsmKeyRing::Keys> made;
        later.make(who, kFirstEngine,
                   [&made](UsmKeyRing::Keys keys) { made.emplace(std::move(keys)); });
        EXPECT_FALSE(made) << "called inside make";
        background_.runAll();
        ASSERT_TRUE(made && *made);
        EXPECT_EQ((**made)->authKey.reveal(), (*expected)->authKey.reveal());
        EXPECT_EQ((**made)->privKey.reveal(), (*expected)->privKey.reveal());
        EXPECT_TRUE(later.keysNow(*who, kFirstEngine)) << "kept";
    }
}

TEST_F(KeyRing, OnePasswordIsWorkedOnOnceForAllWhoWait) {
    UsmKeyRing ring(&background_);
    const auto who = user(keyOptions());
    int got = 0;
    for (int device = 0; device < 100; ++device) {
        ring.make(who, kFirstEngine + std::to_string(device), [&got](const UsmKeyRing::Keys& keys) {
            EXPECT_TRUE(keys);
            ++got;
        });
    }
    background_.runAll();
    EXPECT_EQ(got, 100);
    EXPECT_EQ(ring.derivations(), 2U) << "one for each password";
    EXPECT_EQ(background_.works, 2U);
    // And a device that comes later waits for nothing.
    EXPECT_TRUE(ring.keysNow(*who, kSecondEngine));
    EXPECT_EQ(ring.derivations(), 2U);
}

TEST_F(KeyRing, ExtendedKeysOfEachEngineAreMadeElsewhereToo) {
    UsmKeyRing ring(&background_);
    auto options = keyOptions();
    options.priv = PrivProtocol::Aes256Cisco;  // SHA-1 has 20 octets: a megabyte is hashed again
    const auto who = user(std::move(options));
    ring.make(who, kFirstEngine, [](const UsmKeyRing::Keys& keys) { EXPECT_TRUE(keys); });
    background_.runAll();
    EXPECT_FALSE(ring.keysNow(*who, kSecondEngine));
    auto longDigest = keyOptions();
    longDigest.auth = AuthProtocol::Sha256;
    longDigest.priv = PrivProtocol::Aes256Cisco;
    EXPECT_FALSE(usm::cipherKeyTakesLong(longDigest.auth, longDigest.priv)) << "32 octets";
}

TEST_F(KeyRing, AShortPasswordIsAnErrorForAllWhoWait) {
    UsmKeyRing ring(&background_);
    const auto who = user(keyOptions("short"));
    int failed = 0;
    for (int i = 0; i < 2; ++i) {
        ring.make(who, kFirstEngine, [&failed](const UsmKeyRing::Keys& keys) {
            failed += !keys && keys.error().code == ErrorCode::Unsupported ? 1 : 0;
        });
    }
    background_.runAll();
    EXPECT_EQ(failed, 2);
}

TEST_F(KeyRing, WhatComesAfterItsEndIsDropped) {
    auto ring = std::make_unique<UsmKeyRing>(&background_);
    bool called = false;
    ring->make(user(keyOptions()), kFirstEngine,
               [&called](const UsmKeyRing::Keys& /*keys*/) { called = true; });
    ring.reset();
    background_.runAll();
    EXPECT_FALSE(called);
}

/// An engine whose keys are made when the test says so.
class EngineKeys : public ::testing::Test {
  protected:
    static net::Endpoint at(std::uint32_t host) {
        return {net::Address::fromIpv4(0xC0000200U + host), 161};
    }
    void SetUp() override {
        std::vector<VarBind> mib;
        addScalars(mib, 5);
        objects_.setVarbinds(std::move(mib));
        secured_.addUser(keyOptions());
        net_.add(at(1),
                 [this](std::span<const std::byte> bytes) { return secured_.answer(bytes); });
        net_.add(at(2),
                 [this](std::span<const std::byte> bytes) { return objects_.answer(bytes); });
        engine_ = makeEngine(loop_, net_, background_);
    }
    TargetId addTarget(UsmUserOptions options) {
        TargetOptions target;
        target.endpoint = at(1);
        target.version = Version::V3;
        target.user = user(std::move(options));
        return engine_->addTarget(std::move(target));
    }
    void read(TargetId target) {
        ReadRequest request;
        request.scalars = {scalar(1), scalar(2)};
        engine_->read(target, std::move(request), [this](Result<ReadResult> result) {
            outcomes_.push_back(std::move(result));
        });
        loop_.runUntilIdle();
    }

    test::FakeClock clock_;
    test::FakeLoop loop_{clock_};
    test::AnsweringDatagrams net_{loop_};
    test::HeldBackground background_{loop_};
    test::FakeAgent objects_{{}};
    test::FakeV3Agent secured_{loop_, kFirstEngine, objects_};
    std::unique_ptr<Engine> engine_;
    std::vector<Result<ReadResult>> outcomes_;
};

TEST_F(EngineKeys, ARequestWaitsForItsKeyAndOthersGoOn) {
    read(addTarget(keyOptions()));
    EXPECT_TRUE(outcomes_.empty());
    EXPECT_EQ(background_.works, 0U) << "nothing was hashed on the loop";
    TargetOptions plain;
    plain.endpoint = at(2);
    plain.community = Secret("public");
    read(engine_->addTarget(std::move(plain)));
    ASSERT_EQ(outcomes_.size(), 1U) << "the other one has its answer";
    loop_.advance(Millis{60'000});
    EXPECT_EQ(outcomes_.size(), 1U) << "waiting for a key is no time-out";
    background_.runAll();
    loop_.runUntilIdle();
    ASSERT_EQ(outcomes_.size(), 2U);
    ASSERT_TRUE(outcomes_[1]) << outcomes_[1].error().text;
    EXPECT_EQ(outcomes_[1]->varbinds.size(), 2U);
    EXPECT_EQ(engine_->stats().timeouts, 0U);
    EXPECT_EQ(loop_.pendingTimers(), 0U);
}

TEST_F(EngineKeys, ASecondTargetOfTheUserWaitsForNothing) {
    const auto first = addTarget(keyOptions());
    read(first);
    background_.runAll();
    loop_.runUntilIdle();
    engine_->removeTarget(first);
    const auto works = background_.works;
    read(addTarget(keyOptions()));
    EXPECT_EQ(outcomes_.size(), 2U);
    EXPECT_EQ(background_.works, works);
}

TEST_F(EngineKeys, DuplicatesWhileAKeyIsMadeAreDropped) {
    read(addTarget(keyOptions()));
    const auto answer = secured_.answer(net_.last);
    ASSERT_TRUE(answer);
    net_.deliver(at(1), *answer);
    loop_.runUntilIdle();
    EXPECT_EQ(engine_->stats().lateDuplicates, 1U);
    background_.runAll();
    loop_.runUntilIdle();
    EXPECT_EQ(outcomes_.size(), 1U);
}

TEST_F(EngineKeys, AShortPasswordFailsTheRequest) {
    const auto target = addTarget(keyOptions("short"));
    read(target);
    background_.runAll();
    loop_.runUntilIdle();
    ASSERT_EQ(outcomes_.size(), 1U);
    ASSERT_FALSE(outcomes_[0]);
    EXPECT_EQ(outcomes_[0].error().code, ErrorCode::Unsupported);
    read(target);  // and again, and it does not hang
    background_.runAll();
    loop_.runUntilIdle();
    EXPECT_EQ(outcomes_.size(), 2U);
}

TEST_F(EngineKeys, ATargetOrTheEngineMayGoWhileAKeyIsMade) {
    const auto target = addTarget(keyOptions());
    read(target);
    engine_->removeTarget(target);
    background_.runAll();
    loop_.runUntilIdle();
    ASSERT_EQ(outcomes_.size(), 1U);
    EXPECT_EQ(outcomes_[0].error().code, ErrorCode::Refused);
    read(addTarget(keyOptions("another-one")));
    engine_.reset();
    background_.runAll();
    loop_.runUntilIdle();
    EXPECT_EQ(outcomes_.size(), 1U);
}

}  // namespace
}  // namespace platen::snmp
