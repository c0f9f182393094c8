// SPDX-License-Identifier: Apache-2.0
#include "proxy/fleet/reachability.hpp"

#include <gtest/gtest.h>

namespace platen::fleet {
namespace {

TEST(Reachability, ThreeSilentPollsMakeAPrinterUnreachableAndOneAnswerBringsItBack) {
    Reachability reach;
    EXPECT_TRUE(reach.onAnswer(false));
    reach.onSilence();
    reach.onSilence();
    EXPECT_EQ(reach.state(), Reach::Doubtful);
    EXPECT_TRUE(reach.reachable());
    EXPECT_TRUE(reach.onSilence());
    EXPECT_FALSE(reach.reachable());
    EXPECT_TRUE(reach.onAnswer(false));
    EXPECT_EQ(reach.state(), Reach::Up);
}

TEST(Reachability, OneLostPollInTwoNeverFlaps) {
    Reachability reach;
    for (int i = 0; i < 20; ++i) {
        reach.onAnswer(false);
        reach.onSilence();
        EXPECT_TRUE(reach.reachable());
    }
}

TEST(Reachability, PowerSaveIsAsleepNotUnreachable) {
    Reachability reach;
    EXPECT_TRUE(reach.onAnswer(true));
    EXPECT_EQ(reach.state(), Reach::Asleep);
    EXPECT_TRUE(reach.reachable());
}

TEST(Reachability, DeadPrinterIsAskedEverMoreSeldomUpToALimit) {
    Reachability reach;
    const Millis interval{60'000};
    reach.onSilence();
    EXPECT_EQ(reach.retryDelay(interval), Millis{20'000});
    for (int i = 0; i < 3; ++i) {
        reach.onSilence();
    }
    EXPECT_EQ(reach.retryDelay(interval), Millis{120'000});
    for (int i = 0; i < 100; ++i) {
        reach.onSilence();
    }
    EXPECT_EQ(reach.retryDelay(interval), Reachability::kSlowestRetry);
}

TEST(Restart, UptimeThatGoesBackIsARestart) {
    EXPECT_TRUE(restartedBetween(86'400, 30, std::chrono::minutes{1}));
    EXPECT_FALSE(restartedBetween(86'400, 86'460, std::chrono::minutes{1}));
}

TEST(Restart, WrapOfSysUpTimeAfter497DaysIsNone) {
    constexpr std::uint64_t kWrap = 42'949'672;
    EXPECT_FALSE(restartedBetween(kWrap - 30, 30, std::chrono::minutes{1}));
    EXPECT_TRUE(restartedBetween(kWrap - 86'400, 10, std::chrono::minutes{1}));
}

}  // namespace
}  // namespace platen::fleet
