// SPDX-License-Identifier: Apache-2.0
#include "base/time.hpp"

#include <gtest/gtest.h>

#include <string>

namespace platen {
namespace {

using namespace std::chrono_literals;
using std::chrono::sys_days;
using std::chrono::year;

WallTime at(int y, unsigned m, unsigned d, Millis time = Millis{0}) {
    return WallTime{sys_days{year{y} / std::chrono::month{m} / std::chrono::day{d}}} + time;
}

TEST(DateTime, FormatsUtcAndDropsMilliseconds) {
    EXPECT_EQ(formatDateTime(at(2031, 2, 3, 4h + 5min + 6s + 789ms)), "2031-02-03T04:05:06Z");
    EXPECT_EQ(formatDateTime(at(1969, 12, 31, 23h + 59min + 59s + 999ms)), "1969-12-31T23:59:59Z");
}

TEST(DateTime, FormatsTheEndsOfTheCalendar) {
    EXPECT_EQ(formatDateTime(kUnknownTime), "0001-01-01T00:00:00Z");
    EXPECT_EQ(formatDateTime(at(9999, 12, 31, 23h + 59min + 59s)), "9999-12-31T23:59:59Z");
    EXPECT_EQ(formatDateTime(kUnknownTime - 1ms), "0001-01-01T00:00:00Z");
    EXPECT_EQ(formatDateTime(at(10000, 1, 1)), "9999-12-31T23:59:59Z");
    EXPECT_EQ(formatDateTime(WallTime::max()), "9999-12-31T23:59:59Z");
    EXPECT_EQ(formatDateTime(WallTime::min()), "0001-01-01T00:00:00Z");
}

TEST(DateTime, ParsesZonesAndFractions) {
    const WallTime expected = at(2031, 2, 3, 4h + 5min + 6s);
    EXPECT_EQ(parseDateTime("2031-02-03T04:05:06Z").value(), expected);
    EXPECT_EQ(parseDateTime("2031-02-03T04:05:06").value(), expected);
    EXPECT_EQ(parseDateTime("2031-02-03T04:05:06+00:00").value(), expected);
    EXPECT_EQ(parseDateTime("2031-02-03T04:05:06-00:00").value(), expected);
    EXPECT_EQ(parseDateTime("2031-02-03T06:05:06+02:00").value(), expected);
    EXPECT_EQ(parseDateTime("2031-02-02T22:35:06-05:30").value(), expected);
    EXPECT_EQ(parseDateTime("2031-02-03T04:05:06.5Z").value(), expected + 500ms);
    EXPECT_EQ(parseDateTime("2031-02-03T04:05:06.123456789+00:00").value(), expected + 123ms);
}

TEST(DateTime, ParsesTheEndsOfTheCalendar) {
    EXPECT_EQ(parseDateTime("0001-01-01T00:00:00Z").value(), kUnknownTime);
    EXPECT_EQ(parseDateTime("9999-12-31T23:59:59Z").value(), at(9999, 12, 31, 23h + 59min + 59s));
    EXPECT_FALSE(parseDateTime("0001-01-01T00:00:00+01:00"));
    EXPECT_FALSE(parseDateTime("9999-12-31T23:59:59-01:00"));
}

TEST(DateTime, FormatsWhatItParses) {
    for (int y = 1; y <= 9999; y += 97) {
        const WallTime time = at(y, 2, 28, 12h + 34min + 56s);
        ASSERT_EQ(parseDateTime(formatDateTime(time)).value(), time);
    }
}

TEST(DateTime, RefusesWhatIsNoDateTime) {
    for (const char* text : {"",
                             "2031-02-03",
                             "2031-02-03 04:05:06Z",
                             "2031-02-30T04:05:06Z",
                             "2031-13-01T00:00:00Z",
                             "2031-00-01T00:00:00Z",
                             "0000-01-01T00:00:00Z",
                             "2031-02-03T24:00:00Z",
                             "2031-02-03T04:60:06Z",
                             "2031-02-03T04:05:60Z",
                             "2031-02-03T04:05:06.Z",
                             "2031-02-03T04:05:06z",
                             "2031-02-03T04:05:06+2:00",
                             "2031-02-03T04:05:06+14:01",
                             "2031-02-03T04:05:06Zx",
                             "31-02-03T04:05:06Z",
                             "-2031-02-03T04:05:06Z",
                             "2031-02-03T04:05Z",
                             " 2031-02-03T04:05:06Z",
                             "2100-02-29T00:00:00Z"}) {
        const auto result = parseDateTime(text);
        ASSERT_FALSE(result) << text;
        EXPECT_EQ(result.error().code, ErrorCode::Malformed) << text;
    }
    EXPECT_TRUE(parseDateTime("2000-02-29T00:00:00Z"));
    EXPECT_TRUE(parseDateTime("2031-02-03T04:05:06+14:00"));
}

TEST(DateTime, LengthHoldsAtLimitAndBreaksAtLimitPlusOne) {
    const std::string start = "2031-02-03T04:05:06.";
    EXPECT_TRUE(parseDateTime(start + std::string(64 - start.size(), '1')));
    EXPECT_FALSE(parseDateTime(start + std::string(65 - start.size(), '1')));
}

TEST(Duration, ParsesEveryUnit) {
    EXPECT_EQ(parseDuration("250ms").value(), 250ms);
    EXPECT_EQ(parseDuration("60s").value(), 60s);
    EXPECT_EQ(parseDuration("15m").value(), 15min);
    EXPECT_EQ(parseDuration("24h").value(), 24h);
    EXPECT_EQ(parseDuration("7d").value(), 168h);
    EXPECT_EQ(parseDuration("0s").value(), 0ms);
}

TEST(Duration, RefusesWhatIsNoDuration) {
    for (const char* text : {"", "60", "s", "-1s", "+1s", "1.5s", "1 s", "60sec", "60S", "1h30m",
                             "99999999999999999999s", "9223372036854775807d"}) {
        const auto result = parseDuration(text);
        ASSERT_FALSE(result) << text;
        EXPECT_EQ(result.error().code, ErrorCode::Malformed);
    }
}

TEST(Duration, HoldsAtLimitAndBreaksAtLimitPlusOne) {
    EXPECT_TRUE(parseDuration("36500d"));
    EXPECT_FALSE(parseDuration("36501d"));
    EXPECT_TRUE(parseDuration("3153600000s"));
    EXPECT_FALSE(parseDuration("3153600001s"));
}

TEST(Duration, FormatsInTheLargestUnitWithoutRemainder) {
    EXPECT_EQ(formatDuration(0ms), "0s");
    EXPECT_EQ(formatDuration(250ms), "250ms");
    EXPECT_EQ(formatDuration(1500ms), "1500ms");
    EXPECT_EQ(formatDuration(60s), "1m");
    EXPECT_EQ(formatDuration(90s), "90s");
    EXPECT_EQ(formatDuration(24h), "1d");
    EXPECT_EQ(formatDuration(36h), "36h");
    EXPECT_EQ(formatDuration(-1h), "-1h");
}

TEST(SystemClock, RunsForward) {
    const SystemClock clock;
    const SteadyTime first = clock.steadyNow();
    EXPECT_LE(first, clock.steadyNow());
    EXPECT_GT(clock.wallNow(), at(2020, 1, 1));
}

// C-DT-05
TEST(RelativeTime, CountsFromBootWhileTheClockIsNotSet) {
    const WallTime unset{std::chrono::minutes{7}};  // a clock that began at 1970
    EXPECT_EQ(formatDateTime(wallTimeOf(unset, std::chrono::seconds{125})), "0001-01-01T00:02:05");
    EXPECT_EQ(formatDateTime(wallTimeOf(unset, std::chrono::hours{49})), "0001-01-03T01:00:00");
    EXPECT_NE(wallTimeOf(unset, Millis{0}), kUnknownTime);
    const auto set = parseDateTime("2031-02-03T04:05:06Z").value();
    EXPECT_EQ(wallTimeOf(set, std::chrono::seconds{125}), set);
    EXPECT_EQ(formatDateTime(kUnknownTime), "0001-01-01T00:00:00Z");
    EXPECT_EQ(formatDateTime(parseDateTime("0999-12-31T23:59:59").value()), "0999-12-31T23:59:59");
    EXPECT_EQ(formatDateTime(parseDateTime("1000-01-01T00:00:00Z").value()),
              "1000-01-01T00:00:00Z");
}

}  // namespace
}  // namespace platen
