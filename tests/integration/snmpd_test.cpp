// SPDX-License-Identifier: Apache-2.0
// Our SNMPv3 against an agent that we did not write: Debian's snmpd, over real sockets.
#include "base/time.hpp"
#include "proxy/net/datagram.hpp"
#include "proxy/net/epoll_loop.hpp"
#include "proxy/snmp/engine.hpp"
#include "tests/integration/snmpd_agent.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace platen::test {
namespace {

using snmp::AuthProtocol;
using snmp::PrivProtocol;
using snmp::SecurityLevel;

constexpr const char* kEngine = "80001f8804706c6174656e";

struct Kind {
    std::string name;
    AuthProtocol auth = AuthProtocol::None;
    std::string authWord;  ///< As snmpd writes it.
    PrivProtocol priv = PrivProtocol::None;
    std::string privWord;
};

std::vector<Kind> kinds() {
    return {{"plain", AuthProtocol::None, "", PrivProtocol::None, ""},
            {"md5", AuthProtocol::Md5, "MD5", PrivProtocol::None, ""},
            {"sha1", AuthProtocol::Sha1, "SHA", PrivProtocol::None, ""},
            {"sha224", AuthProtocol::Sha224, "SHA-224", PrivProtocol::None, ""},
            {"sha256", AuthProtocol::Sha256, "SHA-256", PrivProtocol::None, ""},
            {"sha384", AuthProtocol::Sha384, "SHA-384", PrivProtocol::None, ""},
            {"sha512", AuthProtocol::Sha512, "SHA-512", PrivProtocol::None, ""},
            {"md5des", AuthProtocol::Md5, "MD5", PrivProtocol::Des, "DES"},
            {"shades", AuthProtocol::Sha1, "SHA", PrivProtocol::Des, "DES"},
            {"shaaes", AuthProtocol::Sha1, "SHA", PrivProtocol::Aes128, "AES"},
            {"sha512aes", AuthProtocol::Sha512, "SHA-512", PrivProtocol::Aes128, "AES"},
            {"md5aes192", AuthProtocol::Md5, "MD5", PrivProtocol::Aes192, "AES-192"},
            {"shaaes192", AuthProtocol::Sha1, "SHA", PrivProtocol::Aes192, "AES-192"},
            {"shaaes256", AuthProtocol::Sha1, "SHA", PrivProtocol::Aes256, "AES-256"},
            {"sha256aes256", AuthProtocol::Sha256, "SHA-256", PrivProtocol::Aes256, "AES-256"},
            {"shaaes192c", AuthProtocol::Sha1, "SHA", PrivProtocol::Aes192Cisco, "AES-192-C"},
            {"shaaes256c", AuthProtocol::Sha1, "SHA", PrivProtocol::Aes256Cisco, "AES-256-C"},
            {"md5aes256c", AuthProtocol::Md5, "MD5", PrivProtocol::Aes256Cisco, "AES-256-C"}};
}

std::string configurationOf(const std::vector<Kind>& users) {
    std::string text = "rocommunity public\nsysDescr agent of the test\n";
    for (const auto& user : users) {
        text += "createUser " + user.name;
        if (!user.authWord.empty()) {
            text += " " + user.authWord + " \"auth password\"";
        }
        if (!user.privWord.empty()) {
            text += " " + user.privWord + " \"priv password\"";
        }
        text += "\nrouser " + user.name +
                (!user.privWord.empty()   ? " priv"
                 : !user.authWord.empty() ? " auth"
                                          : " noauth") +
                " .1\n";
    }
    return text;
}

snmp::UsmUserOptions optionsOf(const Kind& kind) {
    snmp::UsmUserOptions options;
    options.name = kind.name;
    options.auth = kind.auth;
    options.authPassword = Secret("auth password");
    options.priv = kind.priv;
    options.privPassword = Secret("priv password");
    options.level = !kind.privWord.empty()   ? SecurityLevel::AuthPriv
                    : !kind.authWord.empty() ? SecurityLevel::AuthNoPriv
                                             : SecurityLevel::NoAuthNoPriv;
    return options;
}

class SnmpdTest : public testing::Test {
  protected:
    void SetUp() override {
        if (const auto why = Snmpd::missing(); !why.empty()) {
            GTEST_SKIP() << why;
        }
        auto datagrams = net::openUdp(loop_);
        ASSERT_TRUE(datagrams);
        datagrams_ = std::move(*datagrams);
        engine_ = snmp::makeEngine(loop_, *datagrams_);
    }
    Snmpd::Options agent(const std::string& address, const std::vector<Kind>& users) const {
        Snmpd::Options options;
        options.address = address;
        options.port = port_;
        options.engineId = kEngine;
        options.configuration = configurationOf(users);
        return options;
    }
    snmp::TargetId target(const std::string& address, snmp::UsmUserOptions user) {
        snmp::TargetOptions options;
        options.endpoint = *net::Endpoint::parse(address + ":" + std::to_string(port_));
        options.version = snmp::Version::V3;
        options.user = std::make_shared<snmp::UsmUser>(std::move(user));
        options.timeout = Millis{1000};
        return engine_->addTarget(std::move(options));
    }
    Result<snmp::ReadResult> read(snmp::TargetId target) {
        std::optional<Result<snmp::ReadResult>> outcome;
        snmp::ReadRequest request;
        request.scalars = {Oid{1, 3, 6, 1, 2, 1, 1, 1, 0}, Oid{1, 3, 6, 1, 2, 1, 1, 3, 0}};
        request.tables = {{Oid{1, 3, 6, 1, 2, 1, 1, 9, 1, 2}, Oid{1, 3, 6, 1, 2, 1, 1, 9, 1, 3}}};
        engine_->read(target, std::move(request), [&](Result<snmp::ReadResult> result) {
            outcome.emplace(std::move(result));
            loop_.stop();
        });
        loop_.run();
        return std::move(*outcome);
    }
    /// PDUs that it took; 0 if it failed.
    std::uint32_t readWell(snmp::TargetId target, const std::string& what) {
        const auto result = read(target);
        EXPECT_TRUE(result.has_value()) << what << ": " << result.error().text;
        if (!result) {
            return 0;
        }
        EXPECT_GT(result->varbinds.size(), 4U) << what;
        EXPECT_EQ(result->varbinds[0].value.octets, "agent of the test") << what;
        return result->pdus;
    }

    SystemClock clock_;
    net::EpollLoop loop_{clock_};
    std::unique_ptr<net::Datagrams> datagrams_;
    std::unique_ptr<snmp::Engine> engine_;
    std::uint16_t port_ = freePort();
};

TEST_F(SnmpdTest, UsersOfAllKindsAreUnderstood) {
    const Snmpd snmpd(agent("127.18.0.1", kinds()));
    ASSERT_TRUE(snmpd.ready()) << snmpd.log();
    for (const auto& kind : kinds()) {
        const auto id = target("127.18.0.1", optionsOf(kind));
        const auto reports = engine_->stats().reports;
        readWell(id, kind.name);
        readWell(id, kind.name);
        EXPECT_EQ(engine_->stats().reports, reports + 1) << kind.name << ": discovery once";
    }
    EXPECT_EQ(engine_->stats().unauthentic, 0U);
    EXPECT_EQ(engine_->stats().malformed, 0U);
}

TEST_F(SnmpdTest, TwoAgentsWithOneEngineIdBothAnswer) {
    auto first = agent("127.18.0.1", {kinds()[9]});
    auto second = agent("127.18.0.2", {kinds()[9]});
    first.boots = 41;
    const Snmpd a(std::move(first));
    const Snmpd b(std::move(second));
    ASSERT_TRUE(a.ready() && b.ready());
    const auto atA = target("127.18.0.1", optionsOf(kinds()[9]));
    const auto atB = target("127.18.0.2", optionsOf(kinds()[9]));
    for (int i = 0; i < 5; ++i) {
        readWell(atA, "first");
        readWell(atB, "second");
    }
    EXPECT_EQ(engine_->stats().timeouts, 0U);
    EXPECT_EQ(engine_->stats().reports, 2U) << "a discovery for each, and no quarrel after it";
}

TEST_F(SnmpdTest, AgentThatComesBackWithLowerBootsAnswersAgain) {
    auto options = agent("127.18.0.1", {kinds()[9]});
    options.boots = 41;
    auto high = std::make_unique<Snmpd>(options);
    ASSERT_TRUE(high->ready());
    const auto id = target("127.18.0.1", optionsOf(kinds()[9]));
    readWell(id, "before");
    high->stop();
    options.boots = 1;
    const Snmpd low(options);
    ASSERT_TRUE(low.ready());
    const auto reports = engine_->stats().reports;
    readWell(id, "after");
    EXPECT_EQ(engine_->stats().reports, reports + 1) << "one notInTimeWindows";
    EXPECT_EQ(engine_->stats().timeouts, 0U);
}

TEST_F(SnmpdTest, EachMistakeHasItsOwnText) {
    const Snmpd snmpd(agent("127.18.0.1", {kinds()[9], kinds()[2]}));
    ASSERT_TRUE(snmpd.ready());
    const auto fails = [this](auto change, ErrorCode code, const std::string& says) {
        auto options = optionsOf(kinds()[9]);
        change(options);
        const auto result = read(target("127.18.0.1", std::move(options)));
        ASSERT_FALSE(result) << says;
        EXPECT_EQ(result.error().code, code) << result.error().text;
        EXPECT_NE(result.error().text.find(says), std::string::npos) << result.error().text;
    };
    fails([](auto& o) { o.authPassword = Secret("wrong password"); }, ErrorCode::AuthFailed,
          "wrongDigests");
    fails([](auto& o) { o.auth = AuthProtocol::Sha256; }, ErrorCode::AuthFailed, "wrongDigests");
    fails([](auto& o) { o.name = "stranger"; }, ErrorCode::AuthFailed, "unknownUserNames");
    fails([](auto& o) { o.name = "sha1"; }, ErrorCode::Refused, "unsupportedSecLevels");
    fails([](auto& o) { o.privPassword = Secret("wrong password"); }, ErrorCode::Timeout,
          "priv_password");
    // snmpd leaves an encryption that it cannot read, and a context that it has not, unanswered.
    fails([](auto& o) { o.context = "nowhere"; }, ErrorCode::Timeout, "names itself");
}

}  // namespace
}  // namespace platen::test
