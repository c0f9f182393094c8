// SPDX-License-Identifier: Apache-2.0
#include "proxy/snmp/round_trip.hpp"

#include <gtest/gtest.h>

namespace platen::snmp {
namespace {

using std::chrono::microseconds;

TEST(RoundTrip, BeginsWithTheConfiguredTime) {
    EXPECT_EQ(RoundTrip(Millis{2000}).timeout(false), Millis{2000});
    EXPECT_EQ(RoundTrip(Millis{50}).timeout(false), RoundTrip::kMinTimeout);
}

TEST(RoundTrip, FollowsTheAgentBetweenItsBounds) {
    RoundTrip fast(Millis{2000});
    for (int i = 0; i < 20; ++i) {
        fast.sample(microseconds{3000});
    }
    EXPECT_EQ(fast.timeout(false), RoundTrip::kMinTimeout);

    RoundTrip slow(Millis{2000});
    slow.sample(microseconds{400'000});
    EXPECT_EQ(slow.timeout(false), Millis{1201}) << "RFC 6298 2.2: R + 4 * R/2";
    for (int i = 0; i < 50; ++i) {
        slow.sample(microseconds{400'000});
    }
    EXPECT_GE(slow.timeout(false), Millis{400});
    EXPECT_LE(slow.timeout(false), Millis{450});

    RoundTrip crawling(Millis{2000});
    crawling.sample(microseconds{1'900'000});
    EXPECT_EQ(crawling.timeout(false), Millis{2000});
}

TEST(RoundTrip, DoublesUntilTheNextSample) {
    RoundTrip trip(Millis{2000});
    trip.sample(microseconds{1000});
    trip.backOff();
    EXPECT_EQ(trip.timeout(false), Millis{400});
    trip.backOff();
    trip.backOff();
    trip.backOff();
    EXPECT_EQ(trip.timeout(false), Millis{2000});
    trip.sample(microseconds{1000});
    EXPECT_EQ(trip.timeout(false), RoundTrip::kMinTimeout);
}

TEST(RoundTrip, ThePatientTryWaitsTheWholeTime) {
    RoundTrip trip(Millis{2000});
    trip.sample(microseconds{1000});
    EXPECT_EQ(trip.timeout(true), Millis{2000});
}

TEST(RoundTrip, StartsAfreshWhenTheAgentWasGone) {
    RoundTrip trip(Millis{2000});
    trip.sample(microseconds{1000});
    trip.forget();
    EXPECT_EQ(trip.timeout(false), Millis{2000});
}

}  // namespace
}  // namespace platen::snmp
