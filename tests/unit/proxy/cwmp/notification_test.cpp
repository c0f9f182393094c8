// SPDX-License-Identifier: Apache-2.0
#include "rpc_fixture.hpp"

namespace platen::cwmp {
namespace {

using Codes = std::vector<std::string>;
using namespace std::chrono_literals;

class NotificationTest : public test::RpcTest {
  protected:
    void SetUp() override {
        RpcTest::SetUp();
        run({test::spa(mfp("Supply.1.Level"), "2"), test::spa(mfp("Mode"), "1")});
        world.acs.informs.clear();
        world.acs.confirmed.clear();
        world.loop.advance(2min);
        ASSERT_TRUE(world.acs.informs.empty());
    }
};

// C-NOT-02, C-PRX-29, C-SES-03
TEST_F(NotificationTest, AnActiveChangeStartsASession) {
    device->change("MFP.1.Supply.1.Level", "79");
    world.loop.advance(10s);
    ASSERT_EQ(world.acs.informs.size(), 1U);
    EXPECT_EQ(world.last().codes(), (Codes{"4 VALUE CHANGE"}));
    EXPECT_EQ(world.last().parameters.at(mfp("Supply.1.Level")), "79");
    EXPECT_EQ(world.last().types.at(mfp("Supply.1.Level")), "xsd:unsignedInt");
    EXPECT_EQ(world.last().order.size(), 8U);
    world.loop.advance(10min);
    EXPECT_EQ(world.acs.informs.size(), 1U) << "told once";
}

// C-NOT-01, C-RTY-07
TEST_F(NotificationTest, APassiveChangeRidesAlong) {
    device->change("MFP.1.Mode", "Quiet");
    world.loop.advance(10min);
    EXPECT_TRUE(world.acs.informs.empty());
    device->change("MFP.1.Supply.1.Level", "79");
    world.loop.advance(2min);
    ASSERT_EQ(world.acs.informs.size(), 1U);
    EXPECT_EQ(world.last().parameters.at(mfp("Mode")), "Quiet");
    EXPECT_EQ(world.last().parameters.at(mfp("Supply.1.Level")), "79");
}

TEST_F(NotificationTest, APassiveChangeGoesWithThePeriodicInform) {
    device->change("MFP.1.Mode", "Quiet");
    world.loop.advance(24h);
    ASSERT_EQ(world.acs.informs.size(), 1U);
    EXPECT_EQ(world.last().codes(), (Codes{"2 PERIODIC", "4 VALUE CHANGE"}));
}

TEST_F(NotificationTest, AChangeWithoutNotificationIsSilent) {
    device->change("MFP.1.Supply.4.Level", "1");
    world.loop.advance(24h);
    ASSERT_EQ(world.acs.informs.size(), 1U);
    EXPECT_EQ(world.last().codes(), (Codes{"2 PERIODIC"}));
}

// C-NOT-03: a burst makes few sessions, each with the value that holds then (C-INF-11).
// C-NOT-09
TEST_F(NotificationTest, ABurstOfChangesGivesFewSessions) {
    for (int i = 0; i < 100; ++i) {
        device->change("MFP.1.Supply.1.Level", std::to_string(i));
        world.loop.advance(1s);
    }
    world.loop.advance(2min);
    EXPECT_LE(world.acs.informs.size(), 3U);
    EXPECT_GE(world.acs.informs.size(), 2U);
    EXPECT_EQ(world.last().parameters.at(mfp("Supply.1.Level")), "99");
}

// C-NOT-04
TEST_F(NotificationTest, TheThrottleOfTheAcsHoldsSessionsForChangesOnly) {
    run(test::spv({{"Device.ManagementServer.DefaultActiveNotificationThrottle", "", "600"}}, ""));
    world.acs.informs.clear();  // two minutes ago
    device->change("MFP.1.Supply.1.Level", "79");
    world.loop.advance(7min + 50s);
    EXPECT_TRUE(world.acs.informs.empty());
    world.loop.advance(20s);
    ASSERT_EQ(world.acs.informs.size(), 1U);
    device->change("MFP.1.Supply.1.Level", "78");
    world.manager->connectionRequested(device->id(), [](ConnectionRequestVerdict) {});
    world.settle();
    ASSERT_EQ(world.acs.informs.size(), 2U) << "other sessions are not delayed";
    EXPECT_EQ(world.last().codes(), (Codes{"4 VALUE CHANGE", "6 CONNECTION REQUEST"}));
    EXPECT_EQ(world.last().parameters.at(mfp("Supply.1.Level")), "78");
}

// C-NOT-05, C-INF-11
TEST_F(NotificationTest, AFailedSessionKeepsTheChanges) {
    world.acs.up = false;
    device->change("MFP.1.Supply.1.Level", "79");
    world.loop.advance(6s);
    device->change("MFP.1.Supply.1.Level", "78");
    world.acs.up = true;
    world.loop.advance(30s);
    ASSERT_EQ(world.acs.confirmed.size(), 1U);
    EXPECT_EQ(world.last().parameters.at(mfp("Supply.1.Level")), "78");
    EXPECT_EQ(world.last().retryCount, 1U);
}

// C-NOT-06, C-SPV-12: not what the ACS did itself, but what it caused elsewhere.
TEST_F(NotificationTest, TheAcssOwnChangesAreNotTold) {
    run(test::spa(mfp("Status"), "2"));
    device->afterWrite = [this] { device->change("MFP.1.Status", "Error"); };
    run(test::spv({{mfp("Mode"), "", "Quiet"}}, ""));
    device->afterWrite = nullptr;
    world.acs.informs.clear();
    world.loop.advance(24h);
    ASSERT_FALSE(world.acs.informs.empty());
    for (const auto& inform : world.acs.informs) {
        EXPECT_FALSE(inform.parameters.contains(mfp("Mode")));
    }
}

TEST_F(NotificationTest, SideEffectsOfAWriteAreTold) {
    run(test::spa(mfp("Status"), "2"));
    device->afterWrite = [this] { device->change("MFP.1.Status", "Error"); };
    world.acs.informs.clear();
    run(test::spv({{mfp("Mode"), "", "Quiet"}}, ""));
    world.loop.advance(2min);
    ASSERT_GE(world.acs.informs.size(), 2U);
    EXPECT_EQ(world.last().parameters.at(mfp("Status")), "Error");
}

// C-EVT-04: the changes survive a restart of the gateway.
TEST_F(NotificationTest, ChangesSurviveARestart) {
    world.acs.up = false;
    device->change("MFP.1.Supply.1.Level", "79");
    world.loop.advance(1min);
    EXPECT_EQ(world.store.load()->changed.size(), 1U);
    world.acs.up = true;
    world.restart();
    world.loop.advance(1h);
    ASSERT_FALSE(world.acs.confirmed.empty());
    EXPECT_TRUE(world.acs.confirmed.front().has("4 VALUE CHANGE"));
    EXPECT_TRUE(world.store.load()->changed.empty());
}

TEST_F(NotificationTest, ANotificationThatWasSwitchedOffIsNotSent) {
    world.options.activeCoalesce = 60s;
    device->change("MFP.1.Supply.1.Level", "79");
    auto off = device->attributes().get(device->ref("MFP.1.Supply.1.Level"));
    off.notification = model::Notification::Off;
    ASSERT_TRUE(device->attributes().set(device->ref("MFP.1.Supply.1.Level"), off));
    world.loop.advance(10min);
    EXPECT_TRUE(world.acs.informs.empty());
}

TEST_F(NotificationTest, AValueThatIsGoneIsNotSent) {
    device->change("MFP.1.Supply.1.Level", "79");
    const auto ref = device->ref("MFP.1.Supply.1.Level");
    device->mutableTree().erase(ref);
    world.loop.advance(10min);
    EXPECT_TRUE(world.acs.informs.empty());
}

// C-NOT-07: seen at the start as a change by the fleet.
TEST_F(NotificationTest, AForcedParameterThatChangedIsSentOnce) {
    device->change("Device.DeviceInfo.SoftwareVersion", "2.0");
    world.loop.advance(2min);
    ASSERT_EQ(world.acs.informs.size(), 1U);
    EXPECT_EQ(world.last().codes(), (Codes{"4 VALUE CHANGE"}));
    EXPECT_EQ(world.last().parameters.at("Device.DeviceInfo.SoftwareVersion"), "2.0");
    EXPECT_EQ(world.last().order.size(), 7U);
}

// C-EVT-31, C-INF-11: a change during the session belongs to the next one.
TEST_F(NotificationTest, AChangeDuringTheSessionIsToldInTheNext) {
    world.http.setLatency(1s);
    device->change("MFP.1.Supply.1.Level", "79");
    world.loop.advance(5500ms);
    ASSERT_EQ(world.manager->activeSessions(), 1U);
    device->change("MFP.1.Supply.1.Level", "78");
    world.loop.advance(5min);
    ASSERT_EQ(world.acs.informs.size(), 2U);
    EXPECT_EQ(world.acs.informs[0].parameters.at(mfp("Supply.1.Level")), "79");
    EXPECT_EQ(world.acs.informs[1].parameters.at(mfp("Supply.1.Level")), "78");
}

}  // namespace
}  // namespace platen::cwmp
