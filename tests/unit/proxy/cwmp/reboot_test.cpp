// SPDX-License-Identifier: Apache-2.0
#include "rpc_fixture.hpp"

namespace platen::cwmp {
namespace {

using Events = std::vector<std::pair<std::string, std::string>>;
using namespace std::chrono_literals;

class RebootTest : public test::RpcTest {
  protected:
    void finishReboot(Result<void> result) {
        ASSERT_EQ(device->reboots.size(), 1U);
        auto done = std::move(device->reboots.front());
        device->reboots.clear();
        done(std::move(result));
        world.settle();
    }
};

// C-CMD-01, C-EVT-15, C-SES-14, C-CMD-07
TEST_F(RebootTest, AnswersEndsTheSessionRebootsAndReportsTheRestart) {
    const auto reply = run(test::rebootRequest("k7"));
    EXPECT_EQ(reply.method, "RebootResponse");
    ASSERT_EQ(device->reboots.size(), 1U);
    world.acs.informs.clear();
    world.loop.advance(1min);
    EXPECT_TRUE(world.acs.informs.empty()) << "no false 1 BOOT";
    world.manager->restarted(*device);
    finishReboot({});
    ASSERT_EQ(world.acs.informs.size(), 1U);
    EXPECT_EQ(world.last().events, (Events{{"1 BOOT", ""}, {"M Reboot", "k7"}}));
    EXPECT_TRUE(world.store.load()->events.empty());
}

// The gateway's own device has nobody who calls restarted().
TEST_F(RebootTest, ASuccessfulRebootCountsAsTheRestart) {
    run(test::rebootRequest(""));
    world.acs.informs.clear();
    finishReboot({});
    ASSERT_EQ(world.acs.informs.size(), 1U);
    EXPECT_EQ(world.last().events, (Events{{"1 BOOT", ""}, {"M Reboot", ""}}))
        << "an empty key has its entry, too";
}

// C-CMD-02
TEST_F(RebootTest, SeveralRebootsAreOneRestartAndOneEventForEachKey) {
    run({test::rebootRequest("a"), test::rebootRequest("b"), test::rebootRequest("a")});
    ASSERT_EQ(device->reboots.size(), 1U);
    world.acs.informs.clear();
    finishReboot({});
    EXPECT_EQ(world.last().events, (Events{{"1 BOOT", ""}, {"M Reboot", "a"}, {"M Reboot", "b"}}));
}

// C-PRX-41: `M Reboot` goes out with the next restart that is really seen.
TEST_F(RebootTest, AFailedRebootReportsNothingUntilARealRestart) {
    run(test::rebootRequest("k7"));
    world.acs.informs.clear();
    finishReboot(fail(ErrorCode::Timeout, "the printer did not restart"));
    world.loop.advance(10min);
    EXPECT_TRUE(world.acs.informs.empty());
    world.restart();
    world.settle();
    EXPECT_TRUE(world.acs.informs.empty());
    world.manager->restarted(*world.devices.at(DeviceId(1)));
    world.settle();
    ASSERT_EQ(world.acs.informs.size(), 1U);
    EXPECT_EQ(world.last().events, (Events{{"1 BOOT", ""}, {"M Reboot", "k7"}}))
        << "kept over a restart of the gateway (C-KEY-05)";
}

// C-PRX-40, C-RPC-04
TEST_F(RebootTest, APrinterThatCannotRebootRefuses) {
    device->refuseReboot = "writes to printers are off";
    const auto reply = run(test::rebootRequest("k7"));
    EXPECT_EQ(reply.faultCode, "9001");
    EXPECT_NE(reply.faultText.find("writes to printers are off"), std::string::npos);
    EXPECT_TRUE(device->reboots.empty());
    EXPECT_TRUE(world.store.load()->events.empty());
}

// C-EVT-34: on disk before the response.
TEST_F(RebootTest, TheCommandKeyIsStoredBeforeTheResponse) {
    world.acs.onPost = [this](const std::string& body) -> std::optional<Result<net::HttpReply>> {
        if (body.find("RebootResponse") != std::string::npos) {
            EXPECT_EQ(world.store.load()->events.size(), 1U);
        }
        return std::nullopt;
    };
    EXPECT_EQ(run(test::rebootRequest("k7")).method, "RebootResponse");
}

TEST_F(RebootTest, TooManyRebootsAreRefused) {
    std::vector<std::string> requests;
    for (int i = 0; i < 70; ++i) {
        requests.push_back(test::rebootRequest("k" + std::to_string(i)));
    }
    const auto replies = run(requests);
    ASSERT_EQ(replies.size(), 70U);
    EXPECT_EQ(replies.back().faultCode, "9004");
    world.acs.informs.clear();
    finishReboot({});
    ASSERT_FALSE(world.acs.informs.empty());
    EXPECT_LE(world.last().events.size(), 64U);
}

// The session may break off after the response: the ACS was told yes.
TEST_F(RebootTest, IsDoneAlsoIfTheSessionFailsAfterTheResponse) {
    world.acs.onPost = [](const std::string& body) -> std::optional<Result<net::HttpReply>> {
        if (body.find("RebootResponse") != std::string::npos) {
            return fail(ErrorCode::Refused, "connection closed");
        }
        return std::nullopt;
    };
    run(test::rebootRequest("k7"));
    EXPECT_EQ(device->reboots.size(), 1U);
}

// C-PRX-28, C-EVT-01, C-SES-03
TEST_F(RebootTest, ARestartOfThePrinterIsABoot) {
    world.acs.informs.clear();
    world.manager->restarted(*device);
    world.settle();
    ASSERT_EQ(world.acs.informs.size(), 1U);
    EXPECT_EQ(world.last().events, (Events{{"1 BOOT", ""}}));
}

// C-CMD-03, C-PRX-42, C-KEY-02, C-DIS-11
TEST_F(RebootTest, FactoryResetStartsAnew) {
    const auto path = device->text("Device.ManagementServer.ConnectionRequestURL");
    const auto password = device->text("Device.ManagementServer.ConnectionRequestPassword");
    run({test::spv({{"Device.ManagementServer.PeriodicInformInterval", "", "77"},
                    {"Device.ManagementServer.URL", "", "http://moved.example/"}},
                   "key")});
    ASSERT_EQ(world.acs.urls.back(), "http://moved.example/");
    EXPECT_EQ(run("<c:FactoryReset/>").method, "FactoryResetResponse");
    ASSERT_EQ(device->resets.size(), 1U);
    world.acs.informs.clear();
    device->resets.front()({});
    world.settle();
    ASSERT_EQ(world.acs.informs.size(), 1U);
    EXPECT_EQ(world.last().events, (Events{{"0 BOOTSTRAP", ""}, {"1 BOOT", ""}}));
    EXPECT_EQ(world.acs.urls.back(), "http://acs.example.net:7547/") << "the factory URL";
    EXPECT_EQ(world.last().parameters.at("Device.ManagementServer.ParameterKey"), "");
    EXPECT_EQ(device->text("Device.ManagementServer.PeriodicInformInterval"), "86400");
    EXPECT_NE(device->text("Device.ManagementServer.ConnectionRequestPassword"), password);
    EXPECT_EQ(device->text("Device.ManagementServer.ConnectionRequestURL"), path);
    world.loop.advance(10min);
    EXPECT_EQ(world.acs.informs.size(), 1U) << "no VALUE CHANGE for the defaults";
}

TEST_F(RebootTest, AFactoryResetThatFailsChangesNothing) {
    run("<c:FactoryReset/>");
    world.acs.informs.clear();
    device->resets.front()(fail(ErrorCode::Refused, "not allowed"));
    world.loop.advance(10min);
    EXPECT_TRUE(world.acs.informs.empty());
}

}  // namespace
}  // namespace platen::cwmp
