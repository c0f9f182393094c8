// SPDX-License-Identifier: Apache-2.0
#include "proxy/stun/lifetime_search.hpp"

#include <gtest/gtest.h>

namespace platen::stun {
namespace {

using std::chrono::seconds;

/// Answers tests as a NAT with this lifetime would; number of tests until the search ended.
int run(LifetimeSearch& search, Millis lifetime) {
    int tests = 0;
    while (search.next(true).test) {
        ++tests;
        EXPECT_LE(search.next(true).wait, search.highest());
        EXPECT_GE(search.next(true).wait, search.lowest());
        if (search.next(true).wait <= lifetime) {
            search.alive();
        } else {
            search.expired();
        }
        if (tests > 100) {
            ADD_FAILURE() << "the search does not end";
            break;
        }
    }
    return tests;
}

// C-UDP-07
TEST(LifetimeSearch, FindsThePeriodOfEveryNat) {
    for (const int lifetime : {10, 15, 20, 29, 30, 31, 45, 60, 61, 90, 120, 180, 300, 600, 1799}) {
        LifetimeSearch search({seconds{0}, std::nullopt});
        EXPECT_LE(run(search, seconds{lifetime}), 15) << lifetime;
        const auto period = search.next(true).wait;
        EXPECT_LE(period, seconds{lifetime}) << lifetime;
        EXPECT_GE(period * 10, Millis{seconds{lifetime}} * 7) << lifetime;
    }
}

TEST(LifetimeSearch, StaysWithinThePeriods) {
    LifetimeSearch longLived({seconds{40}, seconds{100}});
    run(longLived, seconds{1000});
    EXPECT_EQ(longLived.next(true).wait, seconds{90});
    LifetimeSearch shortLived({seconds{40}, seconds{100}});
    run(shortLived, seconds{5});
    EXPECT_EQ(shortLived.next(true).wait, seconds{40});
}

TEST(LifetimeSearch, EqualPeriodsNeedNoTest) {
    const LifetimeSearch search({seconds{60}, seconds{60}});
    EXPECT_FALSE(search.next(true).test);
    EXPECT_EQ(search.next(true).wait, seconds{60});
}

TEST(LifetimeSearch, TheMaximumIsAPromise) {
    const LifetimeSearch search({seconds{60}, seconds{20}});
    EXPECT_FALSE(search.next(true).test);
    EXPECT_EQ(search.next(true).wait, seconds{20});
    const LifetimeSearch zero({seconds{0}, seconds{0}});
    EXPECT_EQ(zero.next(true).wait, seconds{1});
}

TEST(LifetimeSearch, WithoutNatOrWithoutHelpItIsCareful) {
    LifetimeSearch search({seconds{30}, std::nullopt});
    EXPECT_EQ(search.next(false).wait, LifetimeSearch::kWithoutNat);
    EXPECT_FALSE(search.next(false).test);
    search.impossible();
    EXPECT_EQ(search.next(true).wait, LifetimeSearch::kCareful);
    EXPECT_FALSE(search.next(true).test);
    LifetimeSearch slow({seconds{3600}, std::nullopt});
    slow.impossible();
    EXPECT_EQ(slow.next(true).wait, seconds{3600});
    const LifetimeSearch limited({seconds{30}, seconds{120}});
    EXPECT_EQ(limited.next(false).wait, seconds{120});
}

}  // namespace
}  // namespace platen::stun
