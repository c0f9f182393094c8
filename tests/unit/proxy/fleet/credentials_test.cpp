// SPDX-License-Identifier: Apache-2.0
// Which credential a printer is read with: remembered, replaced, set by the ACS.
#include "proxy/fleet/device_values.hpp"
#include "proxy/fleet/snmp_access_values.hpp"
#include "tests/unit/proxy/fleet/fleet_fixture.hpp"

namespace platen::fleet {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

class Credentials : public FleetFixture {
  public:
    /// Communities with the names of their entries.
    void configure(const std::vector<std::pair<std::string, std::string>>& communities) {
        settings.snmp.credentials.clear();
        for (const auto& [text, name] : communities) {
            config::SnmpCredential credential;
            credential.name = name;
            credential.community = Secret(text);
            settings.snmp.credentials.push_back(std::move(credential));
        }
    }
    /// Requests of an agent with another community than its own, from a place in the list on.
    static std::size_t strange(const test::FakeAgent& agent, std::size_t from = 0) {
        std::size_t count = 0;
        for (auto i = from; i < agent.requests.size(); ++i) {
            count += agent.requests[i].community == agent.community ? 0U : 1U;
        }
        return count;
    }
    void restart() {
        fleet->stop();
        loop.advance(seconds{1});
        startGateway();
    }
    std::string storedLabel() {
        const auto snapshot = store->load();
        for (const auto& row : snapshot.value().readings) {
            if (row.name == kCredentialRow) {
                return row.text;
            }
        }
        return "(none)";
    }
    /// As an ACS would.
    void setByAcs(PrinterDevice& device,
                  const std::vector<std::pair<std::string, std::string>>& values) {
        std::vector<Assignment> assignments;
        for (const auto& [name, text] : values) {
            const auto path = codec.parseInternal("MFP.1.Connection." + name);
            ASSERT_TRUE(path) << name;
            auto value =
                name.ends_with("Port")
                    ? model::Value::unsignedInteger(model::ValueType::UnsignedInt, std::stoul(text))
                    : model::Value::string(text);
            assignments.push_back({path->paramRef(), std::move(value)});
        }
        bool done = false;
        device.write(std::move(assignments), {}, [&done](const WriteFaults& faults) {
            EXPECT_TRUE(faults.empty());
            done = true;
        });
        loop.advance(seconds{1});
        EXPECT_TRUE(done);
    }
};

TEST_F(Credentials, TheOneThatWorkedIsUsedFirstAfterARestart) {
    configure({{"first", ""}, {"second", "office"}, {"third", ""}});
    auto& agent = addPrinter("192.0.2.5", "acme-laserpoint-410");
    agent.community = "second";
    fleet->reload();
    settle();
    EXPECT_EQ(only().access().label, "office");
    fleet->stop();
    EXPECT_EQ(storedLabel(), "office");
    settings.discovery.ranges.clear();  // so that only the poll of the known printer asks
    agent.requests.clear();
    startGateway();
    settle();
    EXPECT_EQ(only().access().label, "office");
    EXPECT_FALSE(agent.requests.empty());
    EXPECT_EQ(strange(agent), 0U) << "nobody guessed";
}

TEST_F(Credentials, AnotherConfiguredOneIsTriedWhenItStopsWorking) {
    configure({{"first", "a"}, {"second", "b"}});
    auto& agent = addPrinter("192.0.2.5", "acme-laserpoint-410");
    agent.community = "first";
    fleet->reload();
    settle();
    ASSERT_EQ(only().access().label, "a");
    settings.discovery.ranges.clear();
    agent.community = "second";
    loop.advance(minutes{10});
    EXPECT_EQ(only().access().label, "b");
    EXPECT_TRUE(only().reachable());
    EXPECT_EQ(text(only(), "MFP.1.Status.CommunicationStatus"), "Up");
    // It is polled, and remembered.
    const auto before = agent.requests.size();
    loop.advance(minutes{5});
    EXPECT_GT(agent.requests.size(), before);
    EXPECT_EQ(strange(agent, before), 0U);
    restart();
    EXPECT_EQ(storedLabel(), "b");
    EXPECT_EQ(only().access().label, "b");
}

TEST_F(Credentials, ASilentPrinterIsNotAskedWithOthersAgainAndAgain) {
    configure({{"first", "a"}, {"second", "b"}, {"third", "c"}});
    auto& agent = addPrinter("192.0.2.5", "acme-laserpoint-410");
    agent.community = "first";
    fleet->reload();
    settle();
    settings.discovery.ranges.clear();
    agent.faults.silent = true;
    agent.requests.clear();
    loop.advance(std::chrono::hours{12});
    // Two others, two packets each, once: when it was lost.
    EXPECT_EQ(strange(agent), 4U);
}

TEST_F(Credentials, WhatTheAcsSetIsUsedAfterARestart) {
    configure({{"first", "a"}});
    auto& agent = addPrinter("192.0.2.5", "acme-laserpoint-410");
    agent.community = "first";
    fleet->reload();
    settle();
    agent.community = "by-the-acs";
    setByAcs(only(), {{"SNMP.ReadCommunity", "by-the-acs"}});
    loop.advance(minutes{2});
    EXPECT_TRUE(only().reachable());
    settings.discovery.ranges.clear();
    agent.requests.clear();
    restart();
    loop.advance(minutes{2});
    EXPECT_EQ(only().access().community.reveal(), "by-the-acs");
    EXPECT_TRUE(only().accessOfAcs());
    EXPECT_FALSE(agent.requests.empty());
    EXPECT_EQ(strange(agent), 0U);
    EXPECT_EQ(text(only(), "MFP.1.Status.CommunicationStatus"), "Up");
}

TEST_F(Credentials, TheAcssPortIsUsedAfterARestart) {
    auto& agent = addPrinter("192.0.2.5", "acme-laserpoint-410");
    settle();
    network.add({net::Address::parse("192.0.2.5").value(), 10'161}, agent);
    setByAcs(only(), {{"SNMP.Port", "10161"}});
    EXPECT_EQ(only().endpoint().port, 10'161);
    restart();
    EXPECT_EQ(only().endpoint().port, 10'161);
}

TEST_F(Credentials, APrinterThatTheAcsGaveACredentialIsSeenBesideAnotherOfItsSerial) {
    configure({{"first", ""}});
    settings.discovery.interval = minutes{10};
    auto& agent = addPrinter("192.0.2.5", "acme-laserpoint-410");
    agent.community = "first";
    startGateway();
    settle();
    agent.community = "by-the-acs";
    setByAcs(only(), {{"SNMP.ReadCommunity", "by-the-acs"}});
    loop.advance(minutes{3});
    ASSERT_TRUE(only().reachable());
    auto& other = addPrinter("192.0.2.7", "acme-laserpoint-410");
    other.community = "first";
    hideMac(other);
    setUpTime(other, 1'000);
    loop.advance(minutes{10});
    EXPECT_EQ(fleet->printers().size(), 2U);
    EXPECT_EQ(fleet->sightings().moved, 0U);
}

TEST_F(Credentials, WhatTheAcsSetIsNotReplacedByWhatIsConfigured) {
    configure({{"first", "a"}, {"second", "b"}});
    auto& agent = addPrinter("192.0.2.5", "acme-laserpoint-410");
    agent.community = "first";
    fleet->reload();
    settle();
    setByAcs(only(), {{"SNMP.ReadCommunity", "wrong"}});
    agent.requests.clear();
    loop.advance(std::chrono::hours{1});
    EXPECT_FALSE(only().reachable());
    for (const auto& request : agent.requests) {
        EXPECT_NE(request.community, "second");
    }
    setByAcs(only(), {{"SNMP.ReadCommunity", "first"}});
    loop.advance(minutes{5});
    EXPECT_TRUE(only().reachable());
}

// C-PRX-24: an agent of v1 or v2c is silent to a wrong community. A printer whose web server takes
// connections is on, so the ACS may come and bring the right one.
TEST_F(Credentials, APrinterWhoseCommunityChangedIsOnIfItsWebServerAnswers) {
    configure({{"first", "a"}});
    auto& agent = addPrinter("192.0.2.5", "acme-laserpoint-410");
    agent.community = "first";
    fleet->reload();
    settle();
    bool web = true;
    int asked = 0;
    context->webAnswers = [&](const net::Address& printer, Millis limit, auto done) {
        ++asked;
        EXPECT_EQ(printer.toString(), "192.0.2.5");
        EXPECT_LT(limit, seconds{2});
        loop.after(web ? Millis{20} : limit, "test.web",
                   [&web, done = std::move(done)]() mutable { done(web); });
    };
    const auto comesOn = [&] {
        std::optional<bool> up;
        const auto begin = clock.steadyNow();
        only().checkReachable([&](bool answer) {
            EXPECT_FALSE(up) << "answered twice";
            EXPECT_LE(clock.steadyNow() - begin, seconds{2});
            up = answer;
        });
        EXPECT_FALSE(up) << "answered inside the call";
        loop.advance(seconds{5});
        EXPECT_TRUE(up);
        return up.value_or(false);
    };
    for (int i = 0; i < 12; ++i) {  // just after a poll, and long after
        loop.advance(seconds{6});
        EXPECT_TRUE(comesOn());
    }
    EXPECT_EQ(asked, 0) << "one that SNMP reaches is not asked";
    agent.community = "changed";
    loop.advance(minutes{20});
    ASSERT_FALSE(only().reachable());
    EXPECT_EQ(asked, 0) << "polls do not ask it";
    EXPECT_TRUE(comesOn());
    web = false;
    EXPECT_FALSE(comesOn());
    EXPECT_EQ(asked, 2);
    setByAcs(only(), {{"SNMP.ReadCommunity", "changed"}});
    loop.advance(minutes{2});
    EXPECT_TRUE(comesOn());
    EXPECT_TRUE(only().reachable());
}

/// SNMPv3 as the ACS sets it, in the printer's own words.
TEST_F(Credentials, Version3SetByTheAcsSurvivesARestart) {
    auto& agent = addPrinter("192.0.2.5", "acme-laserpoint-410");
    settle();
    setByAcs(only(), {{"SNMP.SecurityName", "platen"},
                      {"SNMP.SecurityLevel", "AuthPriv"},
                      {"SNMP.AuthProtocol", "SHA256"},
                      {"SNMP.AuthPassphrase", "authpass1"},
                      {"SNMP.PrivProtocol", "AES128"},
                      {"SNMP.PrivPassphrase", "privpass1"},
                      {"SNMP.ContextName", "Jetdirect"},
                      {"SNMP.Version", "V3"}});
    const auto check = [](const PrinterDevice& device) {
        const auto& access = device.access();
        EXPECT_EQ(access.version, snmp::Version::V3);
        ASSERT_TRUE(access.user);
        EXPECT_EQ(access.user->name(), "platen");
        EXPECT_EQ(access.user->level(), snmp::SecurityLevel::AuthPriv);
        EXPECT_EQ(access.user->auth(), snmp::AuthProtocol::Sha256);
        EXPECT_EQ(access.user->priv(), snmp::PrivProtocol::Aes128);
        EXPECT_EQ(access.user->authPassword().reveal(), "authpass1");
        EXPECT_EQ(access.user->privPassword().reveal(), "privpass1");
        EXPECT_EQ(access.user->context(), "Jetdirect");
    };
    check(only());
    settings.discovery.ranges.clear();  // so that only the poll of the known printer asks
    const auto asked = agent.requests.size();
    restart();
    check(only());
    loop.advance(minutes{1});
    EXPECT_EQ(agent.requests.size(), asked) << "it is not asked by the configured community";
    EXPECT_EQ(text(only(), "MFP.1.Connection.SNMP.Version"), "V3");
}

TEST_F(Credentials, TheDefaultAccessIsUnderstoodAsItself) {
    addPrinter("192.0.2.5", "acme-laserpoint-410");
    settle();
    const auto access = accessOf(names, only().tree(), only().access());
    EXPECT_TRUE(access.sameAs(only().access()));
    EXPECT_EQ(access.label, only().access().label);
}

}  // namespace
}  // namespace platen::fleet
