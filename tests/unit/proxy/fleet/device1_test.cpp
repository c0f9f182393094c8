// SPDX-License-Identifier: Apache-2.0
// Printers and gateway under the root model Device:1 (acs.root).
#include "base/text.hpp"
#include "proxy/fleet/derived_states.hpp"
#include "proxy/fleet/device_summary.hpp"
#include "tests/unit/proxy/fleet/fleet_fixture.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <string_view>

namespace platen::fleet {
namespace {

/// Values that the CWMP side gives each device.
constexpr std::array<std::string_view, 11> kManagement{"URL",
                                                       "Username",
                                                       "Password",
                                                       "PeriodicInformEnable",
                                                       "PeriodicInformInterval",
                                                       "PeriodicInformTime",
                                                       "ParameterKey",
                                                       "ConnectionRequestURL",
                                                       "ConnectionRequestUsername",
                                                       "ConnectionRequestPassword",
                                                       "UpgradesManaged"};

class Device1Test : public FleetFixture {
  public:
    Device1Test() : FleetFixture("device-1.xml") {}

    Assignment assignment(const std::string& internalName, const std::string& value) const {
        const auto ref = codec.parseInternal(internalName)->paramRef();
        return {ref, knowledge.schema.parseValue(ref.param, value).value()};
    }
    void manage(ManagedDevice& device) const {
        std::vector<Assignment> values;
        for (const auto entry : kManagement) {
            const std::string name(entry);
            const auto* const value = name.ends_with("Enable") || name == "UpgradesManaged" ? "true"
                                      : name.ends_with("Interval")                          ? "60"
                                      : name.ends_with("Time") ? "2031-01-01T00:00:00Z"
                                                               : "";
            values.push_back(assignment("Device.ManagementServer." + name, value));
        }
        device.setGatewayValues(std::move(values), false);
    }
    std::string gatewayText(const char* name) const {
        const auto value = fleet->gateway().tree().get(codec.parseInternal(name)->paramRef());
        return value ? value->text() : "(absent)";
    }
};

// C-DM-04: absent is what Device:1 does not have.
TEST_F(Device1Test, APrinterShowsItsAddressInLanAndHasNothingOfDevice2) {
    addPrinter("192.0.2.5", "acme-laserpoint-410");
    settle();
    auto& printer = only();
    EXPECT_EQ(text(printer, "Device.LAN.IPAddress"), "192.0.2.41") << "of the recording";
    EXPECT_EQ(text(printer, "Device.LAN.MACAddress"), "00:00:5E:00:53:1A");
    EXPECT_EQ(text(printer, "Device.LAN.SubnetMask"), "255.255.255.0");
    EXPECT_EQ(text(printer, "Device.DeviceInfo.ProxierInfo.SerialNumber"), "GW1");
    EXPECT_NE(text(printer, "MFP.1.Supply.1.LevelPercent"), "(absent)");
    for (const char* name : {"Device.RootDataModelVersion", "Device.IP.", "Device.Hosts.",
                             "Device.ManagementServer.VirtualDeviceNumberOfEntries"}) {
        EXPECT_FALSE(codec.parse(name)) << name;
    }
}

// C-DM-05, C-DM-14: only what is really there is claimed.
TEST_F(Device1Test, DeviceSummaryNamesTheProfilesThatThePrinterHas) {
    addPrinter("192.0.2.5", "acme-laserpoint-410");
    settle();
    auto& printer = only();
    const auto before = text(printer, "Device.DeviceSummary");
    EXPECT_TRUE(before.starts_with("Device:1.14[](")) << before;
    EXPECT_EQ(before.find("Baseline:1,"), std::string::npos) << "no ManagementServer yet";
    manage(printer);
    const auto summary = text(printer, "Device.DeviceSummary");
    EXPECT_TRUE(summary.starts_with("Device:1.14[](Baseline:1")) << summary;
    EXPECT_NE(summary.find("), X_PLATEN_MFP:1.0[1](X_PLATEN_"), std::string::npos) << summary;
    EXPECT_TRUE(summary.ends_with(")")) << summary;
    // The service's list is that of Capabilities.ProfileNames.
    std::string expected;
    const auto profiles = text(printer, "MFP.1.Capabilities.ProfileNames");
    for (const auto name : platen::text::split(profiles, ',')) {
        expected += (expected.empty() ? "X_PLATEN_" : ", X_PLATEN_") + std::string(name);
    }
    EXPECT_NE(summary.find("X_PLATEN_MFP:1.0[1](" + expected + ")"), std::string::npos) << summary;
}

// C-DM-05: a change of it is a change like any other.
TEST_F(Device1Test, AChangeOfDeviceSummaryIsTold) {
    addPrinter("192.0.2.5", "acme-laserpoint-410");
    settle();
    observer->changed.clear();
    manage(only());
    EXPECT_EQ(observer->changed["Device.DeviceSummary"], 1);
    observer->changed.clear();
    manage(only());
    loop.advance(std::chrono::hours{1});
    EXPECT_EQ(observer->changed["Device.DeviceSummary"], 0)
        << "it stays while nothing comes or goes";
}

TEST_F(Device1Test, TheGatewayHasASummaryOfItsOwnAndNoListOfPrinters) {
    settings.connectionRequests.publicUrl = "http://192.0.2.1:7548/";
    startGateway();
    addPrinter("192.0.2.5", "acme-laserpoint-410");
    settle();
    EXPECT_EQ(gatewayText("Device.DeviceSummary"), "Device:1.14[]()");
    manage(fleet->gateway());
    EXPECT_EQ(gatewayText("Device.DeviceSummary"), "Device:1.14[](Baseline:1)");
    EXPECT_EQ(gatewayText("Device.DeviceInfo.DeviceStatus"), "Up");
    EXPECT_EQ(gatewayText("Device.LAN.IPAddress"), "192.0.2.1");
    settings.connectionRequests.publicUrl = "https://[2001:db8::1]/";
    startGateway();
    EXPECT_EQ(gatewayText("Device.LAN.IPAddress"), "2001:db8::1");
    settings.connectionRequests.publicUrl = "http://gateway.example.net:7548/";
    startGateway();
    EXPECT_EQ(gatewayText("Device.LAN.IPAddress"), "");
}

TEST_F(Device1Test, DeviceStatusFollowsThePrinter) {
    auto& agent = addPrinter("192.0.2.5", "acme-laserpoint-410");
    settle();
    EXPECT_EQ(text(only(), "Device.DeviceInfo.DeviceStatus"), "Up");
    agent.faults.silent = true;
    loop.advance(std::chrono::hours{1});
    EXPECT_EQ(text(only(), "Device.DeviceInfo.DeviceStatus"), "Error");
}

TEST_F(Device1Test, DeviceSummaryKeepsToItsLengthByWholeProfiles) {
    model::Tree tree(knowledge.schema, pool);
    for (const auto& profile : knowledge.schema.profiles()) {
        for (const auto param : profile.params) {
            model::Instances first;
            const auto depth = knowledge.schema.object(knowledge.schema.param(param).object).depth;
            for (std::size_t level = 0; level < depth; ++level) {
                first = first.with(level, 1);
            }
            const auto& def = knowledge.schema.param(param);
            tree.set({param, first}, knowledge.schema.fit(def.index, model::Value::string("1")),
                     model::Source::Gateway);
        }
    }
    const model::PathCodec longest(knowledge.schema, "X_0123456789-0123456789-012345");
    const auto whole = deviceSummary(longest, tree, 100'000);
    ASSERT_GT(whole.size(), 1024U);
    const auto cut = deviceSummary(longest, tree, 1024);
    EXPECT_LE(cut.size(), 1024U);
    EXPECT_GT(cut.size(), 960U) << "as many as fit";
    EXPECT_TRUE(cut.ends_with(")"));
    EXPECT_TRUE(whole.starts_with(cut.substr(0, cut.size() - 1)));
    EXPECT_EQ(whole[cut.size() - 1], ',') << "no profile is cut";
}

}  // namespace
}  // namespace platen::fleet
