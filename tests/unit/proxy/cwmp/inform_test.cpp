// SPDX-License-Identifier: Apache-2.0
#include "cwmp_world.hpp"
#include "proxy/cwmp/device_defaults.hpp"

#include <gtest/gtest.h>

#include <set>

namespace platen::cwmp {
namespace {

using Codes = std::vector<std::string>;

class InformTest : public testing::Test {
  protected:
    test::World world;
};

// C-PRX-27, C-INF-01, C-INF-04, C-EVT-00, C-EVT-01, C-SES-03
TEST_F(InformTest, FirstPresentationGivesBootstrapAndBoot) {
    world.start();
    world.addPrinter("X1");
    world.settle();
    ASSERT_EQ(world.acs.confirmed.size(), 1U);
    EXPECT_EQ(world.last().codes(), (Codes{"0 BOOTSTRAP", "1 BOOT"}));
    EXPECT_EQ(world.last().serial, "X1");
    EXPECT_EQ(world.last().retryCount, 0U);
    EXPECT_EQ(world.manager->activeSessions(), 0U);
    EXPECT_EQ(world.http.openNow(), 0U) << "the connection is closed (C-HTTP-11)";
    EXPECT_TRUE(world.store.load()->events.empty());
}

// C-INF-08, C-INF-09
TEST_F(InformTest, CarriesTheForcedParametersOnceAndNothingElse) {
    world.start();
    world.addPrinter("X1");
    world.settle();
    const std::set<std::string> names(world.last().order.begin(), world.last().order.end());
    EXPECT_EQ(names, (std::set<std::string>{
                         "Device.RootDataModelVersion", "Device.DeviceInfo.HardwareVersion",
                         "Device.DeviceInfo.SoftwareVersion", "Device.DeviceInfo.ProvisioningCode",
                         "Device.ManagementServer.ParameterKey",
                         "Device.ManagementServer.ConnectionRequestURL",
                         "Device.ManagementServer.AliasBasedAddressing"}));
    EXPECT_EQ(names.size(), world.last().order.size());
    EXPECT_EQ(world.last().types.at("Device.ManagementServer.AliasBasedAddressing"), "xsd:boolean");
    EXPECT_TRUE(world.last().order.front().starts_with("Device.")) << "FreeACS needs it";
}

// C-CR-01, C-CR-02, C-PRX-21, C-AUTH-10, C-CR-19
TEST_F(InformTest, GivesEachDeviceItsOwnConnectionRequestUrlAndCredentials) {
    world.start();
    auto& first = world.addPrinter("X1");
    auto& second = world.addPrinter("X2");
    world.settle();
    const std::string url = "Device.ManagementServer.ConnectionRequestURL";
    const std::string prefix = "http://gateway.example.net:7548/";
    EXPECT_TRUE(first.text(url).starts_with(prefix));
    EXPECT_GE(first.text(url).size(), prefix.size() + 32);
    EXPECT_NE(first.text(url), second.text(url));
    EXPECT_NE(first.text("Device.ManagementServer.ConnectionRequestPassword"),
              second.text("Device.ManagementServer.ConnectionRequestPassword"));
    EXPECT_GE(first.text("Device.ManagementServer.ConnectionRequestPassword").size(), 16U);
}

// C-CR-02, C-BS-01
TEST_F(InformTest, TheConnectionRequestUrlStaysOverARestart) {
    world.start();
    world.addPrinter("X1");
    world.settle();
    const std::string url = "Device.ManagementServer.ConnectionRequestURL";
    const std::string password = "Device.ManagementServer.ConnectionRequestPassword";
    const auto before = world.devices.at(DeviceId(1))->text(url);
    const auto secret = world.devices.at(DeviceId(1))->text(password);
    world.restart();
    world.settle();
    EXPECT_EQ(world.devices.at(DeviceId(1))->text(url), before);
    EXPECT_EQ(world.devices.at(DeviceId(1))->text(password), secret);
}

// C-PRX-27, C-PRX-28, C-EVT-36
TEST_F(InformTest, ARestartOfTheGatewayIsNoEventForPrinters) {
    world.start();
    world.addPrinter("X1");
    world.settle();
    world.acs.informs.clear();
    world.restart();
    world.loop.advance(std::chrono::minutes(1));
    EXPECT_TRUE(world.acs.informs.empty());
}

// C-PRX-28, C-EVT-01
TEST_F(InformTest, TheGatewaysOwnDeviceBootsAtEachStart) {
    world.start();
    world.addGateway();
    world.settle();
    EXPECT_EQ(world.last().codes(), (Codes{"0 BOOTSTRAP", "1 BOOT"}));
    world.acs.informs.clear();
    world.restart();
    world.settle();
    ASSERT_EQ(world.acs.informs.size(), 1U);
    EXPECT_EQ(world.last().codes(), (Codes{"1 BOOT"}));
}

// C-NOT-07
TEST_F(InformTest, AnUpdateOfTheGatewayIsSeenAtTheNextStart) {
    world.start();
    world.addGateway();
    world.settle();
    world.softwareVersion = "1.3.0";
    world.restart();
    world.settle();
    EXPECT_EQ(world.last().codes(), (Codes{"1 BOOT", "4 VALUE CHANGE"}));
    EXPECT_EQ(world.last().parameters.at("Device.DeviceInfo.SoftwareVersion"), "1.3.0");
    world.restart();
    world.settle();
    EXPECT_EQ(world.last().codes(), (Codes{"1 BOOT"}));
}

// C-EVT-00: undelivered, it comes again after a restart.
TEST_F(InformTest, BootstrapIsKeptUntilItIsConfirmed) {
    world.acs.up = false;
    world.start();
    world.addPrinter("X1");
    world.loop.advance(std::chrono::minutes(1));
    world.restart();
    world.acs.up = true;
    world.settle();
    ASSERT_EQ(world.acs.confirmed.size(), 1U);
    EXPECT_EQ(world.last().codes(), (Codes{"0 BOOTSTRAP", "1 BOOT"}));
    EXPECT_GT(world.last().retryCount, 0U) << "not reset by a restart (C-INF-07)";
}

// C-DIS-10, C-SES-14, C-BS-05, C-SES-03
TEST_F(InformTest, ANewUrlLeadsToTheNewAcsWithBootstrapAfterTheSession) {
    world.start();
    world.addPrinter("X1");
    world.settle();
    world.acs.ask(
        "X1",
        test::spv({{"Device.ManagementServer.URL", "xsd:string", "http://new.example/"}}, "k"));
    world.acs.ask("X1", "<c:GetRPCMethods/>");
    world.manager->connectionRequested(DeviceId(1), [](ConnectionRequestVerdict) {});
    world.settle();
    ASSERT_EQ(world.acs.informs.size(), 3U);
    EXPECT_EQ(world.acs.urls[1], "http://acs.example.net:7547/");
    EXPECT_EQ(world.acs.replies.size(), 2U) << "the session with the old ACS is finished first";
    EXPECT_EQ(world.acs.urls[2], "http://new.example/");
    EXPECT_EQ(world.last().codes(), (Codes{"0 BOOTSTRAP"}));
    EXPECT_EQ(world.last().parameters.at("Device.ManagementServer.ParameterKey"), "k");
    world.acs.informs.clear();
    world.restart();
    world.settle();
    EXPECT_TRUE(world.acs.informs.empty()) << "the new URL is remembered, and its BOOTSTRAP";
}

// C-DIS-10: the same value is no change.
TEST_F(InformTest, TheSameUrlAgainIsNoChange) {
    world.start();
    world.addPrinter("X1");
    world.settle();
    world.acs.ask(
        "X1", test::spv({{"Device.ManagementServer.URL", "", "http://acs.example.net:7547/"}}, ""));
    world.manager->connectionRequested(DeviceId(1), [](ConnectionRequestVerdict) {});
    world.settle();
    EXPECT_EQ(world.acs.count("0 BOOTSTRAP"), 1U);
}

// C-DIS-10: by configuration.
// C-DIS-01
TEST_F(InformTest, ANewConfiguredUrlMovesDevicesThatTheAcsDidNotMove) {
    world.start();
    world.addPrinter("X1");
    world.addPrinter("X2");
    world.settle();
    world.acs.ask("X2",
                  test::spv({{"Device.ManagementServer.URL", "", "http://other.example/"}}, ""));
    world.manager->connectionRequested(DeviceId(2), [](ConnectionRequestVerdict) {});
    world.settle();
    world.acs.informs.clear();
    world.acs.urls.clear();
    world.settings.url = "http://moved.example/";
    world.manager->applySettings(world.settings, world.options.publicUrl);
    world.settle();
    ASSERT_EQ(world.acs.informs.size(), 1U);
    EXPECT_EQ(world.acs.urls[0], "http://moved.example/");
    EXPECT_EQ(world.acs.informs[0].serial, "X1");
    EXPECT_EQ(world.acs.informs[0].codes(), (Codes{"0 BOOTSTRAP"}));
}

// C-CR-13
TEST_F(InformTest, ANewPublicUrlIsAnActiveNotification) {
    world.start();
    world.addPrinter("X1");
    world.settle();
    world.acs.informs.clear();
    world.manager->applySettings(world.settings, "http://nat.example.net/");
    world.loop.advance(std::chrono::minutes(2));
    ASSERT_EQ(world.acs.informs.size(), 1U);
    EXPECT_EQ(world.last().codes(), (Codes{"4 VALUE CHANGE"}));
    EXPECT_TRUE(world.last()
                    .parameters.at("Device.ManagementServer.ConnectionRequestURL")
                    .starts_with("http://nat.example.net/"));
}

// C-BS-02: other credentials count from the next session and are no BOOTSTRAP.
TEST_F(InformTest, NewCredentialsCountFromTheNextSession) {
    world.start();
    world.addPrinter("X1");
    world.settle();
    EXPECT_EQ(world.devices.at(DeviceId(1))->text("Device.ManagementServer.Password"),
              "secret-of-the-cpe");
    world.acs.ask("X1", test::spv({{"Device.ManagementServer.Password", "", "new"}}, ""));
    world.manager->connectionRequested(DeviceId(1), [](ConnectionRequestVerdict) {});
    world.settle();
    EXPECT_EQ(world.acs.count("0 BOOTSTRAP"), 1U);
    EXPECT_EQ(world.devices.at(DeviceId(1))->text("Device.ManagementServer.Password"), "new");
}

// C-DIS-12
TEST_F(InformTest, EnableCwmpFalseStopsAllInforms) {
    world.start();
    world.addPrinter("X1");
    world.settle();
    world.acs.ask("X1", test::spv({{"Device.ManagementServer.EnableCWMP", "", "false"}}, ""));
    world.manager->connectionRequested(DeviceId(1), [](ConnectionRequestVerdict) {});
    world.settle();
    world.acs.informs.clear();
    auto& device = *world.devices.at(DeviceId(1));
    device.change("Device.DeviceInfo.SoftwareVersion", "2");
    world.loop.advance(std::chrono::hours(5));
    EXPECT_TRUE(world.acs.informs.empty());
    auto verdict = ConnectionRequestVerdict::Accepted;
    world.manager->connectionRequested(DeviceId(1),
                                       [&](ConnectionRequestVerdict said) { verdict = said; });
    world.settle();
    EXPECT_EQ(verdict, ConnectionRequestVerdict::Disabled);
    device.change("Device.ManagementServer.EnableCWMP", "true");
    world.settle();
    ASSERT_EQ(world.acs.informs.size(), 1U) << "what waited is told";
    EXPECT_TRUE(world.last().has("4 VALUE CHANGE"));
}

// C-TIM-01, C-EVT-02, C-SES-03
TEST_F(InformTest, InformsPeriodically) {
    world.start();
    world.addPrinter("X1");
    world.loop.advance(std::chrono::hours(10));
    EXPECT_EQ(world.acs.count("2 PERIODIC"), 10U);
    EXPECT_EQ(world.acs.confirmed.size(), 11U);
}

// C-TIM-03
TEST_F(InformTest, ANewIntervalCountsWithoutARestart) {
    world.start();
    world.addPrinter("X1");
    world.settle();
    world.acs.ask(
        "X1",
        test::spv({{"Device.ManagementServer.PeriodicInformInterval", "", "60"},
                   {"Device.ManagementServer.PeriodicInformTime", "", "1970-01-01T00:00:30.125Z"}},
                  ""));
    world.manager->connectionRequested(DeviceId(1), [](ConnectionRequestVerdict) {});
    world.settle();
    world.acs.informs.clear();
    world.loop.advance(std::chrono::minutes(10));
    EXPECT_EQ(world.acs.informs.size(), 10U);
    EXPECT_EQ(world.last().currentTime.substr(17, 2), "30") << world.last().currentTime;
    auto& device = *world.devices.at(DeviceId(1));
    device.change("Device.ManagementServer.PeriodicInformEnable", "false");
    world.acs.informs.clear();
    world.loop.advance(std::chrono::hours(1));
    EXPECT_TRUE(world.acs.informs.empty());
}

// C-TIM-08
TEST_F(InformTest, ClockJumpsNeitherLoseNorDoublePeriodicInforms) {
    world.start();
    world.addPrinter("X1");
    world.loop.advance(std::chrono::hours(2));
    world.clock.setWall(world.clock.wallNow() - std::chrono::hours(24 * 30));
    world.acs.informs.clear();
    world.loop.advance(std::chrono::hours(10));
    EXPECT_GE(world.acs.informs.size(), 9U);
    EXPECT_LE(world.acs.informs.size(), 11U);
}

// C-PRX-25
TEST_F(InformTest, AnUnreachablePrinterSendsNoPeriodicInforms) {
    world.start();
    auto& device = world.addPrinter("X1");
    world.settle();
    device.up = false;
    world.acs.informs.clear();
    world.loop.advance(std::chrono::hours(5));
    EXPECT_TRUE(world.acs.informs.empty());
    device.up = true;
    device.change("MFP.1.Status", "Up");
    world.settle();
    ASSERT_EQ(world.acs.informs.size(), 1U) << "one session on return";
    EXPECT_EQ(world.last().codes(), (Codes{"2 PERIODIC"}));
}

// C-PRX-31
TEST_F(InformTest, APrinterThatComesBackIsNotNew) {
    world.start();
    auto& device = world.addPrinter("X1");
    world.settle();
    world.manager->deviceRemoved(device.id());
    world.acs.informs.clear();
    world.loop.advance(std::chrono::hours(5));
    EXPECT_TRUE(world.acs.informs.empty());
    world.manager->deviceAdded(device, false);
    world.settle();
    EXPECT_TRUE(world.acs.informs.empty());
    world.loop.advance(std::chrono::hours(2));
    EXPECT_EQ(world.acs.count("0 BOOTSTRAP"), 1U);
    EXPECT_EQ(world.acs.count("2 PERIODIC"), 2U);
}

// C-PRX-47
TEST_F(InformTest, APrinterThatWasDroppedIsNewWhenItComesBack) {
    world.start();
    auto& device = world.addPrinter("X1");
    world.settle();
    world.manager->deviceDropped(device.id());
    world.acs.informs.clear();
    world.loop.advance(std::chrono::hours(5));
    EXPECT_TRUE(world.acs.informs.empty());
    const auto snapshot = world.store.load().value();
    EXPECT_TRUE(std::ranges::none_of(snapshot.facts, [](const store::FactRow& fact) {
        return fact.key == "cwmp.acs.1" && !fact.text.empty();
    }));
    world.manager->deviceAdded(device, true);
    world.settle();
    EXPECT_EQ(world.last().codes(), (Codes{"0 BOOTSTRAP", "1 BOOT"}));
}

// C-AUTH-10
TEST(DefaultUsername, EncodesWhatIsNotUnreserved) {
    EXPECT_EQ(defaultUsername({"M", "00AB12", "MFP 1/a", "S+\xC3\xA9.~_-"}),
              "00AB12-MFP%201%2Fa-S%2B%C3%A9.~_-");
    EXPECT_EQ(defaultUsername({"M", "00AB12", "", "S1"}), "00AB12-S1");
}

TEST_F(InformTest, UsesTheIdentityAsUsernameWhereNoneIsConfigured) {
    world.settings.username.clear();
    world.start();
    auto& device = world.addPrinter("X1");
    EXPECT_EQ(device.text("Device.ManagementServer.Username"), "00AB12-MFP-1-X1");
}

}  // namespace
}  // namespace platen::cwmp
