// SPDX-License-Identifier: Apache-2.0
#include "proxy/diagnostics/trace_route.hpp"

#include "tests/unit/proxy/diagnostics/fake_network.hpp"

#include <gtest/gtest.h>

#include <optional>

namespace platen::diagnostics {
namespace {

using testing::FakeNetwork;
using Kind = FakeNetwork::Kind;
using std::chrono::microseconds;

constexpr std::uint8_t kTimeExceeded = 11;
constexpr std::uint8_t kUnreachable = 3;

class TraceRouteTest : public ::testing::Test {
  protected:
    TraceRouteTest() { network_.names["far"] = {FakeNetwork::address("198.51.100.9")}; }

    TraceRouteResult run(TraceRouteOptions options) {
        std::optional<TraceRouteResult> result;
        TraceRoute trace(network_.tools(), std::move(options),
                         [&](TraceRouteResult got) { result = std::move(got); });
        trace.start();
        EXPECT_FALSE(result);
        network_.loop.runUntilIdle();
        EXPECT_TRUE(result);
        return result.value_or(TraceRouteResult{});
    }

    FakeNetwork network_;
};

// C-DM-10, TP-181 5.2.6
TEST_F(TraceRouteTest, NamesEachHopOnTheWay) {
    network_.answer(Kind::TimeExceeded, "192.0.2.1", 300, kTimeExceeded);
    network_.answer(Kind::TimeExceeded, "192.0.2.1", 500, kTimeExceeded);
    network_.answer(Kind::Timeout, "198.51.100.9", 0);
    network_.answer(Kind::Timeout, "198.51.100.9", 0);
    network_.answer(Kind::Reply, "198.51.100.9", 900);
    network_.answer(Kind::Reply, "198.51.100.9", 1100);
    const auto result = run({.host = "far", .tries = 2});
    EXPECT_EQ(toString(result.outcome), "Complete");
    EXPECT_EQ(result.responseTime, microseconds(1000));
    ASSERT_EQ(result.hops.size(), 3U);
    EXPECT_EQ(result.hops[0].address, "192.0.2.1");
    EXPECT_EQ(result.hops[0].errorCode, kTimeExceeded);
    EXPECT_EQ(result.hops[0].times, (std::vector{microseconds(300), microseconds(500)}));
    EXPECT_EQ(result.hops[1].address, "");
    EXPECT_TRUE(result.hops[1].times.empty());
    EXPECT_EQ(result.hops[2].address, "198.51.100.9");
    EXPECT_EQ(result.hops[2].errorCode, 0U);
    ASSERT_EQ(network_.sent.size(), 6U);
    EXPECT_EQ(network_.sent[0].hopLimit, 1);
    EXPECT_EQ(network_.sent[5].hopLimit, 3);
}

// TP-181 5.11
TEST_F(TraceRouteTest, EndsAtTheLargestHopCount) {
    const auto result = run({.host = "far", .tries = 1, .maxHops = 4});
    EXPECT_EQ(toString(result.outcome), "Error_MaxHopCountExceeded");
    EXPECT_EQ(result.hops.size(), 4U);
    EXPECT_EQ(run({.host = "far", .tries = 9, .maxHops = 1'000}).hops.size(),
              TraceRoute::kMostHops);
}

TEST_F(TraceRouteTest, EndsWhereThereIsNoWay) {
    network_.answer(Kind::TimeExceeded, "192.0.2.1", 300, kTimeExceeded);
    network_.answer(Kind::Unreachable, "192.0.2.7", 300, kUnreachable);
    const auto result = run({.host = "far", .tries = 1});
    EXPECT_EQ(toString(result.outcome), "Error_NoRouteToHost");
    EXPECT_EQ(result.hops.size(), 2U);
    EXPECT_EQ(result.hops[1].errorCode, kUnreachable);
    EXPECT_EQ(run({.host = "nowhere"}).outcome, Outcome::CannotResolveHostName);
}

}  // namespace
}  // namespace platen::diagnostics
