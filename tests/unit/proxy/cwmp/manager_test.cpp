// SPDX-License-Identifier: Apache-2.0
#include "cwmp_world.hpp"

#include <gtest/gtest.h>

namespace platen::cwmp {
namespace {

using Codes = std::vector<std::string>;

class ManagerTest : public testing::Test {
  protected:
    void connectionRequest(DeviceId device) {
        world.manager->connectionRequested(
            device, [this](ConnectionRequestVerdict said) { verdicts.push_back(said); });
    }
    test::World world;
    std::vector<ConnectionRequestVerdict> verdicts;
};

// C-CR-07, C-EVT-06, C-SES-03
TEST_F(ManagerTest, AConnectionRequestIsAnsweredBeforeItsSession) {
    world.start();
    world.addPrinter("X1");
    world.settle();
    world.acs.informs.clear();
    world.manager->connectionRequested(DeviceId(1), [this](ConnectionRequestVerdict said) {
        verdicts.push_back(said);
        EXPECT_TRUE(world.acs.informs.empty());
    });
    world.settle();
    EXPECT_EQ(verdicts, (std::vector{ConnectionRequestVerdict::Accepted}));
    ASSERT_EQ(world.acs.informs.size(), 1U);
    EXPECT_EQ(world.last().codes(), (Codes{"6 CONNECTION REQUEST"}));
}

// C-CR-10, C-CR-11, C-SES-02, C-EVT-31
TEST_F(ManagerTest, RequestsDuringASessionGiveExactlyOneMore) {
    world.http.setLatency(Millis{1000});
    world.start();
    world.addPrinter("X1");
    world.loop.advance(Millis{500});
    ASSERT_EQ(world.manager->activeSessions(), 1U);
    for (int i = 0; i < 5; ++i) {
        connectionRequest(DeviceId(1));
    }
    world.loop.advance(Millis{100});
    EXPECT_EQ(verdicts.size(), 5U);
    world.loop.advance(std::chrono::minutes(1));
    ASSERT_EQ(world.acs.confirmed.size(), 2U);
    EXPECT_EQ(world.acs.confirmed[0].codes(), (Codes{"0 BOOTSTRAP", "1 BOOT"}));
    EXPECT_EQ(world.acs.confirmed[1].codes(), (Codes{"6 CONNECTION REQUEST"}));
    EXPECT_EQ(world.http.mostOpen(), 1U);
}

// C-CR-09
TEST_F(ManagerTest, LimitsTheRateOfConnectionRequests) {
    world.start();
    world.addPrinter("X1");
    world.addPrinter("X2");
    world.settle();
    for (int i = 0; i < 12; ++i) {
        connectionRequest(DeviceId(1));
        world.settle();
    }
    EXPECT_EQ(std::count(verdicts.begin(), verdicts.end(), ConnectionRequestVerdict::Accepted), 10);
    EXPECT_EQ(verdicts.back(), ConnectionRequestVerdict::RateLimited);
    connectionRequest(DeviceId(2));
    world.settle();
    EXPECT_EQ(verdicts.back(), ConnectionRequestVerdict::Accepted) << "each device has its own";
    world.loop.advance(Millis{6000});
    connectionRequest(DeviceId(1));
    world.settle();
    EXPECT_EQ(verdicts.back(), ConnectionRequestVerdict::Accepted);
}

// C-PRX-22, C-PRX-24
TEST_F(ManagerTest, AnUnreachablePrinterIsReportedAndHasNoSession) {
    world.start();
    auto& device = world.addPrinter("X1");
    world.settle();
    device.probe = false;
    world.acs.informs.clear();
    connectionRequest(DeviceId(1));
    world.loop.advance(std::chrono::minutes(1));
    EXPECT_EQ(verdicts, (std::vector{ConnectionRequestVerdict::Unreachable}));
    EXPECT_EQ(device.probes, 1U);
    EXPECT_TRUE(world.acs.informs.empty());
    connectionRequest(DeviceId(77));
    world.settle();
    EXPECT_EQ(verdicts.back(), ConnectionRequestVerdict::Disabled);
}

// C-PRX-20, C-RTY-08: the gate.
TEST_F(ManagerTest, RunsAtMostTheConfiguredNumberOfSessionsInTurn) {
    world.settings.maxSessions = 3;
    world.http.setLatency(Millis{100});
    world.start();
    for (int i = 0; i < 20; ++i) {
        world.addPrinter("X" + std::to_string(i));
    }
    world.loop.advance(Millis{50});
    EXPECT_EQ(world.manager->activeSessions(), 3U);
    EXPECT_EQ(world.manager->waitingSessions(), 17U);
    EXPECT_EQ(world.http.openNow(), 3U) << "who waits holds no connection";
    world.loop.advance(std::chrono::minutes(1));
    EXPECT_EQ(world.http.mostOpen(), 3U);
    ASSERT_EQ(world.acs.confirmed.size(), 20U);
    for (std::size_t i = 0; i < 20; ++i) {
        EXPECT_EQ(world.acs.confirmed[i].serial, "X" + std::to_string(i)) << "in order of asking";
    }
}

// C-PRX-01, C-PRX-13, C-PRX-48
TEST_F(ManagerTest, DevicesShareNothing) {
    world.start();
    auto& first = world.addPrinter("X1");
    auto& second = world.addPrinter("X2");
    world.settle();
    world.acs.ask("X1", test::spv({{"Device.ManagementServer.EnableCWMP", "", "false"},
                                   {"Device.ManagementServer.PeriodicInformInterval", "", "77"}},
                                  "only X1"));
    connectionRequest(DeviceId(1));
    world.settle();
    EXPECT_EQ(first.text("Device.ManagementServer.ParameterKey"), "only X1");
    EXPECT_EQ(second.text("Device.ManagementServer.ParameterKey"), "");
    EXPECT_EQ(second.text("Device.ManagementServer.PeriodicInformInterval"), "3600");
    world.acs.confirmed.clear();
    world.loop.advance(std::chrono::hours(3));
    ASSERT_EQ(world.acs.confirmed.size(), 3U);
    for (const auto& inform : world.acs.confirmed) {
        EXPECT_EQ(inform.serial, "X2");
    }
}

TEST_F(ManagerTest, ARemovedDeviceEndsItsSessionAndItsPlace) {
    world.settings.maxSessions = 1;
    world.http.setLatency(Millis{1000});
    world.start();
    world.addPrinter("X1");
    world.addPrinter("X2");
    world.loop.advance(Millis{500});
    world.manager->deviceRemoved(DeviceId(1));
    world.devices.erase(DeviceId(1));
    EXPECT_EQ(world.http.openNow(), 0U);
    world.loop.advance(std::chrono::minutes(1));
    ASSERT_EQ(world.acs.confirmed.size(), 2U);
    EXPECT_EQ(world.acs.confirmed[1].serial, "X2");
    EXPECT_EQ(world.manager->activeSessions(), 0U);
}

// A write that is under way when its device goes must not come back to a dead session.
TEST_F(ManagerTest, ADeviceMayGoInTheMiddleOfAWrite) {
    world.start();
    auto& device = world.addPrinter("X1");
    world.settle();
    device.onWrite = [&](const auto&) {
        world.loop.post([&] { world.manager->deviceRemoved(DeviceId(1)); });
        return fleet::WriteFaults{};
    };
    world.acs.ask("X1", test::spv({}, "k"));
    connectionRequest(DeviceId(1));
    world.settle();
    EXPECT_EQ(world.manager->activeSessions(), 0U);
    EXPECT_EQ(world.http.openNow(), 0U);
    EXPECT_TRUE(world.acs.replies.empty());
}

// C-SES-15
TEST_F(ManagerTest, StopLetsRunningSessionsEndAndStartsNoMore) {
    world.settings.maxSessions = 1;
    world.http.setLatency(Millis{500});
    world.start();
    world.addPrinter("X1");
    world.addPrinter("X2");
    world.loop.advance(Millis{100});
    bool stopped = false;
    world.manager->stop([&] { stopped = true; });
    world.settle();
    EXPECT_FALSE(stopped);
    world.loop.advance(Millis{1500});
    EXPECT_TRUE(stopped);
    EXPECT_EQ(world.acs.confirmed.size(), 1U);
    world.loop.advance(std::chrono::hours(3));
    EXPECT_EQ(world.acs.confirmed.size(), 1U);
    world.restart();
    world.loop.advance(Millis{3000});
    ASSERT_EQ(world.acs.confirmed.size(), 2U) << "nothing is lost";
    EXPECT_EQ(world.last().serial, "X2");
}

TEST_F(ManagerTest, StopCutsSessionsAtTheDeadline) {
    world.acs.onInform = [](const auto&) -> std::optional<Result<net::HttpReply>> {
        return fail(ErrorCode::Refused, "not reached");
    };
    world.http.onPost([](const auto&) { return std::nullopt; });  // an ACS that never answers
    world.start();
    world.addPrinter("X1");
    world.settle();
    ASSERT_EQ(world.manager->activeSessions(), 1U);
    bool stopped = false;
    world.manager->stop([&] { stopped = true; });
    world.loop.advance(Millis{2900});
    EXPECT_FALSE(stopped);
    world.loop.advance(Millis{200});
    EXPECT_TRUE(stopped);
    EXPECT_EQ(world.http.openNow(), 0U);
}

TEST_F(ManagerTest, StopWithoutSessionsAnswersAtOnce) {
    world.start();
    bool stopped = false;
    world.manager->stop([&] { stopped = true; });
    EXPECT_FALSE(stopped) << "never inside the call";
    world.settle();
    EXPECT_TRUE(stopped);
}

// C-SCALE-04: a silent ACS holds a place for a bounded time.
TEST_F(ManagerTest, ASessionHasATimeLimit) {
    world.options.sessionTimeLimit = std::chrono::minutes(2);
    world.start();
    world.addPrinter("X1");
    world.settle();
    world.acs.onPost = [](const std::string&) -> std::optional<Result<net::HttpReply>> {
        return test::FakeHttpClient::reply(200, test::acsRequest("<c:GetRPCMethods/>"));
    };
    world.http.setLatency(Millis{20'000});
    connectionRequest(DeviceId(1));
    world.loop.advance(std::chrono::minutes(1));
    EXPECT_EQ(world.manager->activeSessions(), 1U);
    world.loop.advance(Millis{61'000});
    EXPECT_EQ(world.manager->activeSessions(), 0U);
    EXPECT_NE(world.manager->status(DeviceId(1))->lastError.find("too long"), std::string::npos);
}

TEST_F(ManagerTest, AnEndlessAcsIsCutByTheNumberOfRequests) {
    world.options.sessionLimits.maxRequests = 50;
    world.start();
    world.addPrinter("X1");
    world.settle();
    world.acs.validate = false;
    world.acs.onPost = [](const std::string&) -> std::optional<Result<net::HttpReply>> {
        return test::FakeHttpClient::reply(200, test::acsRequest("<c:GetRPCMethods/>"));
    };
    connectionRequest(DeviceId(1));
    world.settle();
    EXPECT_EQ(world.acs.replies.size(), 50U);
    EXPECT_EQ(world.manager->activeSessions(), 0U);
    EXPECT_EQ(world.manager->status(DeviceId(1))->retryCount, 1U);
}

// C-SCALE-05: a full disk does not end sessions.
TEST_F(ManagerTest, AFullDiskDoesNotStopTheSession) {
    world.start();
    world.addPrinter("X1");
    world.store.setDiskFull(true);
    world.settle();
    EXPECT_EQ(world.acs.confirmed.size(), 1U);
    EXPECT_EQ(world.manager->counters().sessionsSucceeded, 1U);
    world.acs.ask("X1", test::spv({}, "k"));
    world.acs.ask("X1", test::rebootRequest("k"));
    connectionRequest(DeviceId(1));
    world.settle();
    ASSERT_EQ(world.acs.replies.size(), 2U);
    EXPECT_EQ(world.acs.replies[0].method, "Fault");
    EXPECT_EQ(world.acs.replies[1].faultCode, "9002");
    EXPECT_TRUE(world.devices.at(DeviceId(1))->reboots.empty());
}

TEST_F(ManagerTest, SaysHowADeviceIsDoing) {
    world.start();
    EXPECT_FALSE(world.manager->status(DeviceId(1)));
    world.addPrinter("X1");
    world.settle();
    const auto status = world.manager->status(DeviceId(1));
    ASSERT_TRUE(status);
    EXPECT_EQ(status->lastSuccess, world.clock.wallNow());
    EXPECT_EQ(status->lastError, "");
}

TEST_F(ManagerTest, WithoutAnAcsUrlNothingStarts) {
    world.settings.url.clear();
    world.start();
    world.addPrinter("X1");
    world.loop.advance(std::chrono::hours(3));
    EXPECT_EQ(world.http.opened(), 0U);
}

// The idle state of a device without its tree.
TEST_F(ManagerTest, AnIdleAgentIsSmall) {
    EXPECT_LE(sizeof(DeviceAgent), 600U);
}

}  // namespace
}  // namespace platen::cwmp
