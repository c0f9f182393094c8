// SPDX-License-Identifier: Apache-2.0
// Replacements, SupplyHistory and estimates (mfp-model 7.5).
#include "proxy/fleet/supply_book.hpp"

#include "tests/unit/proxy/fleet/fleet_fixture.hpp"

namespace platen::fleet {
namespace {

using std::chrono::hours;

constexpr const char* kTonerLevel = "1.3.6.1.2.1.43.11.1.1.9.1.1";
constexpr const char* kTonerText = "1.3.6.1.2.1.43.11.1.1.6.1.1";
constexpr const char* kLifeCount = "1.3.6.1.2.1.43.10.2.1.4.1.1";

class SupplyBook : public FleetFixture {
  public:
    SupplyBook() {
        settings.polling.status = hours{6};
        settings.polling.supplies = hours{6};
        settings.polling.counters = hours{6};
        settings.polling.configuration = hours{6};
        agent = &addPrinter("192.0.2.5", "acme-laserpoint-410");
        settle();
    }
    void level(std::int64_t percent) const {
        put(*agent, kTonerLevel, SnmpValue::integer(percent));
    }
    void printed(std::int64_t total) const {
        put(*agent, kLifeCount, SnmpValue::integer(total, SnmpType::Counter32));
    }
    void poll() { loop.advance(hours{6}); }
    std::string supply(const std::string& param) const {
        return text(*fleet->printers().front(), "MFP.1.Supply.1." + param);
    }
    std::string replaced(std::uint32_t row, const std::string& param) const {
        return text(*fleet->printers().front(),
                    "MFP.1.SupplyHistory." + std::to_string(row) + "." + param);
    }
    std::size_t historyRows() {
        return only().tree().rows(names.supplyHistoryTable, serviceInstance()).size();
    }
    void restart() {
        fleet->stop();
        loop.advance(std::chrono::seconds{1});
        startGateway();
        loop.advance(std::chrono::minutes{1});
    }
    /// Twenty days in which the toner falls by `step` points every `every` days.
    void use(std::int64_t from, std::int64_t step, int every) {
        for (int day = 0; day < 20; ++day) {
            level(from - step * (day / every));
            printed(84'213 + 100 * day);
            loop.advance(hours{24});
        }
    }
    test::FakeAgent* agent = nullptr;
};

TEST_F(SupplyBook, WithoutEnoughDataThereIsNoEstimateAndNoHistory) {
    for (const auto* param : {"AverageDailyUse", "EstimatedDaysRemaining", "EstimateMethod",
                              "EstimatedDaysRemainingLow", "EstimatedDaysRemainingHigh",
                              "EstimatedDepletionTime", "EstimatedImpressionsRemaining",
                              "ReplacementCount", "LastReplacedTime", "ImpressionsSinceInstall"}) {
        EXPECT_EQ(supply(param), "(absent)") << param;
    }
    EXPECT_EQ(historyRows(), 0U);
    EXPECT_EQ(text(only(), "MFP.1.SupplyHistoryNumberOfEntries"), "0");
    EXPECT_EQ(supply("LastChangeTime"), "0001-01-01T00:00:00Z");
}

TEST_F(SupplyBook, AFallingLevelGivesDaysLeftByItsTrend) {
    use(60, 1, 1);
    EXPECT_EQ(supply("LevelPercent"), "41");
    EXPECT_EQ(supply("EstimateMethod"), "LevelTrend");
    EXPECT_EQ(supply("AverageDailyUse"), "100");
    EXPECT_EQ(supply("EstimatedDaysRemaining"), "41");
    const auto today = std::chrono::floor<std::chrono::days>(clock.wallNow());
    const auto depleted =
        only().tree().get(codec.parseInternal("MFP.1.Supply.1.EstimatedDepletionTime")->paramRef());
    EXPECT_NEAR(std::chrono::duration<double>(depleted->asTime() - today).count() / (24 * 3600.0),
                41.0, 1.0);
    // About 100 pages a point.
    EXPECT_NEAR(std::stod(supply("EstimatedImpressionsRemaining")), 4100.0, 1000.0);
    EXPECT_NE(supply("LastChangeTime"), "0001-01-01T00:00:00Z");
}

TEST_F(SupplyBook, ALevelInCoarseStepsWithoutAYieldHasNoEstimate) {
    use(64, 10, 5);
    EXPECT_EQ(supply("LevelPercent"), "34");
    EXPECT_EQ(supply("EstimatedDaysRemaining"), "(absent)");
}

TEST_F(SupplyBook, ALevelThatRisesIsAReplacement) {
    level(3);
    poll();
    poll();
    level(100);
    poll();
    ASSERT_EQ(historyRows(), 1U);
    EXPECT_EQ(supply("ReplacementCount"), "1");
    EXPECT_NE(supply("LastReplacedTime"), "(absent)");
    EXPECT_EQ(replaced(1, "SupplyAlias"), supply("Alias"));
    EXPECT_EQ(replaced(1, "RemovedTime"), supply("LastReplacedTime"));
    EXPECT_EQ(replaced(1, "LevelPercentAtRemoval"), "3");
    EXPECT_EQ(replaced(1, "Coverage"), "(absent)");
    EXPECT_GE(observer->changed["MFP.1.Supply.1.LastReplacedTime"], 1);
    // Pages of the new one are counted, and told of it when it goes.
    printed(84'713);
    level(60);
    poll();
    poll();
    EXPECT_EQ(supply("ImpressionsSinceInstall"), "500");
    const auto installed = supply("LastReplacedTime");
    level(99);
    poll();
    ASSERT_EQ(historyRows(), 2U);
    EXPECT_EQ(supply("ReplacementCount"), "2");
    EXPECT_EQ(replaced(2, "LevelPercentAtRemoval"), "60");
    EXPECT_EQ(replaced(2, "Impressions"), "500");
    EXPECT_EQ(replaced(2, "InstallDate"), installed);
    EXPECT_EQ(supply("ImpressionsSinceInstall"), "0");
}

TEST_F(SupplyBook, ASmallRiseOrAMomentOfZeroIsNoReplacement) {
    level(60);
    poll();
    poll();
    level(69);
    poll();
    level(0);
    poll();
    level(69);
    poll();
    EXPECT_EQ(historyRows(), 0U);
    EXPECT_EQ(supply("ReplacementCount"), "(absent)");
}

TEST_F(SupplyBook, ANewSerialNumberIsAReplacementEvenAtTheSameLevel) {
    put(*agent, kTonerText, SnmpValue::string("Black Cartridge;SNAB1001"));
    poll();
    poll();
    ASSERT_EQ(supply("SerialNumber"), "AB1001");
    EXPECT_EQ(historyRows(), 0U) << "the first serial number seen is no replacement";
    put(*agent, kTonerText, SnmpValue::string("Black Cartridge;SNAB1002"));
    poll();
    poll();
    ASSERT_EQ(historyRows(), 1U);
    EXPECT_EQ(replaced(1, "SerialNumber"), "AB1001");
    EXPECT_EQ(supply("InstallDate"), supply("LastReplacedTime"));
    level(100);  // told a poll later: the same replacement
    poll();
    EXPECT_EQ(historyRows(), 1U);
    EXPECT_EQ(supply("ReplacementCount"), "1");
}

TEST_F(SupplyBook, AReplacementEndsTheEstimateUntilThereIsDataAgain) {
    use(60, 1, 1);
    ASSERT_EQ(supply("EstimatedDaysRemaining"), "41");
    level(100);
    poll();
    EXPECT_EQ(supply("EstimatedDaysRemaining"), "-1");
    EXPECT_EQ(supply("EstimatedImpressionsRemaining"), "-1");
    EXPECT_EQ(supply("AverageDailyUse"), "-1");
    EXPECT_EQ(supply("EstimateMethod"), "StateOnly");
    EXPECT_EQ(supply("EstimatedDepletionTime"), "0001-01-01T00:00:00Z");
}

TEST_F(SupplyBook, ARestartKeepsHistorySamplesAndNumbers) {
    level(3);
    poll();
    level(90);
    poll();
    ASSERT_EQ(historyRows(), 1U);
    const auto removed = replaced(1, "RemovedTime");
    for (int day = 0; day < 6; ++day) {
        level(90 - day);
        loop.advance(hours{24});
    }
    ASSERT_EQ(supply("EstimatedDaysRemaining"), "(absent)");
    restart();
    ASSERT_EQ(historyRows(), 1U);
    EXPECT_EQ(replaced(1, "RemovedTime"), removed);
    EXPECT_EQ(supply("ReplacementCount"), "1");
    for (int day = 6; day < 10; ++day) {
        level(90 - day);
        loop.advance(hours{24});
    }
    EXPECT_EQ(supply("EstimateMethod"), "LevelTrend") << "samples of both lives count";
    // Replaced while the gateway was down.
    fleet->stop();
    loop.advance(std::chrono::seconds{1});
    level(100);
    clock.advance(hours{5});
    startGateway();
    loop.advance(std::chrono::minutes{1});
    EXPECT_EQ(historyRows(), 2U);
    EXPECT_EQ(only().tree().rows(names.supplyHistoryTable, serviceInstance()),
              (std::vector<std::uint32_t>{1, 2}));
}

TEST_F(SupplyBook, ThePanelsTextDecidesWhereTheLevelIsNoNumberAndStandsAgainstOne) {  // C6
    constexpr const char* kPanel = "1.3.6.1.2.1.43.16.5.1.2.1.1";
    level(-3);
    poll();
    ASSERT_EQ(supply("State"), "Unknown");
    put(*agent, kPanel, SnmpValue::string("Toner low"));
    poll();
    poll();
    EXPECT_EQ(supply("State"), "Low");
    put(*agent, kPanel, SnmpValue::string("Replace toner cartridge"));
    poll();
    EXPECT_EQ(supply("State"), "VeryLow");
    level(64);  // the sensor says OK, the panel says low
    poll();
    poll();
    EXPECT_EQ(supply("State"), "VeryLow");
    put(*agent, kPanel, SnmpValue::string("Ready"));
    poll();
    EXPECT_EQ(supply("State"), "Normal");
    level(-3);
    poll();
    poll();
    EXPECT_EQ(supply("State"), "Unknown");
}

TEST_F(SupplyBook, TheHistoryHasALimitAndNumbersGoOn) {
    PrinterState state(Knowledge::get().schema, pool);
    ApplyContext apply{.codec = &codec, .names = &names, .now = clock.wallNow()};
    ChangeRecorder changes(state.tree, ChangeCause::Device);
    const auto setLevel = [&](std::int64_t percent) {
        changes.setInt(inRow(names.supplyLevelPercent, 1), percent);
    };
    changes.setText(inRow(names.supplyAlias, 1), "Toner");
    for (std::size_t i = 0; i < kSupplyHistorySize + 3; ++i) {
        for (const std::int64_t percent : {5, 5, 90}) {
            const SupplyWatch watch(state, names);
            setLevel(percent);
            apply.now += hours{1};
            watch.apply(state, apply, true, changes);
        }
    }
    const auto rows = state.tree.rows(names.supplyHistoryTable, serviceInstance());
    ASSERT_EQ(rows.size(), kSupplyHistorySize);
    EXPECT_EQ(rows.front(), 4U);
    EXPECT_EQ(rows.back(), kSupplyHistorySize + 3);
}

TEST_F(SupplyBook, YieldAndUseTellTheDaysOfASupplyWithoutANumber) {  // mfp-model 7.5.3
    PrinterState state(Knowledge::get().schema, pool);
    ApplyContext apply{.codec = &codec, .names = &names, .now = clock.wallNow()};
    ChangeRecorder changes(state.tree, ChangeCause::Device);
    changes.setInt(inRow(names.supplyLevelPercent, 1), -1);
    changes.setUnsigned(inRow(names.supplyRatedYield, 1), 10'000);
    for (unsigned day = 0; day < 12; ++day) {
        changes.setUnsigned(inService(names.totalImpressions), 50'000 + 100 * day);
        changes.set(inRow(names.supplyImpressions, 1),
                    model::Value::unsignedInteger(model::ValueType::UnsignedLong, 4000 + 100 * day),
                    model::Source::Snmp);
        const SupplyWatch watch(state, names);
        apply.now += hours{24};
        watch.apply(state, apply, true, changes);
    }
    const auto value = [&](model::ParamIndex param) {
        const auto found = state.tree.get(inRow(param, 1));
        return found ? found->text() : "(absent)";
    };
    EXPECT_EQ(value(names.supplyEstimateMethod), "YieldAndImpressions");
    EXPECT_EQ(value(names.supplyImpressionsLeft), "4900");
    EXPECT_EQ(value(names.supplyDaysLeft), "49");
    EXPECT_EQ(value(names.supplyDailyUse), "-1");
}

}  // namespace
}  // namespace platen::fleet
