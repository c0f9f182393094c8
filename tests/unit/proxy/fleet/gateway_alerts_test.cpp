// SPDX-License-Identifier: Apache-2.0
// The gateway's own rows among a printer's alerts: silence, counters that went back, supplies.
#include "proxy/fleet/gateway_alerts.hpp"

#include "tests/support/log_lines.hpp"
#include "tests/unit/proxy/fleet/fleet_fixture.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace platen::fleet {
namespace {

using mibmap::Group;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using Lines = std::vector<std::string>;

/// A mono printer that has nothing to say: status every minute, supplies every five.
class GatewayAlerts : public FleetFixture {
  public:
    static constexpr const char* kAlertTable = "1.3.6.1.2.1.43.18.1.1";
    static constexpr const char* kLevel = "1.3.6.1.2.1.43.11.1.1.9.1.1";
    static constexpr const char* kDrumLevel = "1.3.6.1.2.1.43.11.1.1.9.1.2";
    static constexpr const char* kErrors = "1.3.6.1.2.1.25.3.5.1.2.1";
    static constexpr const char* kLifeCount = "1.3.6.1.2.1.43.10.2.1.4.1.1";

    GatewayAlerts() : GatewayAlerts(minutes{1}, minutes{5}) {}
    GatewayAlerts(Millis status, Millis others) {
        settings.discovery.interval = minutes{10};
        settings.polling.status = status;
        settings.polling.supplies = others;
        settings.polling.counters = others;
        agent = &addPrinter("192.0.2.5", "acme-laserpoint-410");
        quiet(*agent);
        put(*agent, kLevel, SnmpValue::integer(64));
        settle();
        loop.advance(minutes{12});
        observer->changed.clear();
    }

    /// No alerts, no error bits.
    static void quiet(test::FakeAgent& one) {
        auto rows = one.varbinds();
        const auto table = Oid::parse(kAlertTable).value();
        std::erase_if(rows, [&](const VarBind& row) { return row.oid.startsWith(table); });
        one.setVarbinds(std::move(rows));
        put(one, kErrors, SnmpValue::string(""));
    }
    void level(std::int64_t percent) {
        put(*agent, kLevel, SnmpValue::integer(percent));
        loop.advance(minutes{12});  // two reads
    }
    void bits(const std::string& octets) {
        put(*agent, kErrors, SnmpValue::string(octets));
        loop.advance(minutes{2});
    }
    /// A row of prtAlertTable about marker supplies.
    void printerAlert(std::int64_t code, std::int64_t supply = 1, std::int64_t severity = 4) {
        const auto say = [&](int column, SnmpValue value) {
            put(*agent, (kAlertTable + ("." + std::to_string(column)) + ".1.9").c_str(),
                std::move(value));
        };
        say(2, SnmpValue::integer(severity));
        say(3, SnmpValue::integer(3));
        say(4, SnmpValue::integer(11));
        say(5, SnmpValue::integer(supply));
        say(6, SnmpValue::integer(-2));
        say(7, SnmpValue::integer(code));
        say(8, SnmpValue::string("said by the printer"));
        say(9, SnmpValue::integer(0, SnmpType::TimeTicks));
        loop.advance(minutes{2});
    }
    void poll(std::vector<Group> groups) {
        only().pollGroups(std::move(groups), [](const auto&) {});
        loop.advance(seconds{1});
    }
    /// A clean stop, or a crash that loses what was not stored.
    void restart(bool clean) {
        if (clean) {
            fleet->stop();
        }
        loop.advance(seconds{1});
        startGateway();
    }

    PrinterDevice& device() const { return *fleet->printers().front(); }
    std::string of(const std::string& name) const { return text(device(), "MFP.1." + name); }
    std::string row(std::uint32_t number, const std::string& param) const {
        return of("Alert." + std::to_string(number) + "." + param);
    }
    Lines linesOf(model::ObjectIndex table, const std::string& name) const {
        Lines lines;
        for (const auto number : device().tree().rows(table, serviceInstance())) {
            const auto path = name + "." + std::to_string(number) + ".";
            lines.push_back(std::to_string(number) + " " + of(path + "CodeName") + ": " +
                            of(path + "Description"));
        }
        return lines;
    }
    Lines active() const { return linesOf(names.alertTable, "Alert"); }
    Lines history() const { return linesOf(names.historyTable, "AlertHistory"); }
    /// What changed under Alert and AlertHistory since the last look, and in the counts.
    Lines moved() const {
        Lines out;
        for (const auto& [name, times] : observer->changed) {
            if (name.starts_with("MFP.1.Alert") || name.starts_with("MFP.1.Status.Active") ||
                name == "MFP.1.Status.Severity") {
                out.push_back(name);
            }
        }
        return out;
    }

    test::FakeAgent* agent = nullptr;
    test::LogLines log{clock};
};

TEST_F(GatewayAlerts, AQuietPrinterHasNone) {
    EXPECT_EQ(active(), Lines{});
    EXPECT_EQ(of("Status.ActiveWarnings"), "0");
    EXPECT_EQ(of("Status.Severity"), "OK");
}

// mfp-model 5, Alert: "also gateway-made alerts (supply threshold, unreachable, counter went back)"
TEST_F(GatewayAlerts, SilenceIsOneUntilThePrinterAnswers) {
    agent->faults.silent = true;
    loop.advance(minutes{1});
    EXPECT_EQ(active(), Lines{}) << "one poll is no outage";
    loop.advance(minutes{4});
    ASSERT_EQ(active().size(), 1U);
    const auto raised = row(1, "RaisedTime");
    EXPECT_EQ(row(1, "AlertKey"), "Gateway:-1:1000001:-2");
    EXPECT_EQ(row(1, "Severity"), "Warning");
    EXPECT_EQ(row(1, "SeverityRaw"), "4");
    EXPECT_EQ(row(1, "Group"), "Gateway");
    EXPECT_EQ(row(1, "GroupIndex"), "-1");
    EXPECT_EQ(row(1, "Reference"), "");
    EXPECT_EQ(row(1, "Location"), "-2");
    EXPECT_EQ(row(1, "Code"), "1000001");
    EXPECT_EQ(row(1, "CodeName"), "printerUnreachable");
    EXPECT_EQ(row(1, "StateReason"), "timed-out-warning");
    EXPECT_EQ(row(1, "DeviceTime"), "0");
    EXPECT_EQ(row(1, "Origin"), "Gateway");
    EXPECT_NE(row(1, "Description").find("192.0.2.5"), std::string::npos);
    EXPECT_EQ(of("Status.ActiveWarnings"), "1");
    EXPECT_EQ(of("Status.ActiveCriticals"), "0");
    EXPECT_EQ(of("Status.Severity"), "Unknown");
    observer->changed.clear();
    loop.advance(hours{5});
    EXPECT_EQ(moved(), Lines{}) << "polls go on, the row stays as it is";
    EXPECT_EQ(row(1, "RaisedTime"), raised);

    agent->faults.silent = false;
    loop.advance(minutes{16});
    EXPECT_EQ(active(), Lines{});
    ASSERT_EQ(history().size(), 1U);
    EXPECT_EQ(of("AlertHistory.1.AlertKey"), "Gateway:-1:1000001:-2");
    EXPECT_EQ(of("AlertHistory.1.Group"), "Gateway");
    EXPECT_EQ(of("AlertHistory.1.RaisedTime"), raised);
    EXPECT_EQ(of("AlertHistory.1.Acknowledged"), "false");
    EXPECT_EQ(of("Status.ActiveWarnings"), "0");
    EXPECT_EQ(of("Status.Severity"), "OK");
    EXPECT_EQ(observer->changed["MFP.1.Status.Severity"], 1) << "not by way of Warning";

    agent->faults.silent = true;
    loop.advance(minutes{10});
    ASSERT_EQ(active().size(), 1U);
    EXPECT_EQ(row(2, "AlertKey"), "Gateway:-1:1000001:-2") << "a number is not used again";
}

TEST_F(GatewayAlerts, AnUnreachablePrinterIsNoNewsAfterAStartOfTheGateway) {
    agent->faults.silent = true;
    loop.advance(minutes{5});
    ASSERT_EQ(active().size(), 1U);
    const auto raised = row(1, "RaisedTime");
    loop.advance(minutes{10});
    for (const bool clean : {true, false}) {
        restart(clean);
        EXPECT_EQ(of("Status.CommunicationStatus"), "Unreachable");
        loop.advance(minutes{20});
        ASSERT_EQ(active().size(), 1U);
        EXPECT_EQ(row(1, "RaisedTime"), raised);
        EXPECT_EQ(history(), Lines{});
        EXPECT_EQ(observer->changed["MFP.1.Status.CommunicationStatus"], 0);
    }
    agent->faults.silent = false;
    loop.advance(minutes{16});
    EXPECT_EQ(active(), Lines{});
    EXPECT_EQ(of("Status.CommunicationStatus"), "Up");
    EXPECT_EQ(of("AlertHistory.1.RaisedTime"), raised);
}

TEST_F(GatewayAlerts, ACrashBeforeTheRowIsStoredKeepsItsNumberAndTime) {
    agent->faults.silent = true;
    loop.advance(minutes{3});
    while (active().empty()) {
        loop.advance(seconds{10});
    }
    const auto raised = row(1, "RaisedTime");
    restart(false);
    loop.advance(minutes{10});
    ASSERT_EQ(active().size(), 1U);
    EXPECT_EQ(row(1, "RaisedTime"), raised);
}

TEST_F(GatewayAlerts, APrinterWhoseAddressAnotherOneHasIsUnreachableUntilItIsFound) {
    agents.push_back(std::make_unique<test::FakeAgent>(recording("kyocera-style-m5540")));
    place("192.0.2.5", *agents.back());
    loop.advance(minutes{2});
    ASSERT_EQ(fleet->printers().size(), 2U);
    EXPECT_EQ(active(), Lines{}) << "it may only have moved";
    EXPECT_EQ(of("Status.CommunicationStatus"), "Up");
    loop.advance(minutes{4});
    EXPECT_EQ(active(), (Lines{"1 printerUnreachable: The printer is not reached at 192.0.2.5: "
                               "another printer answers there"}));
    EXPECT_EQ(of("Status.CommunicationStatus"), "Unreachable");
    place("192.0.2.9", *agents.front());
    loop.advance(minutes{12});
    EXPECT_EQ(device().record().address, "192.0.2.9");
    EXPECT_EQ(active(), Lines{});
    EXPECT_EQ(history().size(), 1U);
    EXPECT_EQ(of("Status.CommunicationStatus"), "Up");
    EXPECT_TRUE(device().reachable());
}

TEST_F(GatewayAlerts, PrintersThatSwapAddressesHaveNone) {
    auto& other = addPrinter("192.0.2.6", "kyocera-style-m5540");
    loop.advance(minutes{12});
    ASSERT_EQ(fleet->printers().size(), 2U);
    place("192.0.2.6", *agent);
    place("192.0.2.5", other);
    loop.advance(minutes{10});
    EXPECT_EQ(device().record().address, "192.0.2.6");
    EXPECT_EQ(active(), Lines{});
    EXPECT_EQ(history(), Lines{});
}

TEST_F(GatewayAlerts, APrinterThatIsSwitchedOffHereHasNone) {
    agent->faults.silent = true;
    loop.advance(minutes{5});
    ASSERT_EQ(active().size(), 1U);
    only().write({{inService(names.enable), model::Value::boolean(false)}}, {},
                 [](const WriteFaults&) {});
    loop.advance(minutes{20});
    EXPECT_EQ(of("Status.CommunicationStatus"), "Disabled");
    EXPECT_EQ(active(), Lines{});
}

TEST_F(GatewayAlerts, ARefusedCredentialIsNamed) {
    auto& state = device().state();
    const ApplyContext around{.codec = &codec, .names = &names, .now = clock.wallNow()};
    const auto say = [&](const char* reach) {
        ChangeRecorder changes(state.tree, ChangeCause::Device);
        changes.setText(inService(names.communicationStatus), reach);
        return updateGatewayAlerts(state, around, false, changes);
    };
    EXPECT_FALSE(say("Up")) << "three polls must fail";
    EXPECT_TRUE(say("AuthenticationFailure"));
    ASSERT_EQ(active().size(), 1U);
    EXPECT_EQ(row(1, "CodeName"), "credentialRefused");
    EXPECT_FALSE(say("AuthenticationFailure"));
    EXPECT_TRUE(say("Up"));
    EXPECT_TRUE(say("Unreachable"));
    EXPECT_EQ(row(2, "CodeName"), "printerUnreachable");
    EXPECT_TRUE(say("AuthenticationFailure"));
    EXPECT_EQ(row(3, "CodeName"), "credentialRefused");
    EXPECT_EQ(active().size(), 1U);
}

class CounterAlert : public GatewayAlerts {
  public:
    CounterAlert() : GatewayAlerts(minutes{5}, minutes{5}) {}

    void count(std::int64_t pages, Millis then = minutes{6}) {
        put(*agent, kLifeCount, SnmpValue::integer(pages, SnmpType::Counter32));
        loop.advance(then);
    }
    /// Three reads that agree.
    void fall(std::int64_t pages) { count(pages, minutes{20}); }
};

// mfp-model 7.4.5: "If three reads agree: ... gateway alert"
TEST_F(CounterAlert, ACounterThatWentBackIsSeenForADay) {
    count(90'000);
    count(12, minutes{5});
    EXPECT_EQ(active(), Lines{}) << "not believed yet";
    fall(12);
    ASSERT_EQ(of("Counters.EpochReason"), "CounterWentBack");
    EXPECT_EQ(active(), (Lines{"1 counterWentBack: A page counter of the printer went back; "
                               "counting goes on in epoch 2"}));
    EXPECT_EQ(row(1, "AlertKey"), "Gateway:2:1000003:-2");
    EXPECT_EQ(row(1, "Severity"), "Warning");
    EXPECT_EQ(of("Status.ActiveWarnings"), "1");
    EXPECT_EQ(of("Status.Severity"), "Warning");
    const auto raised = row(1, "RaisedTime");
    observer->changed.clear();
    loop.advance(hours{4});
    for (const bool clean : {true, false}) {
        restart(clean);
        loop.advance(hours{4});
    }
    EXPECT_EQ(active().size(), 1U);
    EXPECT_EQ(row(1, "RaisedTime"), raised);
    EXPECT_EQ(moved(), Lines{});
    loop.advance(hours{12});
    EXPECT_EQ(active(), Lines{});
    EXPECT_EQ(history().size(), 1U);
    EXPECT_EQ(of("Status.Severity"), "OK");
    restart(false);
    loop.advance(hours{1});
    EXPECT_EQ(active(), Lines{}) << "told once";
    EXPECT_EQ(history().size(), 1U);
}

TEST_F(CounterAlert, AnotherFallIsAnotherAlertAndAReturnEndsIt) {
    count(90'000);
    fall(12'000);
    fall(700);
    EXPECT_EQ(active(), (Lines{"2 counterWentBack: A page counter of the printer went back; "
                               "counting goes on in epoch 3"}));
    EXPECT_EQ(history().size(), 1U);
    fall(12'000);  // service puts the number back
    EXPECT_EQ(of("Counters.EpochReason"), "OperatorReset");
    EXPECT_EQ(active(), Lines{});
    EXPECT_EQ(history().size(), 2U);
}

TEST_F(CounterAlert, IsNotRaisedTwiceByACrashRightAfterIt) {
    count(90'000);
    put(*agent, kLifeCount, SnmpValue::integer(12, SnmpType::Counter32));
    while (active().empty()) {
        loop.advance(seconds{5});
    }
    const auto raised = row(1, "RaisedTime");
    restart(false);
    loop.advance(minutes{20});
    ASSERT_EQ(active().size(), 1U);
    EXPECT_EQ(row(1, "RaisedTime"), raised);
    EXPECT_EQ(history(), Lines{});
}

TEST_F(GatewayAlerts, ASupplyOfWhichThePrinterSaysNothingIsOne) {
    level(15);
    ASSERT_EQ(of("Supply.1.State"), "Low");
    EXPECT_EQ(active(),
              (Lines{"1 markerTonerAlmostEmpty: Black Cartridge A41X is low (15 % left)"}));
    EXPECT_EQ(row(1, "AlertKey"), "Gateway:1:1000011:-2");
    EXPECT_EQ(row(1, "Severity"), "Warning");
    EXPECT_EQ(row(1, "Group"), "Gateway");
    EXPECT_EQ(row(1, "GroupIndex"), "1");
    EXPECT_EQ(row(1, "Reference"), "MFP.1.Supply.1");
    EXPECT_EQ(row(1, "StateReason"), "toner-low-warning");
    EXPECT_EQ(row(1, "Origin"), "Gateway");
    EXPECT_EQ(of("Status.ActiveWarnings"), "1");
    for (const auto param : knowledge.schema.object(names.alertTable).params) {
        EXPECT_TRUE(only().tree().get(inRow(param, 1))) << knowledge.schema.param(param).name;
    }
    observer->changed.clear();
    for (int percent = 14; percent > 5; --percent) {
        level(percent);
    }
    EXPECT_EQ(moved(), Lines{}) << "the percentage moves, the row does not";
    level(4);
    EXPECT_EQ(active(),
              (Lines{"2 markerTonerAlmostEmpty: Black Cartridge A41X is nearly empty (4 % left)"}));
    level(0);
    EXPECT_EQ(active(), (Lines{"3 markerTonerEmpty: Black Cartridge A41X is empty"}));
    EXPECT_EQ(row(3, "Severity"), "Warning") << "a printer that stops says so itself";
    EXPECT_EQ(of("Status.ActiveCriticals"), "0");
    level(100);
    EXPECT_EQ(active(), Lines{});
    EXPECT_EQ(history().size(), 3U);
    EXPECT_EQ(of("Status.ActiveWarnings"), "0");
}

TEST_F(GatewayAlerts, EachSupplyHasARow) {
    put(*agent, kDrumLevel, SnmpValue::integer(900));  // of 30,000
    level(15);
    EXPECT_EQ(active(),
              (Lines{"1 markerTonerAlmostEmpty: Black Cartridge A41X is low (15 % left)",
                     "2 markerOpcLifeAlmostOver: Imaging Drum A41D is almost at the end of its "
                     "life (3 % left)"}));
    EXPECT_EQ(row(2, "Reference"), "MFP.1.Supply.2");
    EXPECT_EQ(of("Status.ActiveWarnings"), "2");
    put(*agent, kDrumLevel, SnmpValue::integer(30'000));
    loop.advance(minutes{12});
    EXPECT_EQ(active().size(), 1U);
    EXPECT_EQ(of("Status.ActiveWarnings"), "1");
}

TEST_F(GatewayAlerts, ThePrintersOwnAlertTakesOver) {
    level(15);
    ASSERT_EQ(active().size(), 1U);
    printerAlert(1104);
    EXPECT_EQ(active(), (Lines{"2 markerTonerAlmostEmpty: said by the printer"}));
    EXPECT_EQ(row(2, "Origin"), "SNMPTable");
    EXPECT_EQ(row(2, "Group"), "MarkerSupplies");
    EXPECT_EQ(row(2, "Reference"), "MFP.1.Supply.1");
    EXPECT_EQ(of("Status.ActiveWarnings"), "1");
    EXPECT_EQ(history(),
              (Lines{"1 markerTonerAlmostEmpty: Black Cartridge A41X is low (15 % left)"}));
    quiet(*agent);
    loop.advance(minutes{2});
    EXPECT_EQ(active(),
              (Lines{"3 markerTonerAlmostEmpty: Black Cartridge A41X is low (15 % left)"}))
        << "it is still low";
    EXPECT_EQ(history().size(), 2U);
}

TEST_F(GatewayAlerts, AnAlertAboutAnotherSupplyLeavesItAlone) {
    level(15);
    printerAlert(1112, 2);
    EXPECT_EQ(active(), (Lines{"1 markerTonerAlmostEmpty: Black Cartridge A41X is low (15 % left)",
                               "2 markerOpcLifeOver: said by the printer"}));
    // It may mean any of them.
    quiet(*agent);
    printerAlert(1104, -1);
    EXPECT_EQ(active(), (Lines{"3 markerTonerAlmostEmpty: said by the printer"}));
}

TEST_F(GatewayAlerts, ErrorBitsAboutTonerSpeakForTonerOnly) {
    put(*agent, kDrumLevel, SnmpValue::integer(900));
    level(15);
    ASSERT_EQ(active().size(), 2U);
    bits(std::string(1, '\x20'));  // lowToner
    EXPECT_EQ(active(),
              (Lines{"2 markerOpcLifeAlmostOver: Imaging Drum A41D is almost at the end of its "
                     "life (3 % left)",
                     "3 markerTonerAlmostEmpty: LowToner"}));
    EXPECT_EQ(row(3, "Origin"), "DetectedErrorState");
    EXPECT_EQ(of("Status.ActiveWarnings"), "2");
}

TEST_F(GatewayAlerts, WhatIsOnlyReadOfSuppliesWaitsForThePrintersAlerts) {
    constexpr hours kNever{24 * 365};
    settings.polling = {
        .status = kNever, .supplies = kNever, .counters = kNever, .configuration = kNever};
    fleet->reload();
    loop.advance(minutes{1});
    put(*agent, kLevel, SnmpValue::integer(15));
    poll({Group::Supplies});
    loop.advance(minutes{1});
    poll({Group::Supplies});
    ASSERT_EQ(of("Supply.1.State"), "Low");
    EXPECT_EQ(active(), Lines{});
    poll({Group::Status});
    EXPECT_EQ(active().size(), 1U);
    poll({Group::Supplies});
    EXPECT_EQ(active().size(), 1U);
    put(*agent, kLevel, SnmpValue::integer(64));
    poll({Group::Supplies});
    EXPECT_EQ(active(), Lines{});
}

TEST_F(GatewayAlerts, SeverityIsAtLeastWarningAndNoWorse) {
    level(15);
    EXPECT_EQ(of("Status.Severity"), "Warning");
    EXPECT_EQ(observer->changed["MFP.1.Status.Severity"], 1);
    EXPECT_EQ(observer->changed["MFP.1.Status.ActiveWarnings"], 1);
    observer->changed.clear();
    loop.advance(hours{3});
    EXPECT_EQ(moved(), Lines{}) << "not back and forth at each poll";
    bits(std::string(1, '\x08'));  // doorOpen
    EXPECT_EQ(of("Status.Severity"), "Critical");
    EXPECT_EQ(of("Status.ActiveCriticals"), "1");
    EXPECT_EQ(of("Status.ActiveWarnings"), "1");
    level(0);
    EXPECT_EQ(of("Status.Severity"), "Critical");
    bits("");
    EXPECT_EQ(of("Status.Severity"), "Warning");
    level(64);
    EXPECT_EQ(of("Status.Severity"), "OK");
}

TEST_F(GatewayAlerts, SupplyRowsSurviveSilenceAndAStart) {
    level(15);
    const auto raised = row(1, "RaisedTime");
    agent->faults.silent = true;
    loop.advance(minutes{10});
    EXPECT_EQ(active().size(), 2U);
    EXPECT_EQ(of("Status.Severity"), "Unknown");
    for (const bool clean : {true, false}) {
        restart(clean);
        loop.advance(minutes{10});
        EXPECT_EQ(active().size(), 2U);
    }
    agent->faults.silent = false;
    loop.advance(minutes{20});
    EXPECT_EQ(active(),
              (Lines{"1 markerTonerAlmostEmpty: Black Cartridge A41X is low (15 % left)"}));
    EXPECT_EQ(row(1, "RaisedTime"), raised);
    EXPECT_EQ(of("Status.Severity"), "Warning");
    restart(true);
    observer->changed.clear();
    loop.advance(minutes{20});
    EXPECT_EQ(row(1, "RaisedTime"), raised);
    EXPECT_EQ(history().size(), 1U) << "the silence";
    EXPECT_EQ(moved(), Lines{});
}

TEST_F(GatewayAlerts, AThresholdOfTheAcsCountsThoughThePrinterSaysNothingNew) {
    loop.advance(hours{1});
    const auto before = only().repeatedAnswers();
    only().write({{inRow(names.supplyLowThreshold, 1),
                   model::Value::unsignedInteger(model::ValueType::UnsignedInt, 70)}},
                 {}, [](const WriteFaults&) {});
    loop.advance(minutes{16});
    EXPECT_GT(only().repeatedAnswers(), before);
    EXPECT_EQ(active(),
              (Lines{"1 markerTonerAlmostEmpty: Black Cartridge A41X is low (64 % left)"}));
    const auto then = only().repeatedAnswers();
    loop.advance(hours{1});
    EXPECT_GE(only().repeatedAnswers(), then + 20) << "supplies and counters every five minutes";
    EXPECT_EQ(active().size(), 1U);
}

TEST_F(GatewayAlerts, TheGatewaysWordIsNoWitnessForAFall) {
    level(15);
    ASSERT_EQ(active().size(), 1U);
    put(*agent, kLevel, SnmpValue::integer(0));
    poll({Group::Status, Group::Supplies});
    EXPECT_EQ(of("Supply.1.LevelPercent"), "0");
    EXPECT_EQ(of("Supply.1.State"), "Low") << "one read decides nothing";
}

class GoneSupply : public GatewayAlerts {
  public:
    GoneSupply() : GatewayAlerts(hours{6}, hours{6}) {
        settings.discovery.interval = hours{24 * 40};
        fleet->reload();
    }
};

TEST_F(GoneSupply, IsMissing) {
    auto rows = agent->varbinds();
    std::erase_if(rows, [](const VarBind& row) {
        const auto name = row.oid.toString();
        return name.starts_with("1.3.6.1.2.1.43.11.1.1.") && name.ends_with(".1.3");
    });
    agent->setVarbinds(std::move(rows));
    loop.advance(hours{30});
    ASSERT_EQ(of("Supply.3.State"), "Missing");
    EXPECT_EQ(active(), (Lines{"1 markerSupplyMissing: Fuser Kit 220V is missing"}));
    loop.advance(hours{24 * 31});
    EXPECT_EQ(of("Supply.3.State"), "(absent)");
    EXPECT_EQ(active(), Lines{}) << "its row is gone";
}

}  // namespace
}  // namespace platen::fleet
