// SPDX-License-Identifier: Apache-2.0
// ACS profiles and root models with the real programs.
#include "tests/integration/gateway_world.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <map>
#include <string>
#include <string_view>

namespace platen::test {
namespace {

using nlohmann::json;

constexpr const char* kKyocera = "VQ55407731";
constexpr std::string_view kService = "Device.Services.X_PLATEN_MFP.1.";

class AcsProfile : public testing::Test {
  public:
    AcsProfile() {
        world.configure();
        world.startPrinters();
        world.startAcs();
    }
    void startWith(const std::string& acs) {
        std::filesystem::create_directories(world.folder().path() / "conf.d");
        world.folder().write("conf.d/acs.json", R"({"acs": )" + acs + "}");
        world.startGateway();
        EXPECT_TRUE(eventually(std::chrono::seconds{30}, [this] {
            return world.gateway().errors().find("app started") != std::string::npos &&
                   world.printerCount() == 6 && !world.deviceId("GW-TEST").empty();
        })) << world.gateway().errors();
    }
    /// Name and type of what the ACS knows of a device.
    std::map<std::string, std::string> typesOf(const std::string& id) const {
        std::map<std::string, std::string> types;
        auto encoded = id;
        for (auto at = encoded.find(' '); at != std::string::npos; at = encoded.find(' ')) {
            encoded.replace(at, 1, "%20");
        }
        const auto known = world.api("/devices/" + encoded + "/parameters");
        for (const auto& one : known) {
            types[one.value("name", "")] = one.value("type", "");
        }
        return types;
    }
    bool clean() const {
        const auto stats = world.api("/stats");
        return stats.is_object() && stats["schema"].value("failures", -1) == 0;
    }
    GatewayWorld world{"127.19.0"};
};

// C-DM-03, C-DM-04, C-DM-05, C-INF-10
TEST_F(AcsProfile, OpenAcsGetsDevice1WithDeviceSummary) {
    startWith(R"({"profile": "openacs"})");
    const auto id = world.deviceId(kKyocera);
    const auto types = typesOf(id);
    for (const char* name :
         {"Device.DeviceSummary", "Device.DeviceInfo.HardwareVersion",
          "Device.DeviceInfo.SoftwareVersion", "Device.DeviceInfo.ProvisioningCode",
          "Device.ManagementServer.ParameterKey", "Device.ManagementServer.ConnectionRequestURL",
          "Device.LAN.IPAddress", "Device.ManagementServer.AliasBasedAddressing"}) {
        EXPECT_TRUE(types.contains(name)) << name;
    }
    EXPECT_FALSE(types.contains("Device.RootDataModelVersion"));
    EXPECT_EQ(world.value(id, "Device.LAN.IPAddress"), "192.0.2.55") << "of the recording";
    // The first polls bring what the profiles of the service ask for.
    EXPECT_TRUE(eventually(std::chrono::seconds{20}, [&] {
        const auto summary = world.value(id, "Device.DeviceSummary");
        return summary.starts_with("Device:1.14[](Baseline:1") &&
               summary.find("), X_PLATEN_MFP:1.0[1](X_PLATEN_Baseline:1, ") != std::string::npos;
    })) << world.value(id, "Device.DeviceSummary");
    const auto gateway = world.deviceId("GW-TEST");
    EXPECT_TRUE(
        world.value(gateway, "Device.DeviceSummary").starts_with("Device:1.14[](Baseline:1"));
    const auto gone = world.runTask(id, {{"type", "get"}, {"names", {"Device.IP."}}});
    EXPECT_NE(gone.dump().find("9005"), std::string::npos) << gone.dump();
    EXPECT_TRUE(clean()) << world.api("/stats").dump(2);
}

TEST_F(AcsProfile, GenieAcsGetsCountersAsUnsignedInt) {
    startWith(R"({"profile": "genieacs"})");
    const auto id = world.deviceId(kKyocera);
    const auto name = std::string(kService) + "Counters.Total.Impressions";
    EXPECT_EQ(world.value(id, name), "203261");
    EXPECT_EQ(typesOf(id).at(name), "xsd:unsignedInt");
    EXPECT_TRUE(typesOf(id).contains("Device.RootDataModelVersion"));
    EXPECT_TRUE(clean()) << world.api("/stats").dump(2);
}

TEST_F(AcsProfile, StrictIsTheDefault) {
    startWith(R"({"profile": "strict"})");
    const auto id = world.deviceId(kKyocera);
    const auto name = std::string(kService) + "Counters.Total.Impressions";
    EXPECT_EQ(world.value(id, name), "203261");
    EXPECT_EQ(typesOf(id).at(name), "xsd:unsignedLong");
}

// C-DM-04: what was known under one root is known under the other.
TEST_F(AcsProfile, AStateOfDevice2IsReadUnderDevice1) {
    startWith(R"({"root": "Device:2"})");
    const auto id = world.deviceId(kKyocera);
    const auto room = std::string(kService) + "Identification.Room";
    const auto set = world.runTask(
        id, {{"type", "set"},
             {"values", {{{"name", room}, {"value", "R 7"}, {"type", "xsd:string"}}}}});
    ASSERT_EQ(set.value("state", ""), "done") << set.dump();
    ASSERT_EQ(world.stopGateway(), 0) << world.gateway().errors();
    startWith(R"({"root": "Device:1"})");
    EXPECT_TRUE(eventually(std::chrono::seconds{20}, [&] {
        return world.value(id, "Device.DeviceSummary").starts_with("Device:1.14[](Baseline:1");
    })) << world.gateway().errors();
    EXPECT_EQ(world.value(id, room), "R 7");
    EXPECT_EQ(world.deviceId(kKyocera), id);
    EXPECT_EQ(world.stopGateway(), 0) << world.gateway().errors();
}

}  // namespace
}  // namespace platen::test
