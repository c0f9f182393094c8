// SPDX-License-Identifier: Apache-2.0
// Days left and their range (mfp-model 7.5), on levels and counts day by day.
#include "proxy/fleet/supply_estimate.hpp"

#include "tests/unit/proxy/fleet/fleet_fixture.hpp"

#include <functional>

namespace platen::fleet {
namespace {

constexpr std::int32_t kToday = 20'000;

/// The level that a printer shows on a day, rounded down as printers do.
using Level = std::function<double(std::int32_t day)>;

EstimateInputs after(std::int32_t days, const Level& level) {
    LevelHistory history;
    EstimateInputs in;
    for (std::int32_t day = 0; day < days; ++day) {
        in.percent = static_cast<std::int32_t>(level(day));
        history.add(kToday + day, in.percent);
    }
    in.trend = history.pace();
    return in;
}

/// Five working days, two days off.
std::int32_t workdays(std::int32_t day) {
    return day / 7 * 5 + std::min(day % 7, 5);
}

Estimate expectTrend(const EstimateInputs& in) {
    const auto left = estimateSupply(in);
    EXPECT_EQ(left.method, "LevelTrend");
    EXPECT_LE(left.low, left.days);
    EXPECT_LE(0, left.low);
    EXPECT_TRUE(left.high == -1 || left.high >= left.days) << left.high;
    return left;
}

void expectNone(const Estimate& left) {
    EXPECT_EQ(left.method, "StateOnly");
    EXPECT_EQ(left.days, -1);
    EXPECT_EQ(left.low, -1);
    EXPECT_EQ(left.high, -1);
    EXPECT_EQ(left.impressions, -1);
}

TEST(SupplyEstimate, SteadyUseHasANarrowRange) {
    const auto left = expectTrend(after(30, [](std::int32_t day) { return 90 - 2 * day; }));
    EXPECT_EQ(left.days, 16);  // 32 points, two a day
    EXPECT_EQ(left.low, 16);
    EXPECT_EQ(left.high, 16);
    EXPECT_DOUBLE_EQ(left.dailyUse, 2.0);
}

TEST(SupplyEstimate, WeekendsWidenTheRangeALittle) {
    const auto left =
        expectTrend(after(42, [](std::int32_t day) { return 95 - 1.4 * workdays(day); }));
    // 1 point a day over the week, 54 left.
    EXPECT_NEAR(static_cast<double>(left.days), 54, 3);
    EXPECT_GE(left.low, 40);
    EXPECT_LT(left.low, left.days);
    EXPECT_GT(left.high, left.days);
    EXPECT_LE(left.high, 70);
}

TEST(SupplyEstimate, NoiseWidensItAndTheFewerDaysTheMore) {
    const Level noisy = [](std::int32_t day) { return 90 - day + (day * 7 % 5 - 2) * 1.5; };
    const auto few = expectTrend(after(14, noisy));
    const auto many = expectTrend(after(50, noisy));
    EXPECT_NEAR(static_cast<double>(few.days), 76, 12);
    EXPECT_NEAR(static_cast<double>(many.days), 41, 3);
    const auto relative = [](const Estimate& left) {
        return static_cast<double>(left.high - left.low) / static_cast<double>(left.days);
    };
    EXPECT_GT(few.high, few.low);
    EXPECT_GT(relative(few), 2 * relative(many));
}

TEST(SupplyEstimate, UseThatRestsForLongHasNoUpperEnd) {
    // Six days of a trade fair in a month: most pairs of days are alike.
    const auto left = expectTrend(after(20, [](std::int32_t day) {
        return day < 8 ? 90 - 5 * day : day < 19 ? 50.0 : 49.0;
    }));
    EXPECT_GT(left.days, 0);
    EXPECT_EQ(left.high, -1);
    EXPECT_GT(left.low, 0);
    EXPECT_LT(left.low, left.days);
}

TEST(SupplyEstimate, TooFewDaysAndAFlatLevelTellNothing) {
    expectNone(estimateSupply(after(7, [](std::int32_t day) { return 90 - 5 * day; })));
    expectNone(estimateSupply(after(60, [](std::int32_t) { return 70; })));
    expectNone(estimateSupply(after(60, [](std::int32_t day) { return 74 - day / 15; })));
    expectNone(estimateSupply({}));
}

TEST(SupplyEstimate, BeyondTenYearsThereIsNoFigure) {
    auto in = after(60, [](std::int32_t day) { return 90 - 2 * day; });
    in.trend = Pace{.usual = 0.02, .slow = 0.01, .fast = 0.03};
    in.percent = 73;
    EXPECT_EQ(estimateSupply(in).days, 3650);
    EXPECT_EQ(estimateSupply(in).high, -1);
    in.percent = 74;
    expectNone(estimateSupply(in));
    EXPECT_DOUBLE_EQ(estimateSupply(in).dailyUse, 0.02);
}

TEST(SupplyEstimate, TheMakersFigureHasNoSpread) {
    auto in = after(30, [](std::int32_t day) { return 90 - 2 * day; });
    in.told = 33;
    const auto left = estimateSupply(in);
    EXPECT_EQ(left.method, "Device");
    EXPECT_EQ(left.days, 33);
    EXPECT_EQ(left.low, 33);
    EXPECT_EQ(left.high, 33);
    EXPECT_DOUBLE_EQ(left.dailyUse, 2.0) << "still what the level says";
    in.told = 3651;  // no figure
    EXPECT_EQ(estimateSupply(in).method, "LevelTrend");
    in.told = -1;
    EXPECT_EQ(estimateSupply(in).method, "LevelTrend");
}

/// A month of `perDay` pages a day into `supplies`.
std::optional<Pace> month(const std::function<unsigned(std::int32_t)>& perDay) {
    SupplyTracks supplies;
    std::uint64_t total = 50'000;
    for (std::int32_t day = 0; day < 31; ++day) {
        supplies.noteUse({.day = kToday + day, .total = total, .color = 0});
        total += perDay(day);
    }
    return supplies.dailyUse(false);
}

TEST(SupplyEstimate, CoarseStepsUseYieldAndImpressions) {
    for (const std::int32_t step : {10, 25}) {
        auto in =
            after(31, [step](std::int32_t day) { return 100 - (day * 2 + 10) / step * step; });
        in.coarse = true;
        expectNone(estimateSupply(in));  // without a yield
        in.yield = 10'000;
        in.used = 4'000;
        in.daily = month([](std::int32_t) { return 100; });
        auto left = estimateSupply(in);
        EXPECT_EQ(left.method, "YieldAndImpressions");
        EXPECT_EQ(left.days, 60);
        EXPECT_EQ(left.low, 60);
        EXPECT_EQ(left.high, 60);
        EXPECT_EQ(left.impressions, 6'000);
        in.daily = month([](std::int32_t day) { return day % 7 < 5 ? 140U : 0U; });
        left = estimateSupply(in);
        EXPECT_NEAR(static_cast<double>(left.days), 60, 4);
        EXPECT_LT(left.low, left.days);
        EXPECT_GT(left.high, left.days);
        in.used = 12'000;  // more than it was made for
        EXPECT_EQ(estimateSupply(in).days, 0);
        EXPECT_EQ(estimateSupply(in).high, 0);
    }
}

TEST(SupplyEstimate, OneDayOfMuchPrintingLeavesTheMeanInTheRange) {
    const auto pace = month([](std::int32_t day) { return day == 3 ? 9'000U : 10U; });
    ASSERT_TRUE(pace);
    EXPECT_LE(pace->slow, pace->usual);
    EXPECT_GE(pace->fast, pace->usual);
    EXPECT_NEAR(pace->slow, 10, 1);
}

TEST(SupplyEstimate, SomeRemainingUsesTheYieldAndNoLimitHasNoEnd) {
    EstimateInputs in;
    in.yield = 2'000;
    in.used = 500;
    in.daily = Pace{.usual = 50, .slow = 30, .fast = 100};
    const auto left = estimateSupply(in);
    EXPECT_EQ(left.method, "YieldAndImpressions");
    EXPECT_EQ(left.days, 30);
    EXPECT_EQ(left.low, 15);
    EXPECT_EQ(left.high, 50);
    in.noLimit = true;
    expectNone(estimateSupply(in));
    in.noLimit = false;
    in.percent = 60;  // a number whose trend is not known yet
    expectNone(estimateSupply(in));
}

constexpr const char* kTonerLevel = "1.3.6.1.2.1.43.11.1.1.9.1.1";

class DaysLeft : public FleetFixture {
  public:
    DaysLeft() {
        settings.polling.status = std::chrono::hours{6};
        settings.polling.supplies = std::chrono::hours{6};
        settings.polling.counters = std::chrono::hours{6};
        agent = &addPrinter("192.0.2.5", "acme-laserpoint-410");
        settle();
    }
    void days(std::int64_t from, std::int64_t perDay, int count) {
        for (int day = 0; day < count; ++day) {
            put(*agent, kTonerLevel, SnmpValue::integer(from - perDay * day));
            loop.advance(std::chrono::hours{24});
        }
    }
    std::string supply(const std::string& param) const {
        return text(*fleet->printers().front(), "MFP.1.Supply.1." + param);
    }
    std::string range() const {
        return supply("EstimatedDaysRemainingLow") + " " + supply("EstimatedDaysRemaining") + " " +
               supply("EstimatedDaysRemainingHigh") + " " + supply("EstimateMethod");
    }
    test::FakeAgent* agent = nullptr;
};

TEST_F(DaysLeft, AReplacementEndsTheRangeAndOnlyTheNewSupplyCounts) {
    EXPECT_EQ(range(), "(absent) (absent) (absent) (absent)");
    days(60, 1, 20);
    EXPECT_EQ(range(), "41 41 41 LevelTrend");
    days(100, 3, 5);
    EXPECT_EQ(range(), "-1 -1 -1 StateOnly");
    EXPECT_EQ(supply("EstimatedDepletionTime"), "0001-01-01T00:00:00Z");
    days(85, 3, 5);
    EXPECT_EQ(range(), "24 24 24 LevelTrend");
    fleet->stop();
    loop.advance(std::chrono::seconds{1});
    startGateway();
    EXPECT_EQ(range(), "24 24 24 LevelTrend") << "known before the first poll";
}

}  // namespace
}  // namespace platen::fleet
