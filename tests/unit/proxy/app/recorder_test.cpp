// SPDX-License-Identifier: Apache-2.0
#include "proxy/app/recorder.hpp"

#include "proxy/app/paced_datagrams.hpp"
#include "tests/support/fake_agent.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/fake_loop.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <set>

namespace platen::app {
namespace {

const net::Endpoint kPrinter{net::Address::fromIpv4(0xC0000205), 161};

/// `count` numbers under the enterprise, and a system group that names it.
std::vector<VarBind> objects(std::uint32_t count) {
    std::vector<VarBind> out{
        {{1, 3, 6, 1, 2, 1, 1, 1, 0}, SnmpValue::string("Acme")},
        {{1, 3, 6, 1, 2, 1, 1, 2, 0}, SnmpValue::objectId({1, 3, 6, 1, 4, 1, 32473, 9})},
        {{1, 3, 6, 1, 2, 1, 43, 5, 1, 1, 17, 1}, SnmpValue::string("AB1")},
        {{1, 3, 6, 1, 4, 1, 99, 1, 0}, SnmpValue::integer(1)}};
    for (std::uint32_t i = 1; i <= count; ++i) {
        out.push_back({{1, 3, 6, 1, 4, 1, 32473, 9, i, 0}, SnmpValue::integer(i)});
    }
    return out;
}

struct World {
    explicit World(std::vector<VarBind> varbinds, Millis pause = Millis{0})
        : agent(std::move(varbinds)) {
        auto network = std::make_unique<test::FakeDatagrams>(loop);
        net = network.get();
        net->add(kPrinter, agent);
        datagrams = std::make_unique<PacedDatagrams>(loop, std::move(network), pause);
        engine = snmp::makeEngine(loop, *datagrams);
    }
    Result<RecordedObjects> record(RecordLimits limits) {
        Recorder recorder(loop, *engine, limits);
        std::optional<Result<RecordedObjects>> out;
        snmp::TargetOptions target;
        target.endpoint = kPrinter;
        target.community = Secret("public");
        recorder.start(std::move(target), recordedSubtrees(),
                       [&out](Result<RecordedObjects> got) { out = std::move(got); });
        for (int i = 0; i < 100'000 && !out; ++i) {
            loop.runUntilIdle();
            if (!out) {
                loop.advance(Millis{5});
            }
        }
        return out ? std::move(*out) : Result<RecordedObjects>(fail(ErrorCode::Timeout, "test"));
    }

    test::FakeClock clock;
    test::FakeLoop loop{clock};
    test::FakeAgent agent;
    test::FakeDatagrams* net = nullptr;
    std::unique_ptr<net::Datagrams> datagrams;
    std::unique_ptr<snmp::Engine> engine;
};

TEST(Recorder, WalksTheSubtreesAndThePrintersOwnEnterpriseInChunks) {
    World world(objects(1000));
    const auto recorded =
        world.record({.objects = 50'000, .bytes = 1U << 24U, .time = Millis{600'000}, .chunk = 90});
    ASSERT_TRUE(recorded) << recorded.error().text;
    EXPECT_EQ(recorded->rows.size(), 1003U) << "all but another maker's";
    EXPECT_TRUE(recorded->notes.empty()) << recorded->notes.front();
    std::set<Oid> different;
    for (const auto& row : recorded->rows) {
        different.insert(row.oid);
    }
    EXPECT_EQ(different.size(), recorded->rows.size());
}

TEST(Recorder, StopsAtTheLimitsAndSaysSo) {
    World world(objects(1000));
    const auto few =
        world.record({.objects = 100, .bytes = 1U << 24U, .time = Millis{600'000}, .chunk = 40});
    ASSERT_TRUE(few);
    EXPECT_LE(few->rows.size(), 100U);
    EXPECT_GT(few->rows.size(), 50U);
    ASSERT_EQ(few->notes.size(), 1U);
    EXPECT_NE(few->notes[0].find("objects"), std::string::npos);
    World small(objects(1000));
    const auto octets =
        small.record({.objects = 50'000, .bytes = 3000, .time = Millis{600'000}, .chunk = 40});
    ASSERT_TRUE(octets);
    EXPECT_LT(octets->rows.size(), 400U);
    EXPECT_NE(octets->notes.at(0).find("octets"), std::string::npos);
    World slow(objects(1000), Millis{20});
    const auto timed =
        slow.record({.objects = 50'000, .bytes = 1U << 24U, .time = Millis{400}, .chunk = 40});
    ASSERT_TRUE(timed);
    EXPECT_LT(timed->rows.size(), 1000U);
    EXPECT_NE(timed->notes.at(0).find("time"), std::string::npos);
}

TEST(Recorder, AgentsWithoutEndAndInCirclesAreLeft) {
    World endless(objects(5));
    endless.agent.faults.endlessUnder = Oid{1, 3, 6, 1, 4, 1, 32473, 9};
    const auto much = endless.record(
        {.objects = 2000, .bytes = 1U << 24U, .time = Millis{600'000}, .chunk = 300});
    ASSERT_TRUE(much);
    EXPECT_LE(much->rows.size(), 2000U);
    World circle(objects(5));
    circle.agent.faults.backAt = Oid{1, 3, 6, 1, 4, 1, 32473, 9, 3, 0};
    const auto some = circle.record({});
    ASSERT_TRUE(some);
    EXPECT_LT(some->rows.size(), 10U);
    ASSERT_FALSE(some->notes.empty());
    EXPECT_NE(some->notes[0].find("OID did not grow"), std::string::npos) << some->notes[0];
}

TEST(Recorder, SilenceIsAnError) {
    World world(objects(5));
    world.agent.faults.silent = true;
    const auto recorded = world.record({});
    ASSERT_FALSE(recorded);
    EXPECT_EQ(recorded.error().code, ErrorCode::Timeout);
}

TEST(PacedDatagrams, KeepsAPauseBetweenTwo) {
    World world(objects(0), Millis{20});
    const std::vector<std::byte> bytes(10, std::byte{0});
    for (int i = 0; i < 3; ++i) {
        EXPECT_TRUE(world.datagrams->send(kPrinter, bytes));
    }
    world.loop.runUntilIdle();
    EXPECT_EQ(world.net->sent, 1U);
    world.loop.advance(Millis{20});
    world.loop.runUntilIdle();
    EXPECT_EQ(world.net->sent, 2U);
    world.loop.advance(Millis{20});
    world.loop.runUntilIdle();
    EXPECT_EQ(world.net->sent, 3U);
    for (std::size_t i = 0; i < PacedDatagrams::kMaxWaiting; ++i) {
        static_cast<void>(world.datagrams->send(kPrinter, bytes));
    }
    EXPECT_FALSE(world.datagrams->send(kPrinter, bytes)) << "no queue without end";
}

}  // namespace
}  // namespace platen::app
