// SPDX-License-Identifier: Apache-2.0
#include "config/quiet_hours.hpp"

#include "config/address_range.hpp"
#include "tests/unit/config/support.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace platen::config {
namespace {

using Texts = std::vector<std::string>;

TEST(QuietHours, ReadsWindowsOfTheDay) {
    const auto night = parseQuietWindow("22:00-06:00").value();
    EXPECT_TRUE(night.contains(22 * 60));
    EXPECT_TRUE(night.contains(0));
    EXPECT_TRUE(night.contains(6 * 60 - 1));
    EXPECT_FALSE(night.contains(6 * 60));
    EXPECT_FALSE(night.contains(22 * 60 - 1));
    const auto noon = parseQuietWindow(" 9:30 - 12:00 ").value();
    EXPECT_FALSE(noon.contains(9 * 60 + 29));
    EXPECT_TRUE(noon.contains(9 * 60 + 30));
    EXPECT_FALSE(noon.contains(12 * 60));
    EXPECT_TRUE(parseQuietWindow("20:00-24:00").value().contains(kMinutesOfDay - 1));
}

TEST(QuietHours, RefusesWhatIsNoWindow) {
    for (const char* text : {"", "22:00", "22-06", "22:00-6", "22:60-23:00", "24:00-06:00",
                             "24:01-06:00", "10:00-10:00", "a:00-b:00", "22:00-06:00-07:00",
                             ":00-01:00", "123:00-01:00", "-1:00-02:00"}) {
        EXPECT_FALSE(parseQuietWindow(text)) << text;
    }
}

TEST(QuietHours, CountsTheMinutesThatAreLeft) {
    const Texts windows{"22:00-06:00", "05:30-07:00"};
    EXPECT_EQ(quietMinutesFrom(windows, 21 * 60), 0U);
    EXPECT_EQ(quietMinutesFrom(windows, 22 * 60), 9U * 60);
    EXPECT_EQ(quietMinutesFrom(windows, 6 * 60 + 59), 1U);
    EXPECT_EQ(quietMinutesFrom(windows, 7 * 60), 0U);
    EXPECT_EQ(quietMinutesFrom({}, 0), 0U);
    EXPECT_TRUE(neverEnds(Texts{"00:00-12:00", "12:00-24:00"}));
    EXPECT_FALSE(neverEnds(Texts{"00:00-12:00", "12:00-23:59"}));
}

TEST(QuietHours, BadOnesAreToldWithTheirPlace) {
    const auto outcome =
        test::loadText(R"({"discovery": {"quiet_hours": ["22:00-06:00", "late"]}})");
    EXPECT_EQ(outcome.errorCount, 1U);
    EXPECT_NE(outcome.report.find("/discovery/quiet_hours/1: not a window"), std::string::npos)
        << outcome.report;
    EXPECT_NE(test::loadText(R"({"discovery": {"quiet_hours": ["12:00-24:00", "00:00-12:00"]}})")
                  .report.find("no minute of the day"),
              std::string::npos);
}

TEST(HostNames, AreToldFromAddressesAndRanges) {
    for (const char* name :
         {"printer", "printer-7.example.net", "a1_b.example.net.", "7up.example.net"}) {
        EXPECT_TRUE(isHostName(name)) << name;
    }
    for (const char* other :
         {"", ".", "192.0.2.7", "192.0.2.300", "192.0.2.0-24", "192.0.2.0/24", "2001:db8::7",
          "a..b", "-a", "a-.example.net", "a b", "printer.7", "a/24"}) {
        EXPECT_FALSE(isHostName(other)) << other;
    }
    EXPECT_TRUE(isHostName(std::string(63, 'a')));
    EXPECT_FALSE(isHostName(std::string(64, 'a')));
}

TEST(HostNames, StandBetweenTheRangesButNotInExcludes) {
    const Texts texts{"192.0.2.0/30", "printer-7.example.net", "2001:db8::7"};
    const auto targets = parseTargets(texts).value();
    EXPECT_EQ(targets.ranges.size(), 2U);
    EXPECT_EQ(targets.hosts, Texts{"printer-7.example.net"});
    EXPECT_FALSE(parseTargets(Texts{"192.0.2.0/33"}));
    EXPECT_TRUE(test::loadText(R"({"discovery": {"ranges": ["printer-7"]}})").ok);
    EXPECT_FALSE(test::loadText(R"({"discovery": {"exclude": ["printer-7"]}})").ok);
    EXPECT_FALSE(test::loadText(R"({"discovery": {"ranges": ["192.0.2.0/33"]}})").ok);
}

TEST(Ipv6Ranges, AreWalkedUpToTheCapAndBeyondItNeedAnnouncements) {
    EXPECT_TRUE(test::loadText(R"({"discovery": {"ranges": ["2001:db8::/112"]}})").ok);
    const auto outcome = test::loadText(R"({"discovery": {"ranges": ["2001:db8::/111"]}})");
    EXPECT_NE(outcome.report.find("/discovery/ranges/0: more than 65536 IPv6"), std::string::npos);
    EXPECT_TRUE(test::loadText(R"({"discovery": {"ranges": ["2001:db8::/64"], "mdns": true}})").ok);
    EXPECT_TRUE(test::loadText(R"({"discovery": {"ranges": ["2001:db8::/64"], "wsd": true}})").ok);
}

}  // namespace
}  // namespace platen::config
