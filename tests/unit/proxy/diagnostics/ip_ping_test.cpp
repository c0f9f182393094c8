// SPDX-License-Identifier: Apache-2.0
#include "proxy/diagnostics/ip_ping.hpp"

#include "tests/unit/proxy/diagnostics/fake_network.hpp"

#include <gtest/gtest.h>

#include <optional>

namespace platen::diagnostics {
namespace {

using testing::FakeNetwork;
using Kind = FakeNetwork::Kind;
using std::chrono::microseconds;

class IpPingTest : public ::testing::Test {
  protected:
    IpPingTest() {
        network_.names["printer"] = {FakeNetwork::address("2001:db8::5"),
                                     FakeNetwork::address("192.0.2.5")};
    }

    IpPingResult run(IpPingOptions options) {
        std::optional<IpPingResult> result;
        IpPing ping(network_.tools(), std::move(options),
                    [&](IpPingResult got) { result = std::move(got); });
        ping.start();
        EXPECT_FALSE(result);
        network_.loop.advance(std::chrono::minutes(10));
        EXPECT_TRUE(result);
        return result.value_or(IpPingResult{});
    }

    FakeNetwork network_;
};

// C-DM-10, TP-181 5.2.1
TEST_F(IpPingTest, CountsAndTimesWhatComesBack) {
    network_.answer(Kind::Reply, "2001:db8::5", 4000);
    network_.answer(Kind::Timeout, "2001:db8::5", 0);
    network_.answer(Kind::Reply, "2001:db8::5", 2000);
    const auto result = run({.host = "printer", .repetitions = 3, .dataBytes = 100, .dscp = 10});
    EXPECT_EQ(toString(result.outcome), "Complete");
    EXPECT_EQ(result.addressUsed, "2001:db8::5");
    EXPECT_EQ(result.successes, 2U);
    EXPECT_EQ(result.failures, 1U);
    EXPECT_EQ(result.minimum, microseconds(2000));
    EXPECT_EQ(result.maximum, microseconds(4000));
    EXPECT_EQ(result.average, microseconds(3000));
    ASSERT_EQ(network_.sent.size(), 3U);
    EXPECT_EQ(network_.sent[0].dataBytes, 100U);
    EXPECT_EQ(network_.sent[0].dscp, 10);
}

TEST_F(IpPingTest, TakesTheAddressOfTheWantedFamily) {
    network_.answer(Kind::Reply, "192.0.2.5", 1);
    EXPECT_EQ(run({.host = "printer", .protocol = Protocol::IPv4, .repetitions = 1}).addressUsed,
              "192.0.2.5");
    network_.names["old"] = {FakeNetwork::address("192.0.2.6")};
    EXPECT_EQ(run({.host = "old", .protocol = Protocol::IPv6}).outcome,
              Outcome::CannotResolveHostName);
}

TEST_F(IpPingTest, SilenceIsAResultAndNoWayIsAnError) {
    const auto silent = run({.host = "printer", .repetitions = 2});
    EXPECT_EQ(silent.outcome, Outcome::Complete);
    EXPECT_EQ(silent.failures, 2U);
    EXPECT_EQ(silent.average, microseconds(0));
    network_.answer(Kind::Unreachable, "192.0.2.1", 10, 3);
    network_.answer(Kind::Unreachable, "192.0.2.1", 10, 3);
    EXPECT_EQ(run({.host = "printer", .repetitions = 2}).outcome, Outcome::NoRouteToHost);
}

TEST_F(IpPingTest, AnUnknownHostSendsNothing) {
    const auto result = run({.host = "nowhere"});
    EXPECT_EQ(result.outcome, Outcome::CannotResolveHostName);
    EXPECT_EQ(result.addressUsed, "");
    EXPECT_TRUE(network_.sent.empty());
}

TEST_F(IpPingTest, IsBoundedAndNeverAFlood) {
    for (std::uint32_t i = 0; i < IpPing::kMaxRepetitions + 10; ++i) {
        network_.answer(Kind::Reply, "2001:db8::5", 1);
    }
    const auto started = network_.clock.steadyNow();
    std::optional<SteadyTime> ended;
    IpPing ping(network_.tools(), {.host = "printer", .repetitions = 4'000'000'000},
                [&](const IpPingResult& /*result*/) { ended = network_.clock.steadyNow(); });
    ping.start();
    network_.loop.advance(std::chrono::minutes(10));
    EXPECT_EQ(network_.sent.size(), IpPing::kMaxRepetitions);
    ASSERT_TRUE(ended);
    EXPECT_GE(*ended - started, IpPing::kPause * (IpPing::kMaxRepetitions - 1));
}

TEST_F(IpPingTest, DestroyingItEndsItSilently) {
    bool called = false;
    {
        IpPing ping(network_.tools(), {.host = "printer"},
                    [&](const IpPingResult& /*result*/) { called = true; });
        ping.start();
        network_.loop.runUntilIdle();
    }
    network_.loop.advance(std::chrono::minutes(10));
    EXPECT_FALSE(called);
}

}  // namespace
}  // namespace platen::diagnostics
