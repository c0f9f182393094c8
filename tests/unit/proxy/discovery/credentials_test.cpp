// SPDX-License-Identifier: Apache-2.0
#include "proxy/discovery/credentials.hpp"

#include "proxy/discovery/devices_file.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace platen::discovery {
namespace {

config::SnmpCredential credential(std::string version, std::vector<std::string> ranges = {}) {
    config::SnmpCredential out;
    out.version = std::move(version);
    out.ranges = std::move(ranges);
    out.community = Secret("community");
    out.user = "platen";
    return out;
}

std::vector<std::string> labels(const std::vector<SnmpAccess>& list) {
    std::vector<std::string> out;
    for (const auto& access : list) {
        out.push_back(access.label);
    }
    return out;
}

const net::Address kHere = net::Address::fromIpv4(0xC0000207);  // 192.0.2.7

TEST(Credentials, AreTriedInTheOrderOfTheFileWhereTheirRangesHold) {
    config::Snmp settings;
    settings.credentials.push_back(credential("3", {"198.51.100.0/24"}));
    settings.credentials.push_back(credential("3", {"192.0.2.0/24"}));
    settings.credentials.push_back(credential("2c"));
    settings.credentials.push_back(credential("1"));
    settings.credentials[3].name = "old";
    const auto list = candidatesFor(settings, kHere);
    EXPECT_EQ(labels(list), (std::vector<std::string>{"#2", "#3", "old"}));
    EXPECT_EQ(list[0].version, snmp::Version::V3);
    EXPECT_EQ(list[1].version, snmp::Version::V2c);
    EXPECT_EQ(list[2].version, snmp::Version::V1);
    EXPECT_EQ(list[1].user, nullptr);
}

TEST(Credentials, TheOneThatWorkedComesFirst) {
    config::Snmp settings;
    settings.credentials.push_back(credential("2c"));
    settings.credentials.push_back(credential("3"));
    settings.credentials.push_back(credential("3", {"198.51.100.0/24"}));
    settings.credentials[2].name = "listed";
    EXPECT_EQ(labels(candidatesFor(settings, kHere, "#2")), (std::vector<std::string>{"#2", "#1"}));
    EXPECT_EQ(labels(candidatesFor(settings, kHere, "")), (std::vector<std::string>{"#1", "#2"}));
    EXPECT_EQ(labels(candidatesFor(settings, kHere, "gone")),
              (std::vector<std::string>{"#1", "#2"}));
    // Named in the devices file for an address beyond its ranges.
    EXPECT_EQ(labels(candidatesFor(settings, kHere, "listed")),
              (std::vector<std::string>{"listed", "#1", "#2"}));
    EXPECT_FALSE(credentialNamed(settings, ""));
    EXPECT_FALSE(credentialNamed(settings, "#2"));
    EXPECT_EQ(credentialNamed(settings, "listed")->label, "listed");
}

TEST(Credentials, LevelIsWhatTheProtocolsAllowOrWhatIsSaid) {
    using snmp::SecurityLevel;
    const auto level = [](const char* auth, const char* priv, const char* said) {
        config::Snmp settings;
        settings.credentials.push_back(credential("3"));
        auto& one = settings.credentials[0];
        one.authProtocol = auth;
        one.privProtocol = priv;
        one.securityLevel = said;
        one.authPassword = Secret("authpass1");
        return candidatesFor(settings, kHere).at(0).user->level();
    };
    EXPECT_EQ(level("none", "none", "auto"), SecurityLevel::NoAuthNoPriv);
    EXPECT_EQ(level("sha1", "none", "auto"), SecurityLevel::AuthNoPriv);
    EXPECT_EQ(level("sha1", "aes128", "auto"), SecurityLevel::AuthPriv);
    EXPECT_EQ(level("sha1", "aes128", "authNoPriv"), SecurityLevel::AuthNoPriv);
    EXPECT_EQ(level("sha1", "aes128", "noAuthNoPriv"), SecurityLevel::NoAuthNoPriv);
}

TEST(Credentials, EveryProtocolOfTheConfigurationIsKnown) {
    const auto user = [](const std::string& auth, const std::string& priv) {
        config::Snmp settings;
        settings.credentials.push_back(credential("3"));
        settings.credentials[0].authProtocol = auth;
        settings.credentials[0].privProtocol = priv;
        settings.credentials[0].authPassword = Secret("authpass1");
        return candidatesFor(settings, kHere).at(0).user;
    };
    for (const auto* auth : {"md5", "sha1", "sha224", "sha256", "sha384", "sha512"}) {
        EXPECT_NE(user(auth, "none")->auth(), snmp::AuthProtocol::None) << auth;
    }
    for (const auto* priv : {"des", "aes128", "aes192", "aes256", "aes192c", "aes256c"}) {
        EXPECT_NE(user("sha1", priv)->priv(), snmp::PrivProtocol::None) << priv;
    }
}

TEST(Credentials, WithoutAnyItIsPublic) {
    const auto list = candidatesFor({}, kHere);
    ASSERT_EQ(list.size(), 1U);
    EXPECT_EQ(list[0].community.reveal(), "public");
    EXPECT_EQ(list[0].version, snmp::Version::V2c);
}

TEST(Credentials, DevicesFileNamesOne) {
    const auto file =
        parseDevicesFile("host,credential,tags\n192.0.2.7,office,hall\n192.0.2.8,,\n");
    EXPECT_TRUE(file.problems.empty());
    ASSERT_EQ(file.devices.size(), 2U);
    EXPECT_EQ(file.devices[0].credential, "office");
    EXPECT_EQ(file.devices[0].tags, "hall");
    EXPECT_TRUE(file.devices[1].credential.empty());
}

TEST(SnmpAccess, IsTheSameWhateverItIsCalled) {
    config::Snmp settings;
    settings.credentials.push_back(credential("3"));
    auto a = std::move(candidatesFor(settings, kHere).at(0));
    settings.credentials[0].name = "other";
    const auto b = std::move(candidatesFor(settings, kHere).at(0));
    EXPECT_TRUE(a.sameAs(b));
    EXPECT_TRUE(a.clone().sameAs(a));
    settings.credentials[0].user = "someone";
    EXPECT_FALSE(a.sameAs(candidatesFor(settings, kHere).at(0)));
    settings.credentials[0].version = "2c";
    EXPECT_FALSE(a.sameAs(candidatesFor(settings, kHere).at(0)));
}

}  // namespace
}  // namespace platen::discovery
