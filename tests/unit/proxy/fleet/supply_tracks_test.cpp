// SPDX-License-Identifier: Apache-2.0
#include "proxy/fleet/supply_tracks.hpp"

#include <gtest/gtest.h>

namespace platen::fleet {
namespace {

constexpr std::int32_t kThisDay = 20'000;

LevelHistory falling(std::int32_t days, double perDay) {
    LevelHistory levels;
    for (std::int32_t day = 0; day < days; ++day) {
        levels.add(kThisDay + day, static_cast<std::int32_t>(100 - perDay * day));
    }
    return levels;
}

TEST(LevelHistory, NeedsSevenDaysAndAFallOfFivePoints) {  // mfp-model 7.5
    EXPECT_FALSE(LevelHistory().pace());
    EXPECT_FALSE(falling(7, 2).pace()) << "six days apart";
    EXPECT_NEAR(falling(8, 2).pace().value().usual, 2.0, 1e-9);
    EXPECT_FALSE(falling(9, 0.5).pace()) << "four points";
    EXPECT_NEAR(falling(11, 0.5).pace().value().usual, 0.5, 0.05);
}

TEST(LevelHistory, OneOddDayDoesNotMoveTheMedianOfTheSlopes) {
    auto levels = falling(20, 1);
    levels.add(kThisDay + 20, 80);
    const auto plain = levels.pace().value().usual;
    levels.add(kThisDay + 21, 20);
    EXPECT_NEAR(levels.pace().value().usual, plain, 0.1);
}

TEST(LevelHistory, KeepsTheLastLevelOfADayAndSixtyDays) {
    LevelHistory levels;
    levels.add(kThisDay, 90);
    levels.add(kThisDay, 88);
    levels.add(kThisDay - 1, 5);  // the clock was set back
    EXPECT_EQ(levels.pack(), "58");
    levels.add(kThisDay + 3, 87);
    EXPECT_EQ(levels.pack(), "57ffff58");
    levels.add(kThisDay + 3 + LevelHistory::kDays, 50);
    EXPECT_EQ(levels.pack(), "32") << "all others are too old";
    for (std::int32_t day = 1; day <= 200; ++day) {
        levels.add(kThisDay + 100 + day, day % 100);
    }
    EXPECT_EQ(levels.pack().size(), 2U * LevelHistory::kDays);
}

TEST(LevelHistory, TakesBackWhatItPackedAndRefusesDamage) {
    const auto levels = falling(30, 1.5);
    LevelHistory copy;
    ASSERT_TRUE(copy.unpack(levels.lastDay(), levels.pack()));
    EXPECT_EQ(copy.pack(), levels.pack());
    EXPECT_EQ(copy.pace().value().usual, levels.pace().value().usual);
    EXPECT_TRUE(copy.unpack(kThisDay, ""));
    EXPECT_FALSE(copy.pace());
    for (const auto* text : {"5", "zz", "65", "32fe", "8032"}) {
        EXPECT_FALSE(copy.unpack(kThisDay, text)) << text;
        EXPECT_EQ(copy.lastDay(), 0);
    }
    EXPECT_FALSE(copy.unpack(kThisDay, std::string(2 * LevelHistory::kDays + 2, '1')));
    EXPECT_FALSE(copy.unpack(2, "323232"));
}

TEST(SupplyTracks, MeanUseNeedsAWeekAndLooksBackThirtyDays) {
    SupplyTracks supplies;
    for (std::int32_t day = 0; day < 7; ++day) {
        supplies.noteUse(
            {.day = kThisDay + day, .total = 1000U + 100U * static_cast<unsigned>(day)});
    }
    EXPECT_FALSE(supplies.dailyUse(false));
    supplies.noteUse({.day = kThisDay + 7, .total = 1700, .color = 0});
    EXPECT_NEAR(supplies.dailyUse(false).value().usual, 100.0, 1e-9);
    EXPECT_FALSE(supplies.dailyUse(true)) << "nothing printed in colour";
    for (std::int32_t day = 8; day < 90; ++day) {
        supplies.noteUse({.day = kThisDay + day, .total = 1700, .color = 0});
    }
    EXPECT_FALSE(supplies.dailyUse(false)) << "nothing printed in the last 30 days";
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
    track.fine = true;
    track.fellFrom = 60;
    track.removedAt = 4;
    supplies.make(3).startLevel = 50;
    supplies.noteUse({.day = kThisDay, .total = 5, .color = 6});
    const auto text = packSupplies(supplies);
    SupplyTracks copy;
    unpackSupplies(text + "level\t0\t1\t\t255\t255\t0\t0\t0\nlevel\t9\nuse\tx\t1\t2\nnoise\n",
                   copy);
    EXPECT_EQ(packSupplies(copy), text);
    ASSERT_NE(copy.find(7), nullptr);
    EXPECT_EQ(copy.find(7)->startCount, 123'456'789'012U);
    EXPECT_EQ(copy.find(7)->replaced, SupplyTrack::Replaced::BySerial);
    EXPECT_TRUE(copy.find(7)->fine);
    EXPECT_EQ(copy.find(7)->fellFrom, 60);
    EXPECT_EQ(copy.find(7)->removedAt, 4);
    EXPECT_EQ(copy.find(9), nullptr);
    EXPECT_EQ(packSupplies({}), "");
}

TEST(SupplyTracks, TakesLinesOfEarlierVersions) {
    SupplyTracks supplies;
    unpackSupplies("level\t7\t20000\t3c3d\t61\t90\t2\t3\t4711\n", supplies);
    const auto* track = supplies.find(7);
    ASSERT_NE(track, nullptr);
    EXPECT_EQ(track->startCount, 4711U);
    EXPECT_EQ(track->previous, 61);
    EXPECT_EQ(track->fellFrom, -1);
    EXPECT_EQ(track->removedAt, -1);
    EXPECT_FALSE(track->fine);
}

TEST(SupplyTracks, UseOfAnotherCounterBeginsAnew) {
    SupplyTracks supplies;
    for (std::int32_t day = 0; day < 10; ++day) {
        supplies.noteUse(
            {.day = kThisDay + day, .total = 90'000U + 100U * static_cast<unsigned>(day)});
    }
    ASSERT_TRUE(supplies.dailyUse(false));
    supplies.noteUse({.day = kThisDay + 10, .total = 500, .color = 0});
    EXPECT_FALSE(supplies.dailyUse(false));
    EXPECT_EQ(supplies.use.size(), 1U);
}

TEST(SupplyTracks, CostLittleMemory) {
    EXPECT_LE(sizeof(SupplyTrack), 96U);
}

}  // namespace
}  // namespace platen::fleet
