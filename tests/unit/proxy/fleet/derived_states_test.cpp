// SPDX-License-Identifier: Apache-2.0
#include "proxy/fleet/derived_states.hpp"

#include <gtest/gtest.h>

namespace platen::fleet {
namespace {

SupplyInputs level(std::int64_t percent, std::string_view previous = "") {
    SupplyInputs in;
    in.levelPercent = percent;
    in.previous = previous;
    return in;
}

TEST(SupplyState, FollowsTheThresholds) {  // mfp-model 7.1
    EXPECT_EQ(supplyState(level(100)), "Normal");
    EXPECT_EQ(supplyState(level(21)), "Normal");
    EXPECT_EQ(supplyState(level(20)), "Low");
    EXPECT_EQ(supplyState(level(5)), "VeryLow");
    EXPECT_EQ(supplyState(level(0)), "Depleted");
    EXPECT_EQ(supplyState(level(-1)), "Unknown");
}

TEST(SupplyState, FallsBackOnlyAfterTwoPointsOfRise) {
    EXPECT_EQ(supplyState(level(22, "Low")), "Low");
    EXPECT_EQ(supplyState(level(23, "Low")), "Normal");
    EXPECT_EQ(supplyState(level(7, "VeryLow")), "VeryLow");
    EXPECT_EQ(supplyState(level(8, "VeryLow")), "Low");
}

TEST(SupplyState, AlertsBeatTheLevel) {
    auto in = level(80);
    in.alertCodes = {1104};
    EXPECT_EQ(supplyState(in), "Low");
    in.alertCodes = {1101};
    EXPECT_EQ(supplyState(in), "Depleted");
    in.alertCodes = {1115};
    EXPECT_EQ(supplyState(in), "Missing");
}

TEST(SupplyState, SomeRemainingWithAnAlertIsLowWithoutIsUnknown) {
    auto in = level(-1);
    EXPECT_EQ(supplyState(in), "Unknown");
    in.lowToner = true;
    EXPECT_EQ(supplyState(in), "Low");
}

TEST(SupplyState, ThePanelsTextCountsWhereTheLevelSaysLess) {
    auto in = level(-1);
    in.panelLow = true;
    EXPECT_EQ(supplyState(in), "Low");
    in = level(-1);
    in.panelEmpty = true;
    EXPECT_EQ(supplyState(in), "Depleted");
    in.someRemaining = true;
    EXPECT_EQ(supplyState(in), "VeryLow") << "the printer says itself that something is left";
    in = level(4);
    in.panelEmpty = true;
    EXPECT_EQ(supplyState(in), "VeryLow");
}

TEST(SupplyState, ReceptacleLevelIsFreeSpace) {
    auto in = level(100);
    in.receptacle = true;
    in.lowThreshold = 10;
    EXPECT_EQ(supplyState(in), "Normal");
    in.levelPercent = 10;
    EXPECT_EQ(supplyState(in), "AlmostFull");
    in.levelPercent = 0;
    EXPECT_EQ(supplyState(in), "Full");
    in.levelPercent = -1;
    EXPECT_EQ(supplyState(in), "Unknown");
}

TEST(InputTrayState, AlertThenLevel) {
    EXPECT_EQ(inputTrayState({}, 250, 50), "OK");
    EXPECT_EQ(inputTrayState({}, -3, -1), "OK");
    EXPECT_EQ(inputTrayState({}, -2, -1), "Unknown");
    EXPECT_EQ(inputTrayState({}, 0, 0), "Empty");
    EXPECT_EQ(inputTrayState({}, 20, 8), "Low");
    EXPECT_EQ(inputTrayState({808}, -3, -1), "Empty");
    EXPECT_EQ(inputTrayState({8}, 250, 50), "Jammed");
    EXPECT_EQ(inputTrayState({801}, 250, 50), "Missing");
}

TEST(OutputTrayState, AlertThenFill) {
    EXPECT_EQ(outputTrayState({}, -1), "Unknown");
    EXPECT_EQ(outputTrayState({}, 50), "OK");
    EXPECT_EQ(outputTrayState({}, 95), "NearFull");
    EXPECT_EQ(outputTrayState({}, 100), "Full");
    EXPECT_EQ(outputTrayState({903}, 10), "Full");
}

}  // namespace
}  // namespace platen::fleet
