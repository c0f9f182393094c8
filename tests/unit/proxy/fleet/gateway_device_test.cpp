// SPDX-License-Identifier: Apache-2.0
// What the gateway's own device shows of its machine and of its data models.
#include "fleet_fixture.hpp"
#include "proxy/fleet/host_clock.hpp"

#include <gtest/gtest.h>

#include <string>

namespace platen::fleet {
namespace {

class GatewayDeviceTest : public FleetFixture {
  protected:
    GatewayDeviceTest() {
        context->hostClock = [this] { return clockState; };
        context->dataModels = {{"http://h/device-2.xml", "u1", "urn:root", false},
                               {"http://h/mfp-1.xml", "u2", "urn:mfp", true}};
    }
    [[nodiscard]] std::string shown(const ManagedDevice& device, const std::string& name) const {
        const auto path = codec.parseInternal("Device." + name);
        EXPECT_TRUE(path.has_value()) << name;
        const auto value = path ? device.tree().get(path->paramRef()) : std::nullopt;
        return value ? value->text() : "(absent)";
    }
    HostClock clockState{false, "CET-1CEST,M3.5.0,M10.5.0/3"};
};

// C-DM-15
TEST_F(GatewayDeviceTest, TimeIsThatOfTheMachineAtTheStartOfASession) {
    auto& gateway = fleet->gateway();
    gateway.sessionStarts();
    EXPECT_EQ(shown(gateway, "Time.Status"), "Unsynchronized");
    EXPECT_EQ(shown(gateway, "Time.LocalTimeZone"), "CET-1CEST,M3.5.0,M10.5.0/3");
    const auto before = shown(gateway, "Time.CurrentLocalTime");
    EXPECT_EQ(before, formatDateTime(clock.wallNow()));
    loop.advance(std::chrono::minutes{61});
    clockState.synchronized = true;
    gateway.sessionStarts();
    EXPECT_EQ(shown(gateway, "Time.Status"), "Synchronized");
    EXPECT_NE(shown(gateway, "Time.CurrentLocalTime"), before);
    EXPECT_EQ(shown(gateway, "Time.NTPServer1"), "(absent)");
    EXPECT_EQ(shown(gateway, "Time.Enable"), "(absent)");
    const auto zone = codec.parseInternal("Device.Time.LocalTimeZone").value().paramRef();
    EXPECT_FALSE(gateway.writable(zone)) << "it would have no effect";
}

// C-DM-06
TEST_F(GatewayDeviceTest, SupportedDataModelsAreTheRootAndForPrintersTheService) {
    addPrinter("192.0.2.5", "acme-laserpoint-410");
    fleet->gateway().prepare();
    settle();
    const auto& gateway = fleet->gateway();
    EXPECT_EQ(shown(gateway, "DeviceInfo.SupportedDataModelNumberOfEntries"), "1");
    EXPECT_EQ(shown(gateway, "DeviceInfo.SupportedDataModel.1.URL"), "http://h/device-2.xml");
    const auto& printer = only();
    EXPECT_EQ(shown(printer, "DeviceInfo.SupportedDataModelNumberOfEntries"), "2");
    EXPECT_EQ(shown(printer, "DeviceInfo.SupportedDataModel.2.URL"), "http://h/mfp-1.xml");
    EXPECT_EQ(shown(printer, "DeviceInfo.SupportedDataModel.2.UUID"), "u2");
    EXPECT_EQ(shown(printer, "DeviceInfo.SupportedDataModel.2.URN"), "urn:mfp");
    EXPECT_EQ(shown(printer, "DeviceInfo.SupportedDataModel.2.Features"), "");
}

TEST(HostClock, TimeZoneIsTheFooterOfTheZoneFile) {
    EXPECT_EQ(timeZoneOf("TZif2....\nCET-1CEST,M3.5.0,M10.5.0/3\n"), "CET-1CEST,M3.5.0,M10.5.0/3");
    EXPECT_EQ(timeZoneOf("TZif2....\n\n"), "") << "a zone without a rule";
    for (const auto* broken : {"", "TZif", "TZif1....\nUTC0\n", "TZif2....\nUTC0", "\nUTC0\n",
                               "TZif2....\nA B\n", "TZif2....\n\xff\n"}) {
        EXPECT_EQ(timeZoneOf(broken), "") << broken;
    }
    EXPECT_EQ(timeZoneOf("TZif2\n" + std::string(300, 'A') + "\n"), "");
}

}  // namespace
}  // namespace platen::fleet
