// SPDX-License-Identifier: Apache-2.0
#include "proxy/snmp/trap_receiver.hpp"

#include "proxy/snmp/ber_writer.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/fake_loop.hpp"
#include "tests/support/fake_v3_agent.hpp"
#include "tests/unit/proxy/snmp/held_background.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <utility>
#include <vector>

namespace platen::snmp {
namespace {

using test::Bytes;
using test::HeldBackground;

const Oid kTrapOid{1, 3, 6, 1, 6, 3, 1, 1, 4, 1, 0};
const Oid kPrinterAlert{1, 3, 6, 1, 2, 1, 43, 18, 2, 0, 1};
const Oid kColdStart{1, 3, 6, 1, 6, 3, 1, 1, 5, 1};
const Oid kAuthenticationFailure{1, 3, 6, 1, 6, 3, 1, 1, 5, 5};
const Oid kVendor{1, 3, 6, 1, 4, 1, 11, 2, 3, 9, 0, 7};
const std::string kOurEngine("\x80\x00\x00\x00\x05receiver", 13);
const std::string kPrinterEngine("\x80\x00\x1f\x88\x04printer", 12);

std::vector<VarBind> alertBinds(const Oid& trap, std::int64_t group = 0) {
    std::vector<VarBind> binds{
        {Oid{1, 3, 6, 1, 2, 1, 1, 3, 0}, SnmpValue::integer(100, SnmpType::TimeTicks)},
        {kTrapOid, SnmpValue::objectId(trap)}};
    if (group != 0) {
        binds.push_back({Oid{1, 3, 6, 1, 2, 1, 43, 18, 1, 1, 4, 1, 7}, SnmpValue::integer(group)});
    }
    return binds;
}

UsmUserOptions userOptions() {
    UsmUserOptions options;
    options.name = "platen";
    options.auth = AuthProtocol::Sha1;
    options.authPassword = Secret("authpass1");
    options.priv = PrivProtocol::Aes128;
    options.privPassword = Secret("privpass1");
    options.level = SecurityLevel::AuthPriv;
    return options;
}

class TrapTest : public testing::Test {
  protected:
    static net::Endpoint at(std::uint32_t host) {
        return {net::Address::fromIpv4(0xC0000200U + host), 50'000};
    }
    TrapTest() {
        receiver_ = std::make_unique<TrapReceiver>(
            TrapReceiver::Ports{
                .loop = loop_,
                .datagrams = net_,
                .random = random_,
                .peerAt = [this](const net::Address& address) -> std::optional<TrapPeer> {
                    const auto host = address.ipv4() - 0xC0000200U;
                    if (host == 0 || host > printers_) {
                        return std::nullopt;
                    }
                    return TrapPeer{DeviceId{host}, version_, "secret", user_};
                },
                .poll = [this](DeviceId device,
                               TrapHint hint) { polls_.emplace_back(device, hint); }},
            TrapReceiver::Engine{kOurEngine, 7});
        for (std::uint32_t host = 1; host <= 3; ++host) {
            net_.add(at(host), [this](std::span<const std::byte> bytes) -> std::optional<Bytes> {
                answers_.emplace_back(bytes.begin(), bytes.end());
                return std::nullopt;
            });
        }
    }
    Bytes community(const std::string& name,
                    const std::vector<VarBind>& binds,
                    PduType type = PduType::TrapV2) {
        MessageHeader header;
        header.community = name;
        header.type = type;
        header.requestId = 77;
        return *codec_.encode(header, std::span<const VarBind>(binds));
    }
    struct V3Head {
        std::string engine = kPrinterEngine;
        std::uint32_t boots = 3, time = 1'000;
        std::string user = "platen";
        SecurityLevel level = SecurityLevel::AuthPriv;
        PduType type = PduType::TrapV2;
        std::int32_t msgId = 5;
    };
    Bytes v3(const V3Head& head, UsmUserOptions options = userOptions()) {
        MessageHeader inner;
        inner.version = Version::V3;
        inner.type = head.type;
        inner.requestId = 77;
        const auto binds = alertBinds(kPrinterAlert);
        const auto pdu = *codec_.encode(inner, std::span<const VarBind>(binds));
        const auto keys = *ring_.keysFor(UsmUser(std::move(options)),
                                         head.engine.empty() ? kOurEngine : head.engine);
        v3::Header header;
        header.msgId = head.msgId;
        header.reportable = head.type == PduType::Inform;
        header.level = head.level;
        header.engineId = head.engine;
        header.boots = head.boots;
        header.time = head.time;
        header.user = head.user;
        header.contextEngineId = kPrinterEngine;
        header.salt.octets[0] = ++salt_;
        return *v3::build(header, pdu, *keys);
    }
    void receive(std::uint32_t host, Bytes bytes) {
        net_.deliver(at(host), std::move(bytes));
        loop_.runUntilIdle();
    }
    void pass(Millis time) {
        for (Millis done{0}; done < time; done += Millis{50}) {
            loop_.advance(Millis{50});
        }
    }
    const TrapStats& stats() { return receiver_->stats(); }

    test::FakeClock clock_;
    test::FakeLoop loop_{clock_};
    test::AnsweringDatagrams net_{loop_};
    SystemRandom random_;
    Codec codec_;
    UsmKeyRing ring_;
    Version version_ = Version::V2c;
    std::shared_ptr<const UsmUser> user_;
    std::uint32_t printers_ = 3;
    std::vector<std::pair<DeviceId, TrapHint>> polls_;
    std::vector<Bytes> answers_;
    std::uint8_t salt_ = 0;
    std::unique_ptr<TrapReceiver> receiver_;
};

class TrapV3Test : public TrapTest {
  protected:
    TrapV3Test() {
        version_ = Version::V3;
        user_ = std::make_shared<UsmUser>(userOptions());
    }
};

TEST_F(TrapTest, AlertIsPolledWithinASecond) {
    receive(1, community("secret", alertBinds(kPrinterAlert, 11)));
    EXPECT_TRUE(polls_.empty()) << "a burst is gathered";
    pass(Millis{1'000});
    ASSERT_EQ(polls_.size(), 1U);
    EXPECT_EQ(polls_[0].first, DeviceId{1});
    EXPECT_EQ(polls_[0].second, (TrapHint{true, true}));
    EXPECT_EQ(stats().accepted, 1U);
}

TEST_F(TrapTest, GroupOfTheAlertDecidesWhatIsPolled) {
    const auto hint = [](const Oid& oid, std::int64_t group) {
        Trap trap;
        trap.oid = oid;
        trap.varbinds = alertBinds(oid, group);
        return hintOf(trap);
    };
    EXPECT_EQ(hint(kPrinterAlert, 6), (TrapHint{true, false})) << "cover";
    for (const auto group : {8, 9, 10, 11, 12, 31, 32}) {
        EXPECT_EQ(hint(kPrinterAlert, group), (TrapHint{true, true})) << group;
    }
    EXPECT_EQ(hint(kPrinterAlert, 0), (TrapHint{true, true})) << "not named";
    EXPECT_EQ(hint(kVendor, 0), (TrapHint{true, true}));
    EXPECT_EQ(hint(kColdStart, 0), (TrapHint{true, false}));
    EXPECT_FALSE(hint(kAuthenticationFailure, 0).any());
    EXPECT_FALSE(hint(Oid{1, 3, 6, 1, 6, 3, 1, 1, 5, 3}, 0).any()) << "linkDown";
}

// RFC 1157 4.1.6 by hand: enterprise 43.18.2, enterpriseSpecific, 1.
Bytes trapV1(const std::string& name, std::int64_t generic, std::int64_t specific) {
    constexpr std::uint8_t kInteger = 2;
    BerWriter out(1'000);
    out.element(0x30, "");
    out.element(0x43, "\x01");
    out.number(kInteger, specific);
    out.number(kInteger, generic);
    out.element(0x40, std::string("\x7f\x00\x00\x09", 4));
    out.element(6, "\x2b\x06\x01\x02\x01\x2b\x12\x02");
    out.wrap(0xA4, 0);
    out.element(4, name);
    out.number(kInteger, 0);
    out.wrap(0x30, 0);
    const auto bytes = std::as_bytes(std::span(out.octets()));
    return {bytes.begin(), bytes.end()};
}

TEST_F(TrapTest, VersionOneAlertsAreTakenToo) {
    const auto trap = decodeTrap(trapV1("secret", 6, 1));
    ASSERT_TRUE(trap) << trap.error().text;
    EXPECT_EQ(trap->oid, kPrinterAlert);
    EXPECT_EQ(decodeTrap(trapV1("secret", 0, 0))->oid, kColdStart);
    EXPECT_EQ(decodeTrap(trapV1("secret", 7, 0)).error().code, ErrorCode::Malformed);
    EXPECT_EQ(decodeTrap(trapV1("secret", 6, -1)).error().code, ErrorCode::Malformed);
    receive(2, trapV1("secret", 6, 1));
    pass(Millis{1'000});
    ASSERT_EQ(polls_.size(), 1U);
    EXPECT_EQ(polls_[0].first, DeviceId{2});
}

TEST_F(TrapTest, WrongCommunityAndStrangersAreCountedAndIgnored) {
    receive(1, community("guess", alertBinds(kPrinterAlert)));
    receive(1, trapV1("guess", 6, 1));
    receive(9, community("secret", alertBinds(kPrinterAlert)));
    receive(1, community("secret", alertBinds(kPrinterAlert), PduType::Response));
    receive(1, Bytes(100, std::byte{0x30}));
    pass(Millis{20'000});
    EXPECT_TRUE(polls_.empty());
    EXPECT_TRUE(answers_.empty());
    EXPECT_EQ(stats().wrongCredential, 2U);
    EXPECT_EQ(stats().unknownSource, 1U);
    EXPECT_EQ(stats().malformed, 2U);
    EXPECT_EQ(stats().received, 5U);
}

TEST_F(TrapTest, InformsAreAnswered) {
    receive(1, community("secret", alertBinds(kPrinterAlert, 8), PduType::Inform));
    ASSERT_EQ(answers_.size(), 1U);
    const auto answer = codec_.decode(answers_[0]);
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->type, PduType::Response);
    EXPECT_EQ(answer->requestId, 77);
    EXPECT_EQ(answer->errorStatus, 0);
    EXPECT_EQ(answer->varbinds, alertBinds(kPrinterAlert, 8));
    receive(1, community("guess", alertBinds(kPrinterAlert), PduType::Inform));
    EXPECT_EQ(answers_.size(), 1U);
}

TEST_F(TrapTest, PollsOfOneDeviceKeepTheirDistance) {
    for (int i = 0; i < 300; ++i) {
        receive(1, community("secret", alertBinds(kPrinterAlert, 6)));
        pass(Millis{100});
    }
    // 30 s: at once, and then every ten seconds, with nothing lost at the end.
    pass(TrapPacer::kDeviceGap);
    EXPECT_EQ(polls_.size(), 4U);
}

TEST_F(TrapTest, ManyDevicesAtOnceArePolledOneAfterTheOther) {
    printers_ = 200;
    for (std::uint32_t host = 1; host <= 200; ++host) {
        receive(host, community("secret", alertBinds(kPrinterAlert)));
    }
    std::size_t most = 0;
    for (int i = 0; i < 100; ++i) {
        const auto before = polls_.size();
        loop_.advance(TrapPacer::kTick);
        most = std::max(most, polls_.size() - before);
    }
    EXPECT_EQ(polls_.size(), 200U) << "each one, once";
    EXPECT_LE(most, 2 * TrapPacer::kPollsPerTick);
}

// A flood of one device, with one trap of another in the middle of each second.
TEST_F(TrapTest, FloodOfOneDeviceDoesNotSilenceTheOthers) {
    const auto flood = community("secret", alertBinds(kPrinterAlert));
    for (int second = 0; second < 60; ++second) {
        for (int i = 0; i < 1'667; ++i) {
            net_.deliver(at(1), flood);
        }
        net_.deliver(at(2), flood);
        loop_.runUntilIdle();
        pass(Millis{1'000});
    }
    std::size_t other = 0;
    for (const auto& [device, hint] : polls_) {
        other += device == DeviceId{2} ? 1U : 0U;
    }
    EXPECT_EQ(stats().received, 60U * 1'668U);
    EXPECT_GT(stats().rateLimited, 95'000U);
    EXPECT_LE(polls_.size() - other, 7U);
    EXPECT_GE(other, 6U);
    EXPECT_EQ(stats().accepted + stats().rateLimited, stats().received);
}

// A hundred thousand traps of as many senders that nobody knows.
TEST_F(TrapTest, FloodOfStrangersCostsALookUpEach) {
    const auto flood = community("secret", alertBinds(kPrinterAlert));
    constexpr std::uint32_t kStrangers = 100'000;
    for (std::uint32_t i = 0; i < kStrangers; ++i) {
        net_.deliver({net::Address::fromIpv4(0x0A000000U + i), 50'000}, flood);
        if (i % 1'000 == 0) {
            loop_.runUntilIdle();
        }
    }
    loop_.runUntilIdle();
    EXPECT_EQ(stats().unknownSource, kStrangers);
    receive(1, flood);  // and the known ones are heard
    pass(Millis{1'000});
    EXPECT_EQ(stats().accepted, 1U);
    EXPECT_EQ(polls_.size(), 1U);
}

TEST_F(TrapV3Test, ATrapWaitsForItsKeysAndIsTakenThen) {
    HeldBackground background(loop_);
    receiver_ = std::make_unique<TrapReceiver>(
        TrapReceiver::Ports{
            .loop = loop_,
            .datagrams = net_,
            .random = random_,
            .peerAt = [this](const net::Address&) -> std::optional<TrapPeer> {
                return TrapPeer{DeviceId{1}, version_, "secret", user_};
            },
            .poll = [this](DeviceId device, TrapHint hint) { polls_.emplace_back(device, hint); },
            .background = &background},
        TrapReceiver::Engine{kOurEngine, 7});
    receive(1, v3({}));
    EXPECT_EQ(background.works, 0U);
    EXPECT_EQ(stats().accepted, 0U);
    receive(1, v3({}));
    EXPECT_EQ(stats().rateLimited, 1U) << "one of a device waits";
    background.runAll();
    EXPECT_EQ(stats().accepted, 1U);
    pass(Millis{1'000});
    EXPECT_EQ(polls_.size(), 1U);
    receive(1, v3({.time = 1'010}));
    EXPECT_EQ(stats().accepted, 2U) << "known now";
    EXPECT_EQ(stats().accepted + stats().rateLimited, stats().received);
    // What is made while the receiver goes is dropped.
    auto options = userOptions();
    options.authPassword = Secret("another-1");
    user_ = std::make_shared<UsmUser>(std::move(options));
    receive(1, v3({}));
    receiver_.reset();
    background.runAll();
}

TEST_F(TrapV3Test, AuthenticTrapsAreTaken) {
    receive(1, v3({}));
    pass(Millis{1'000});
    EXPECT_EQ(polls_.size(), 1U);
    EXPECT_EQ(stats().accepted, 1U);
}

TEST_F(TrapV3Test, EverythingElseIsRefused) {
    auto wrongPassword = userOptions();
    wrongPassword.authPassword = Secret("otherpass");
    receive(1, v3({}, std::move(wrongPassword)));
    V3Head head;
    head.user = "stranger";
    receive(1, v3(head));
    head = {};
    head.level = SecurityLevel::AuthNoPriv;  // lower than the device's
    receive(1, v3(head));
    head.level = SecurityLevel::NoAuthNoPriv;
    receive(1, v3(head));
    head = {};
    head.engine = "abcd";
    receive(1, v3(head));
    receive(1, community("secret", alertBinds(kPrinterAlert)));
    EXPECT_EQ(stats().wrongCredential, 6U);
    version_ = Version::V2c;
    user_.reset();
    receive(1, v3({}));
    EXPECT_EQ(stats().wrongCredential, 7U);
    pass(Millis{20'000});
    EXPECT_TRUE(polls_.empty());
}

TEST_F(TrapV3Test, OldTrapsAreRefusedUntilTheClockIsForgotten) {
    receive(1, v3({}));
    V3Head head;
    head.time = 700;
    receive(1, v3(head));
    head.time = 900;
    receive(1, v3(head));  // within 150 s
    head = {};
    head.boots = 2;
    receive(1, v3(head));
    EXPECT_EQ(stats().accepted, 2U);
    EXPECT_EQ(stats().notInTime, 2U);
    head.boots = 4;
    head.time = 1;
    receive(1, v3(head));
    EXPECT_EQ(stats().accepted, 3U);
    pass(TrapReceiver::kClockTrust);
    head.boots = 1;  // a reset device
    receive(1, v3(head));
    EXPECT_EQ(stats().accepted, 4U);
}

TEST_F(TrapV3Test, ForgedEnginesDoNotPushOutTheRealOne) {
    receive(1, v3({}));
    auto wrong = [] {
        auto options = userOptions();
        options.authPassword = Secret("otherpass");
        return options;
    };
    for (int i = 0; i < 20; ++i) {
        V3Head head;
        head.engine = kPrinterEngine + std::to_string(i);
        receive(1, v3(head, wrong()));
    }
    receive(1, v3({}));
    EXPECT_EQ(stats().accepted, 2U);
}

// RFC 3414 section 4 from the other side: engine, clock, and then the inform.
TEST_F(TrapV3Test, InformsFindOurEngineAndClock) {
    pass(Millis{3'000});
    V3Head head;
    head.type = PduType::Inform;
    head.engine.clear();
    head.level = SecurityLevel::NoAuthNoPriv;
    head.user.clear();
    receive(1, v3(head));
    ASSERT_EQ(answers_.size(), 1U);
    auto answer = v3::parse(answers_.back());
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->engineId, kOurEngine);
    EXPECT_EQ(answer->boots, 7U);
    EXPECT_GE(answer->time, 3U);
    const UsmKeys none;
    EXPECT_EQ(reportOf(v3::open(*answer, none)->message.varbinds), UsmReport::UnknownEngineId);

    head = {};
    head.type = PduType::Inform;
    head.engine = kOurEngine;
    head.boots = 6;
    receive(1, v3(head));
    ASSERT_EQ(answers_.size(), 2U);
    answer = v3::parse(answers_.back());
    const auto keys = *ring_.keysFor(*user_, kOurEngine);
    EXPECT_EQ(answer->level, SecurityLevel::AuthNoPriv);
    EXPECT_TRUE(v3::authentic(*answer, *keys));
    EXPECT_EQ(reportOf(v3::open(*answer, *keys)->message.varbinds), UsmReport::NotInTimeWindow);
    EXPECT_EQ(stats().accepted, 0U);

    head.boots = answer->boots;
    head.time = answer->time;
    receive(1, v3(head));
    ASSERT_EQ(answers_.size(), 3U);
    answer = v3::parse(answers_.back());
    EXPECT_EQ(answer->level, SecurityLevel::AuthPriv);
    EXPECT_TRUE(v3::authentic(*answer, *keys));
    const auto scoped = v3::open(*answer, *keys);
    EXPECT_EQ(scoped->message.type, PduType::Response);
    EXPECT_EQ(scoped->message.requestId, 77);
    EXPECT_EQ(stats().accepted, 1U);
    EXPECT_EQ(stats().discoveries, 2U);
    pass(Millis{1'000});
    EXPECT_EQ(polls_.size(), 1U);
}

TEST_F(TrapV3Test, StrangersAreNotToldOurEngine) {
    V3Head head;
    head.type = PduType::Inform;
    head.engine.clear();
    head.level = SecurityLevel::NoAuthNoPriv;
    receive(9, v3(head));
    EXPECT_TRUE(answers_.empty());
    EXPECT_EQ(stats().unknownSource, 1U);
}

TEST_F(TrapV3Test, DamageIsNeverACrashAndNeverAPoll) {
    std::mt19937 random(11);  // NOLINT(cert-msc51-cpp): the same in each run
    const auto good = v3({});
    const auto plain = community("secret", alertBinds(kPrinterAlert, 8));
    for (int i = 0; i < 4'000; ++i) {
        auto bytes = i % 2 == 0 ? good : trapV1("secret", 6, 1);
        bytes[random() % bytes.size()] ^= static_cast<std::byte>(1 + random() % 255);
        if (i % 3 == 0) {
            bytes.resize(random() % bytes.size());
        }
        net_.deliver(at(1 + static_cast<std::uint32_t>(i) % 3), std::move(bytes));
        loop_.runUntilIdle();
        loop_.advance(Millis{20});
    }
    EXPECT_EQ(stats().accepted, 0U);
    EXPECT_TRUE(polls_.empty());
}

}  // namespace
}  // namespace platen::snmp
