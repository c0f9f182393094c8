// SPDX-License-Identifier: Apache-2.0
// Our trap receiver against a sender that we did not write: net-snmp's snmptrap.
#include "base/crypto.hpp"
#include "base/time.hpp"
#include "proxy/net/datagram.hpp"
#include "proxy/net/epoll_loop.hpp"
#include "proxy/snmp/trap_receiver.hpp"
#include "tests/integration/process.hpp"

#include <gtest/gtest.h>

#include <unistd.h>

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace platen::test {
namespace {

constexpr const char* kSnmptrap = "/usr/bin/snmptrap";
constexpr const char* kAlert = "1.3.6.1.2.1.43.18.2.0.1";
constexpr const char* kGroup = "1.3.6.1.2.1.43.18.1.1.4.1.7";

class Snmptrap : public testing::Test {
  protected:
    void SetUp() override {
        if (::access(kSnmptrap, X_OK) != 0) {
            GTEST_SKIP() << "snmptrap is not installed (Debian package snmp)";
        }
        auto datagrams = net::openUdpListener(
            loop_, *net::Endpoint::parse("127.0.0.1:" + std::to_string(port_)));
        ASSERT_TRUE(datagrams) << datagrams.error().text;
        datagrams_ = std::move(*datagrams);
        receiver_ = std::make_unique<snmp::TrapReceiver>(
            snmp::TrapReceiver::Ports{
                .loop = loop_,
                .datagrams = *datagrams_,
                .random = random_,
                .peerAt = [this](const net::Address&) -> std::optional<snmp::TrapPeer> {
                    return snmp::TrapPeer{DeviceId{1}, version_, "secret", user_};
                },
                .poll =
                    [this](DeviceId, snmp::TrapHint hint) {
                        ++polls_;
                        hint_ = hint;
                        polledAt_ = std::chrono::steady_clock::now();
                    }},
            snmp::TrapReceiver::Engine{std::string("\x80\x00\x00\x00\x05platen", 11), 3});
    }
    void useVersion3() {
        snmp::UsmUserOptions options;
        options.name = "platen";
        options.auth = snmp::AuthProtocol::Sha256;
        options.authPassword = Secret("authpass1");
        options.priv = snmp::PrivProtocol::Aes128;
        options.privPassword = Secret("privpass1");
        options.level = snmp::SecurityLevel::AuthPriv;
        version_ = snmp::Version::V3;
        user_ = std::make_shared<snmp::UsmUser>(std::move(options));
    }
    /// Runs the sender, and the loop beside it until it ends and the polls are started.
    std::optional<int> send(const std::vector<std::string>& words) {
        std::vector<std::string> all{"/usr/bin/env", "MIBS=", "SNMPCONFPATH=/nonexistent",
                                     "SNMP_PERSISTENT_DIR=" + folder_.path().string(), kSnmptrap};
        all.insert(all.end(), words.begin(), words.end());
        begun_ = std::chrono::steady_clock::now();
        Process sender(std::move(all));
        std::optional<int> exit;
        int rest = 10;  // 500 ms after its end
        const std::function<void()> look = [&] {
            if (!exit) {
                exit = sender.wait(Millis{0});
            }
            if (exit && --rest == 0) {
                loop_.stop();
                return;
            }
            loop_.after(Millis{50}, "test.look", [&look] { look(); });
        };
        look();
        loop_.run();
        EXPECT_EQ(exit, 0) << sender.errors();
        return exit;
    }
    [[nodiscard]] std::string target() const { return "udp:127.0.0.1:" + std::to_string(port_); }
    const snmp::TrapStats& stats() { return receiver_->stats(); }

    SystemClock clock_;
    SystemRandom random_;
    net::EpollLoop loop_{clock_};
    TemporaryFolder folder_;
    std::uint16_t port_ = freePort();
    std::unique_ptr<net::Datagrams> datagrams_;
    std::unique_ptr<snmp::TrapReceiver> receiver_;
    snmp::Version version_ = snmp::Version::V2c;
    std::shared_ptr<const snmp::UsmUser> user_;
    int polls_ = 0;
    snmp::TrapHint hint_;
    std::chrono::steady_clock::time_point begun_, polledAt_;
};

TEST_F(Snmptrap, VersionsOneAndTwoAreHeard) {
    send({"-v", "2c", "-c", "secret", target(), "1", kAlert, kGroup, "i", "11"});
    EXPECT_EQ(polls_, 1);
    EXPECT_EQ(hint_, (snmp::TrapHint{true, true}));
    EXPECT_LT(polledAt_ - begun_, std::chrono::seconds{2}) << "the sender's start included";
    send({"-v", "1", "-c", "secret", target(), "1.3.6.1.2.1.43.18.2", "127.0.0.9", "6", "1", "1",
          kGroup, "i", "6"});
    EXPECT_EQ(stats().accepted, 2U);
    send({"-v", "2c", "-c", "guess", target(), "1", kAlert});
    EXPECT_EQ(stats().wrongCredential, 1U);
    EXPECT_EQ(stats().accepted, 2U);
}

TEST_F(Snmptrap, InformsOfVersionTwoAreAnswered) {
    send({"-Ci", "-v", "2c", "-c", "secret", "-r", "1", "-t", "2", target(), "1", kAlert});
    EXPECT_EQ(stats().accepted, 1U);
    EXPECT_EQ(stats().received, 1U) << "not answered at once";
}

TEST_F(Snmptrap, TrapsOfVersionThreeAreHeard) {
    useVersion3();
    send({"-v",  "3",         "-e",     "0x80001f888070616c",
          "-Z",  "5,1000",    "-l",     "authPriv",
          "-u",  "platen",    "-a",     "SHA-256",
          "-A",  "authpass1", "-x",     "AES",
          "-X",  "privpass1", target(), "1",
          kAlert});
    EXPECT_EQ(stats().accepted, 1U);
    EXPECT_EQ(polls_, 1);
    send({"-v",  "3",         "-e",     "0x80001f888070616c",
          "-Z",  "5,1000",    "-l",     "authPriv",
          "-u",  "platen",    "-a",     "SHA-256",
          "-A",  "wrongpass", "-x",     "AES",
          "-X",  "privpass1", target(), "1",
          kAlert});
    EXPECT_EQ(stats().wrongCredential, 1U);
    send({"-v", "2c", "-c", "secret", target(), "1", kAlert});
    EXPECT_EQ(stats().wrongCredential, 2U) << "version 2c of a device of version 3";
}

TEST_F(Snmptrap, InformsOfVersionThreeFindOurEngineAndAreAnswered) {
    useVersion3();
    send({"-Ci",     "-v", "3",         "-l",     "authPriv", "-u",  "platen",    "-a",
          "SHA-256", "-A", "authpass1", "-x",     "AES",      "-X",  "privpass1", "-r",
          "1",       "-t", "2",         target(), "1",        kAlert});
    EXPECT_EQ(stats().accepted, 1U);
    EXPECT_GE(stats().discoveries, 1U);
}

}  // namespace
}  // namespace platen::test
