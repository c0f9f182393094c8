// SPDX-License-Identifier: Apache-2.0
#include "proxy/cwmp/schedule.hpp"

#include "seeded_random.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

namespace platen::cwmp {
namespace {

using namespace std::chrono_literals;

// C-RTY-01: the table of the standard for m = 5, k = 2000.
TEST(RetryWait, FollowsTheTable) {
    test::SeededRandom random;
    constexpr std::array<std::int64_t, 12> kLow{5,   10,  20,   40,   80,   160,
                                                320, 640, 1280, 2560, 2560, 2560};
    for (std::uint32_t attempt = 1; attempt <= kLow.size(); ++attempt) {
        const auto low = Millis(kLow[attempt - 1] * 1000);
        auto least = Millis::max();
        auto most = Millis::min();
        for (int i = 0; i < 2000; ++i) {
            const auto wait = retryWait(attempt, 5, 2000, random);
            least = std::min(least, wait);
            most = std::max(most, wait);
        }
        EXPECT_GE(least, low);
        EXPECT_LE(most, low * 2);
        EXPECT_LT(least, low + low / 20) << "uniform down to the lower end";
        EXPECT_GT(most, low * 2 - low / 20) << "and up to the upper end";
    }
}

// C-RTY-02: no overflow at the largest values.
TEST(RetryWait, IsCapped) {
    test::SeededRandom random;
    EXPECT_EQ(retryWait(10, 65'535, 65'535, random), kLongestRetryWait);
    EXPECT_EQ(retryWait(4'000'000'000U, 65'535, 65'535, random), kLongestRetryWait);
    EXPECT_EQ(retryWait(3, 7, 1000, random), Millis(7000));
    EXPECT_GE(retryWait(0, 5, 2000, random), Millis(5000));
}

// C-TIM-02
TEST(NextPeriodic, KeepsThePhaseOfPeriodicInformTime) {
    const WallTime now{std::chrono::sys_days{2031y / 2 / 3} + 10h + 7min};
    const auto at = [](std::string_view text) { return *parseDateTime(text); };
    EXPECT_EQ(nextPeriodic(now, 1h, at("2031-02-03T00:25:00Z"), 0), at("2031-02-03T10:25:00Z"));
    EXPECT_EQ(nextPeriodic(now, 1h, at("2040-01-01T00:05:00Z"), 0), at("2031-02-03T11:05:00Z"));
    EXPECT_EQ(nextPeriodic(now, 1h, at("1970-01-01T04:25:25Z"), 0), at("2031-02-03T10:25:25Z"));
    EXPECT_EQ(nextPeriodic(now, 1h, at("1960-01-01T00:07:00Z"), 0), at("2031-02-03T11:07:00Z"))
        << "strictly after now";
}

// C-TIM-05, C-SCALE-01
TEST(NextPeriodic, SpreadsDevicesOverTheInterval) {
    const WallTime now{std::chrono::sys_days{2031y / 2 / 3}};
    std::array<int, 10> slots{};
    for (int i = 0; i < 1000; ++i) {
        const auto spread = spreadHash("00AB12-MFP-SN" + std::to_string(i));
        const auto wait = nextPeriodic(now, 1h, kUnknownTime, spread) - now;
        ASSERT_GT(wait.count(), 0);
        ASSERT_LE(wait, Millis(1h));
        ++slots[static_cast<std::size_t>(std::min<std::int64_t>((wait.count() - 1) / 360'000, 9))];
    }
    for (const auto count : slots) {
        EXPECT_NEAR(count, 100, 40);
    }
}

}  // namespace
}  // namespace platen::cwmp
