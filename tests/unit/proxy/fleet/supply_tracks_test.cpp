// SPDX-License-Identifier: Apache-2.0
#include "proxy/fleet/supply_tracks.hpp"

#include <gtest/gtest.h>

namespace platen::fleet {
namespace {

constexpr std::int32_t kToday = 20'000;

LevelHistory falling(std::int32_t days, double perDay) {
    LevelHistory levels;
    for (std::int32_t day = 0; day < days; ++day) {
        levels.add(kToday + day, static_cast<std::int32_t>(100 - perDay * day));
    }
    return levels;
}

TEST(LevelHistory, NeedsSevenDaysAndAFallOfFivePoints) {  // mfp-model 7.5
    EXPECT_FALSE(LevelHistory().dailyUse());
    EXPECT_FALSE(falling(7, 2).dailyUse()) << "six days apart";
    EXPECT_NEAR(falling(8, 2).dailyUse().value(), 2.0, 1e-9);
    EXPECT_FALSE(falling(9, 0.5).dailyUse()) << "four points";
    EXPECT_NEAR(falling(11, 0.5).dailyUse().value(), 0.5, 0.05);
}

TEST(LevelHistory, OneOddDayDoesNotMoveTheMedianOfTheSlopes) {
    auto levels = falling(20, 1);
    levels.add(kToday + 20, 80);
    const auto plain = levels.dailyUse().value();
    levels.add(kToday + 21, 20);
    EXPECT_NEAR(levels.dailyUse().value(), plain, 0.1);
}

TEST(LevelHistory, KeepsTheLastLevelOfADayAndSixtyDays) {
    LevelHistory levels;
    levels.add(kToday, 90);
    levels.add(kToday, 88);
    levels.add(kToday - 1, 5);  // the clock was set back
    EXPECT_EQ(levels.pack(), "58");
    levels.add(kToday + 3, 87);
    EXPECT_EQ(levels.pack(), "57ffff58");
    levels.add(kToday + 3 + LevelHistory::kDays, 50);
    EXPECT_EQ(levels.pack(), "32") << "all others are too old";
    for (std::int32_t day = 1; day <= 200; ++day) {
        levels.add(kToday + 100 + day, day % 100);
    }
    EXPECT_EQ(levels.pack().size(), 2U * LevelHistory::kDays);
}

TEST(LevelHistory, TakesBackWhatItPackedAndRefusesDamage) {
    const auto levels = falling(30, 1.5);
    LevelHistory copy;
    ASSERT_TRUE(copy.unpack(levels.lastDay(), levels.pack()));
    EXPECT_EQ(copy.pack(), levels.pack());
    EXPECT_EQ(copy.dailyUse(), levels.dailyUse());
    EXPECT_TRUE(copy.unpack(kToday, ""));
    EXPECT_FALSE(copy.dailyUse());
    for (const auto* text : {"5", "zz", "65", "32fe", "8032"}) {
        EXPECT_FALSE(copy.unpack(kToday, text)) << text;
        EXPECT_EQ(copy.lastDay(), 0);
    }
    EXPECT_FALSE(copy.unpack(kToday, std::string(2 * LevelHistory::kDays + 2, '1')));
    EXPECT_FALSE(copy.unpack(2, "323232"));
}

TEST(SupplyTracks, MeanUseNeedsAWeekAndLooksBackThirtyDays) {
    SupplyTracks supplies;
    for (std::int32_t day = 0; day < 7; ++day) {
        supplies.noteUse({.day = kToday + day, .total = 1000U + 100U * static_cast<unsigned>(day)});
    }
    EXPECT_FALSE(supplies.meanDailyUse(false));
    supplies.noteUse({.day = kToday + 7, .total = 1700, .color = 0});
    EXPECT_NEAR(supplies.meanDailyUse(false).value(), 100.0, 1e-9);
    EXPECT_FALSE(supplies.meanDailyUse(true)) << "nothing printed in colour";
    for (std::int32_t day = 8; day < 90; ++day) {
        supplies.noteUse({.day = kToday + day, .total = 1700, .color = 0});
    }
    EXPECT_FALSE(supplies.meanDailyUse(false)) << "nothing printed in the last 30 days";
    EXPECT_LE(supplies.use.size(), static_cast<std::size_t>(SupplyTracks::kUseDays) + 1);
}

TEST(SupplyTracks, SurvivesTheStoreAndLeavesDamagedLinesOut) {
    SupplyTracks supplies;
    auto& track = supplies.make(7);
    track.levels = falling(12, 3);
    track.previous = 71;
    track.startLevel = 90;
    track.smallestStep = 2;
    track.replaced = SupplyTrack::Replaced::BySerial;
    track.hasStart = true;
    track.startIsInstall = true;
    track.startCount = 123'456'789'012;
    supplies.make(3).startLevel = 50;
    supplies.noteUse({.day = kToday, .total = 5, .color = 6});
    const auto text = packSupplies(supplies);
    SupplyTracks copy;
    unpackSupplies(text + "level\t0\t1\t\t255\t255\t0\t0\t0\nlevel\t9\nuse\tx\t1\t2\nnoise\n",
                   copy);
    EXPECT_EQ(packSupplies(copy), text);
    ASSERT_NE(copy.find(7), nullptr);
    EXPECT_EQ(copy.find(7)->startCount, 123'456'789'012U);
    EXPECT_EQ(copy.find(7)->replaced, SupplyTrack::Replaced::BySerial);
    EXPECT_EQ(copy.find(9), nullptr);
    EXPECT_EQ(packSupplies({}), "");
}

TEST(SupplyTracks, CostLittleMemory) {
    EXPECT_LE(sizeof(SupplyTrack), 96U);
}

}  // namespace
}  // namespace platen::fleet
