// SPDX-License-Identifier: Apache-2.0
// Level, alert, error bits and panel of one supply made one state (features C5 and C6), and what
// became of a cartridge that was taken out.
#include "base/log.hpp"
#include "proxy/fleet/derived_states.hpp"
#include "tests/support/log_lines.hpp"
#include "tests/unit/proxy/fleet/fleet_fixture.hpp"

#include <algorithm>

namespace platen::fleet {
namespace {

using std::chrono::hours;

constexpr const char* kLevel = "1.3.6.1.2.1.43.11.1.1.9.1.1";
constexpr const char* kErrors = "1.3.6.1.2.1.25.3.5.1.2.1";
constexpr const char* kPanel = "1.3.6.1.2.1.43.16.5.1.2.1.1";
constexpr const char* kLifeCount = "1.3.6.1.2.1.43.10.2.1.4.1.1";
constexpr const char* kPrinterStatus = "1.3.6.1.2.1.25.3.5.1.1.1";

TEST(BelievedLevel, AFallNeedsTwoReadsOrAnotherWitness) {
    EXPECT_EQ(believedLevel(0, 60, false), 60);
    EXPECT_EQ(believedLevel(0, 60, true), 0);
    EXPECT_EQ(believedLevel(0, 0, false), 0);
    EXPECT_EQ(believedLevel(0, -1, false), 0) << "the first read of all";
    EXPECT_EQ(believedLevel(100, 60, false), 100);
    EXPECT_EQ(believedLevel(-1, 60, false), -1);
}

/// The one toner of a mono printer, read every hour.
class SupplyFusion : public FleetFixture {
  public:
    SupplyFusion() {
        for (auto* every : {&settings.polling.status, &settings.polling.supplies,
                            &settings.polling.counters, &settings.polling.configuration}) {
            *every = hours{1};
        }
        agent = &addPrinter("192.0.2.5", "acme-laserpoint-410");
        level(64);
        settle();
        poll(2);
    }

    void level(std::int64_t percent) const { put(*agent, kLevel, SnmpValue::integer(percent)); }
    void bits(const std::string& octets) const { put(*agent, kErrors, SnmpValue::string(octets)); }
    void panel(const std::string& words) const { put(*agent, kPanel, SnmpValue::string(words)); }
    void print(std::int64_t pages) {
        total += pages;
        put(*agent, kLifeCount, SnmpValue::integer(total, SnmpType::Counter32));
    }
    /// A row of prtAlertTable about supply 1; code 0: none.
    void alert(std::int64_t code) const {
        const std::string column = "1.3.6.1.2.1.43.18.1.1.";
        const auto say = [&](int number, SnmpValue value) {
            put(*agent, (column + std::to_string(number) + ".1.9").c_str(), std::move(value));
        };
        if (code == 0) {
            auto rows = agent->varbinds();
            std::erase_if(rows, [](const VarBind& row) {
                const auto name = row.oid.toString();
                return name.starts_with("1.3.6.1.2.1.43.18.1.1.") && name.ends_with(".1.9");
            });
            agent->setVarbinds(std::move(rows));
            return;
        }
        say(2, SnmpValue::integer(4));
        say(3, SnmpValue::integer(3));
        say(4, SnmpValue::integer(11));  // markerSupplies
        say(5, SnmpValue::integer(1));
        say(6, SnmpValue::integer(-2));
        say(7, SnmpValue::integer(code));
        say(8, SnmpValue::string("?"));
        say(9, SnmpValue::integer(0, SnmpType::TimeTicks));
    }
    void poll(int times = 1) {
        for (int i = 0; i < times; ++i) {
            loop.advance(hours{1});
        }
    }
    std::string supply(const std::string& param) const {
        return text(*fleet->printers().front(), "MFP.1.Supply.1." + param);
    }
    std::string state() const { return supply("State"); }
    std::string history(std::uint32_t row, const std::string& param) const {
        return text(*fleet->printers().front(),
                    "MFP.1.SupplyHistory." + std::to_string(row) + "." + param);
    }
    std::size_t replaced() const {
        return only().tree().rows(names.supplyHistoryTable, serviceInstance()).size();
    }
    std::size_t told(std::string_view event) const {
        return static_cast<std::size_t>(std::ranges::count_if(
            log.lines,
            [&](const std::string& line) { return line.find(event) != std::string::npos; }));
    }
    void restart() {
        fleet->stop();
        loop.advance(std::chrono::seconds{1});
        startGateway();
        loop.advance(std::chrono::minutes{1});
    }

    test::FakeAgent* agent = nullptr;
    std::int64_t total = 84'213;
    test::LogLines log{clock};
};

// mfp-model 7.1: a level of 0 is empty, but a moment of 0 is no news.
TEST_F(SupplyFusion, AnEmptyLevelOfAPrinterThatPrintsIsBelievedWhenItStays) {
    ASSERT_EQ(state(), "Normal");
    level(0);
    print(20);
    poll();
    EXPECT_EQ(supply("LevelPercent"), "0") << "what it says is shown";
    EXPECT_EQ(state(), "Normal");
    print(20);
    poll();
    EXPECT_EQ(state(), "Depleted");
    level(64);
    poll();
    EXPECT_EQ(state(), "Normal") << "it was put back";
    level(0);
    poll();
    level(64);
    poll();
    EXPECT_EQ(state(), "Normal");
    EXPECT_EQ(observer->changed["MFP.1.Supply.1.State"], 3) << "first, empty, back";
    EXPECT_EQ(replaced(), 0U);
}

TEST_F(SupplyFusion, ALevelThatAgreesWithABitIsBelievedAtOnce) {
    level(0);
    bits(std::string("\x10", 1));  // noToner
    poll();
    EXPECT_EQ(state(), "Depleted");
}

TEST_F(SupplyFusion, AnAlertThatNamesTheSupplyBeatsAGoodLevel) {
    const std::vector<std::pair<int, std::string>> cases{{1101, "Depleted"}, {1102, "Depleted"},
                                                         {1104, "Low"},      {1115, "Missing"},
                                                         {1112, "VeryLow"},  {13, "Depleted"}};
    for (const auto& [code, expected] : cases) {
        alert(code);
        poll();
        EXPECT_EQ(state(), expected) << code;
        alert(0);
        poll();
        EXPECT_EQ(state(), "Normal") << code;
    }
}

TEST_F(SupplyFusion, ABitMeansTheOneTonerWhateverItsLevel) {
    bits(std::string("\x10", 1));  // noToner
    poll();
    EXPECT_EQ(state(), "Depleted");
    bits(" ");  // 0x20, lowToner
    poll();
    EXPECT_EQ(state(), "Low");
    bits(std::string("\x00\x20", 2));  // markerSupplyMissing
    poll();
    EXPECT_EQ(state(), "Missing");
    EXPECT_EQ(text(only(), "MFP.1.Supply.2.State"), "Normal") << "the drum is no toner";
    bits("");
    poll();
    EXPECT_EQ(state(), "Normal");
}

TEST_F(SupplyFusion, ThePanelIsBelievedWhenItSaysSoTwiceInAnyLanguage) {
    for (const auto* words :
         {"Toner low", "Toner fast leer", "Toner faible", "Toner bajo", "Toner in esaurimento",
          "Toner bijna op", "Мало тонера", "トナーが少なくなりました", "碳粉不足"}) {
        panel(words);
        poll();
        EXPECT_EQ(state(), "Normal") << words << ", once";
        only().pollGroups({mibmap::Group::Supplies},
                          [](const std::vector<GroupReport>& /*reports*/) {});
        loop.advance(std::chrono::seconds{5});
        EXPECT_EQ(state(), "Normal") << words << ", the panel was not read again";
        poll();
        EXPECT_EQ(state(), "Low") << words;
        panel("Ready");
        poll();
        EXPECT_EQ(state(), "Normal") << words << ", gone";
    }
    panel("Toner leer");
    poll(2);
    EXPECT_EQ(state(), "VeryLow") << "a number that is not 0 stands against it";
    restart();
    EXPECT_EQ(state(), "VeryLow") << "what was believed needs no second look";
    level(-2);
    poll();
    EXPECT_EQ(state(), "Depleted");
}

TEST_F(SupplyFusion, ALevelThatIsLowConfirmsThePanelAtOnce) {
    level(18);
    panel("Toner ersetzen");
    poll();
    EXPECT_EQ(state(), "VeryLow");
}

TEST_F(SupplyFusion, SpecialLevelsAreNoNumbers) {  // C5
    for (const std::int64_t special : {-1, -2, -3}) {
        level(special);
        poll(3);
        EXPECT_EQ(supply("LevelPercent"), "-1") << special;
        EXPECT_EQ(state(), "Unknown") << special;
    }
    level(-2);  // HP, with what else it says
    alert(1104);
    poll();
    EXPECT_EQ(state(), "Low");
    EXPECT_EQ(supply("LevelState"), "Unknown");
    alert(0);
    bits(std::string("\x10", 1));
    poll();
    EXPECT_EQ(state(), "Depleted");
    bits("");
    poll();
    EXPECT_EQ(state(), "Unknown");
    EXPECT_EQ(replaced(), 0U);
    level(64);
    poll();
    EXPECT_EQ(replaced(), 0U) << "the number it had before";
}

TEST_F(SupplyFusion, TwoTonersThatABitCanMeanAreLeftAlone) {
    auto& color = addPrinter("192.0.2.6", "acme-colorworks-c7200");
    startGateway();
    settle();
    const auto& device = *fleet->printers().back();
    const auto states = [&] {
        std::string out;
        for (const auto row : device.tree().rows(names.supplyTable, serviceInstance())) {
            out += text(device, "MFP.1.Supply." + std::to_string(row) + ".State") + " ";
        }
        return out;
    };
    const auto before = states();
    put(color, kErrors, SnmpValue::string(std::string("\x10", 1)));
    for (int i = 1; i <= 4; ++i) {
        put(color, ("1.3.6.1.2.1.43.11.1.1.9.1." + std::to_string(i)).c_str(),
            SnmpValue::integer(-2));
    }
    poll(2);
    EXPECT_EQ(states().find("Depleted"), std::string::npos) << before << states();
}

TEST_F(SupplyFusion, ACartridgeTakenOutEarlyIsToldWithWhatWasInIt) {
    level(0);  // the drawer is open for two polls
    bits(std::string("\x00\x20", 2));
    poll(2);
    EXPECT_EQ(state(), "Missing");
    level(100);
    bits("");
    poll();
    ASSERT_EQ(replaced(), 1U);
    EXPECT_EQ(history(1, "LevelPercentAtRemoval"), "64");
    EXPECT_EQ(told("supply.replaced_early"), 1U);
    EXPECT_EQ(state(), "Normal");
    // A level that is not told while it is out.
    level(70);
    poll(2);
    level(-2);
    poll(3);
    level(97);
    poll();
    ASSERT_EQ(replaced(), 2U);
    EXPECT_EQ(history(2, "LevelPercentAtRemoval"), "70");
    EXPECT_EQ(told("supply.replaced_early"), 2U);
}

TEST_F(SupplyFusion, ACartridgePutBackIsNotANewOne) {
    for (int i = 0; i < 3; ++i) {
        level(0);
        poll(1 + i);
        level(64 - i);
        poll(2);
    }
    EXPECT_EQ(replaced(), 0U);
    EXPECT_EQ(told("supply.replaced"), 0U);
    level(100);
    poll();
    EXPECT_EQ(replaced(), 1U);
    EXPECT_EQ(history(1, "LevelPercentAtRemoval"), "62");
}

TEST_F(SupplyFusion, ASensorOfTwoStatesRunsOutAndIsReplaced) {
    level(100);
    // Another row, so that nothing is known of its steps.
    put(*agent, "1.3.6.1.2.1.43.11.1.1.6.1.1", SnmpValue::string("Other Cartridge"));
    put(*agent, "1.3.6.1.2.1.43.11.1.1.5.1.1", SnmpValue::integer(3));
    poll(2);
    const auto rows = only().tree().rows(names.supplyTable, serviceInstance());
    const auto row = "MFP.1.Supply." + std::to_string(rows.back()) + ".";
    ASSERT_EQ(text(only(), row + "LevelPercent"), "100");
    for (int i = 1; i <= 2; ++i) {
        level(0);
        poll(5);
        EXPECT_EQ(text(only(), row + "State"), "Depleted");
        level(100);
        poll(2);
        EXPECT_EQ(text(only(), row + "ReplacementCount"), std::to_string(i));
    }
    EXPECT_EQ(told("supply.replaced_early"), 0U);
}

TEST_F(SupplyFusion, ASleeperThatSaysWhatItKnewBeforeChangesNothing) {
    level(3);
    poll(3);
    ASSERT_EQ(state(), "VeryLow");
    level(100);
    poll(2);
    ASSERT_EQ(replaced(), 1U);
    // Asleep, it answers with what its network card knew.
    put(*agent, kPrinterStatus, SnmpValue::integer(1));
    level(3);
    poll(6);
    EXPECT_EQ(text(only(), "MFP.1.Status.State"), "Standby");
    put(*agent, kPrinterStatus, SnmpValue::integer(3));
    level(100);
    poll(2);
    EXPECT_EQ(replaced(), 1U) << "one cartridge was replaced";
    EXPECT_EQ(supply("ReplacementCount"), "1");
    EXPECT_EQ(state(), "Normal");
    // What it always says, day and night, moves nothing.
    const auto changedAt = supply("LastChangeTime");
    put(*agent, kPrinterStatus, SnmpValue::integer(1));
    poll(48);
    EXPECT_EQ(supply("LastChangeTime"), changedAt);
    EXPECT_EQ(replaced(), 1U);
}

TEST_F(SupplyFusion, AReplacementIsStoredAtOnce) {
    level(30);
    poll(2);
    level(95);
    poll();
    ASSERT_EQ(replaced(), 1U);
    const auto removed = history(1, "RemovedTime");
    startGateway();  // not stopped: what was not committed is lost
    EXPECT_EQ(replaced(), 1U);
    EXPECT_EQ(history(1, "RemovedTime"), removed);
    EXPECT_EQ(history(1, "LevelPercentAtRemoval"), "30");
    loop.advance(hours{1});
    EXPECT_EQ(replaced(), 1U);
    EXPECT_EQ(supply("ReplacementCount"), "1");
}

}  // namespace
}  // namespace platen::fleet
