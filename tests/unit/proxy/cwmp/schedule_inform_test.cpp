// SPDX-License-Identifier: Apache-2.0
#include "rpc_fixture.hpp"

namespace platen::cwmp {
namespace {

using Events = std::vector<std::pair<std::string, std::string>>;
using namespace std::chrono_literals;

class ScheduleInformTest : public test::RpcTest {
  protected:
    /// After run() two minutes have passed since the request.
    static constexpr auto kGone = 2min;
};

// C-CMD-04, C-EVT-03, C-EVT-16
TEST_F(ScheduleInformTest, InformsWhenTheDelayHasPassedAndForgetsItThen) {
    EXPECT_EQ(run(test::scheduleInform("600", "k1")).method, "ScheduleInformResponse");
    world.acs.informs.clear();
    world.loop.advance(10min - kGone - 1s);
    EXPECT_TRUE(world.acs.informs.empty());
    world.loop.advance(1s);
    ASSERT_EQ(world.acs.informs.size(), 1U);
    EXPECT_EQ(world.last().events, (Events{{"3 SCHEDULED", ""}, {"M ScheduleInform", "k1"}}));
    EXPECT_TRUE(world.store.load()->events.empty());
    world.loop.advance(1h);
    EXPECT_EQ(world.acs.informs.size(), 1U);
}

// C-CMD-04, C-EVT-30: one `3 SCHEDULED` for all that are due together.
TEST_F(ScheduleInformTest, SeveralWaitAtOnceEachWithItsKey) {
    run({test::scheduleInform("600", "b"), test::scheduleInform("900", "late"),
         test::scheduleInform("600", "a")});
    world.acs.informs.clear();
    world.loop.advance(10min - kGone);
    ASSERT_EQ(world.acs.informs.size(), 1U);
    EXPECT_EQ(world.last().events,
              (Events{{"3 SCHEDULED", ""}, {"M ScheduleInform", "b"}, {"M ScheduleInform", "a"}}));
    world.loop.advance(5min);
    ASSERT_EQ(world.acs.informs.size(), 2U);
    EXPECT_EQ(world.last().events, (Events{{"3 SCHEDULED", ""}, {"M ScheduleInform", "late"}}));
}

// C-CMD-04, C-ARG-01
TEST_F(ScheduleInformTest, ADelayOfZeroOrABadOneIsRefused) {
    for (const auto* delay : {"0", "", "-1", "1.5", "4294967296", "soon"}) {
        EXPECT_EQ(run(test::scheduleInform(delay, "k")).faultCode, "9003") << delay;
    }
    EXPECT_EQ(run(test::scheduleInform("9", std::string(33, 'k'))).faultCode, "9003");
    EXPECT_EQ(run("<c:ScheduleInform><DelaySeconds>9</DelaySeconds></c:ScheduleInform>").faultCode,
              "9003");
    EXPECT_TRUE(world.store.load()->events.empty());
    EXPECT_EQ(run(test::scheduleInform("4294967295", "k")).method, "ScheduleInformResponse");
}

// C-EVT-34: on disk before the response.
TEST_F(ScheduleInformTest, IsStoredBeforeTheResponse) {
    std::size_t seen = 0;
    world.acs.onPost = [&](const std::string& body) -> std::optional<Result<net::HttpReply>> {
        if (body.find("ScheduleInformResponse") != std::string::npos) {
            seen = world.store.load()->events.size();
        }
        return std::nullopt;
    };
    run(test::scheduleInform("600", "k1"));
    EXPECT_EQ(seen, 1U);
}

// C-CMD-05, C-KEY-05: the delay counts from the request, also over a restart.
TEST_F(ScheduleInformTest, IsKeptOverARestart) {
    run(test::scheduleInform("600", " k 1 "));
    world.restart();
    world.acs.informs.clear();
    world.loop.advance(10min - kGone - 1s);
    EXPECT_TRUE(world.acs.informs.empty());
    world.loop.advance(1s);
    ASSERT_EQ(world.acs.informs.size(), 1U);
    EXPECT_EQ(world.last().events, (Events{{"3 SCHEDULED", ""}, {"M ScheduleInform", " k 1 "}}));
}

// C-CMD-05
TEST_F(ScheduleInformTest, ATimeThatPassedDuringTheDowntimeFiresAfterTheStart) {
    run(test::scheduleInform("600", "k1"));
    world.manager.reset();
    world.clock.advance(24h);
    world.acs.informs.clear();
    world.restart();
    world.settle();
    ASSERT_EQ(world.acs.informs.size(), 1U);
    EXPECT_TRUE(world.last().has("3 SCHEDULED"));
    EXPECT_TRUE(world.last().has("M ScheduleInform"));
    world.loop.advance(1h);
    EXPECT_EQ(world.acs.informs.size(), 1U);
}

// C-EVT-34: not lost when the session fails, nor when the gateway restarts then.
TEST_F(ScheduleInformTest, IsRepeatedUntilTheAcsHasIt) {
    run(test::scheduleInform("600", "k1"));
    world.acs.up = false;
    world.loop.advance(10min);
    world.restart();
    world.loop.advance(1min);
    world.acs.up = true;
    world.acs.informs.clear();
    world.loop.advance(1h);
    ASSERT_EQ(world.acs.informs.size(), 1U);
    EXPECT_EQ(world.last().events, (Events{{"3 SCHEDULED", ""}, {"M ScheduleInform", "k1"}}));
    EXPECT_TRUE(world.store.load()->events.empty());
}

// C-EVT-31
TEST_F(ScheduleInformTest, ATimeThatComesDuringASessionGoesIntoTheNext) {
    bool waited = false;
    world.acs.onPost = [&](const std::string& body) -> std::optional<Result<net::HttpReply>> {
        if (!waited && body.find("ScheduleInformResponse") != std::string::npos) {
            waited = true;
            world.clock.advance(5s);
        }
        return std::nullopt;
    };
    world.acs.informs.clear();
    run(test::scheduleInform("1", "k1"));
    ASSERT_EQ(world.acs.informs.size(), 2U);
    EXPECT_FALSE(world.acs.informs[0].has("3 SCHEDULED"));
    EXPECT_EQ(world.last().events, (Events{{"3 SCHEDULED", ""}, {"M ScheduleInform", "k1"}}));
}

// C-PRX-25, C-PRX-45
TEST_F(ScheduleInformTest, WaitsForAPrinterThatIsOff) {
    run(test::scheduleInform("600", "k1"));
    world.acs.informs.clear();
    device->up = false;
    world.loop.advance(3h);
    EXPECT_TRUE(world.acs.informs.empty());
    device->up = true;
    device->change("Device.DeviceInfo.UpTime", "1");
    world.settle();
    ASSERT_EQ(world.acs.informs.size(), 1U);
    EXPECT_EQ(world.last().events, (Events{{"3 SCHEDULED", ""}, {"M ScheduleInform", "k1"}}));
}

TEST_F(ScheduleInformTest, TooManyAreRefused) {
    std::vector<std::string> requests;
    for (std::size_t i = 0; i <= EventQueue::kMaxScheduled; ++i) {
        requests.push_back(test::scheduleInform("600", "k" + std::to_string(i)));
    }
    const auto replies = run(requests);
    ASSERT_EQ(replies.size(), EventQueue::kMaxScheduled + 1);
    EXPECT_EQ(replies[EventQueue::kMaxScheduled - 1].method, "ScheduleInformResponse");
    EXPECT_EQ(replies.back().faultCode, "9004");
    world.acs.informs.clear();
    world.loop.advance(10min);
    ASSERT_EQ(world.acs.informs.size(), 1U);
    EXPECT_EQ(world.last().events.size(), EventQueue::kMaxScheduled + 1);
    EXPECT_EQ(run(test::scheduleInform("600", "again")).method, "ScheduleInformResponse");
}

// C-RPC-02
TEST_F(ScheduleInformTest, WhatCannotBeStoredIsNotPromised) {
    world.acs.onPost = [this](const std::string&) -> std::optional<Result<net::HttpReply>> {
        world.store.setDiskFull(true);
        return std::nullopt;
    };
    EXPECT_EQ(run(test::scheduleInform("600", "k1")).faultCode, "9002");
    world.store.setDiskFull(false);
    world.acs.informs.clear();
    world.loop.advance(1h);
    EXPECT_TRUE(world.acs.informs.empty());
}

// C-CMD-03
TEST_F(ScheduleInformTest, AFactoryResetForgetsThem) {
    run({test::scheduleInform("600", "k1"), "<c:FactoryReset/>"});
    ASSERT_EQ(device->resets.size(), 1U);
    device->resets.front()({});
    world.settle();
    world.acs.informs.clear();
    world.loop.advance(1h);
    EXPECT_TRUE(world.acs.informs.empty());
    EXPECT_TRUE(world.store.load()->events.empty());
}

}  // namespace
}  // namespace platen::cwmp
