// SPDX-License-Identifier: Apache-2.0
// Tests that an ACS starts by DiagnosticsState, with the real programs.
#include "tests/integration/gateway_world.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <array>
#include <string>
#include <vector>

namespace platen::test {
namespace {

using nlohmann::json;

class Diagnostics : public testing::Test {
  public:
    Diagnostics() {
        world.configure();
        world.startPrinters();
        world.startAcs();
        world.startGateway();
        EXPECT_TRUE(eventually(std::chrono::seconds{30}, [this] {
            return world.printerCount() == 6 && !world.deviceId("GW-TEST").empty();
        })) << world.gateway().errors();
    }
    /// Name, value and type of each.
    void set(const std::string& id, const std::vector<std::array<std::string, 3>>& values) {
        json list = json::array();
        for (const auto& [name, value, type] : values) {
            list.push_back({{"name", name}, {"value", value}, {"type", type}});
        }
        const auto done = world.runTask(id, {{"type", "set"}, {"values", list}});
        EXPECT_EQ(done.value("state", ""), "done") << done.dump();
    }
    bool reported(const std::string& id) {
        return eventually(std::chrono::seconds{20}, [&] {
            const auto events = world.events(id).dump();
            return events.find("8 DIAGNOSTICS COMPLETE") != std::string::npos;
        });
    }
    GatewayWorld world{"127.15.0"};
};

// C-DM-10, C-EVT-08; TP-181 5.2.1
TEST_F(Diagnostics, TheGatewayPingsFromTheSite) {
    const auto id = world.deviceId("GW-TEST");
    const std::string ping = "Device.IP.Diagnostics.IPPing.";
    const auto state = world.value(id, ping + "DiagnosticsState");
    if (state != "None") {
        GTEST_SKIP() << "this system grants no ping socket";
    }
    set(id, {{ping + "Host", "127.0.0.1", "xsd:string"},
             {ping + "NumberOfRepetitions", "2", "xsd:unsignedInt"},
             {ping + "DiagnosticsState", "Requested", "xsd:string"}});
    EXPECT_TRUE(reported(id));
    EXPECT_EQ(world.value(id, ping + "DiagnosticsState"), "Complete");
    EXPECT_EQ(world.value(id, ping + "SuccessCount"), "2");
    EXPECT_EQ(world.value(id, ping + "IPAddressUsed"), "127.0.0.1");
}

TEST_F(Diagnostics, APrinterIsReadNow) {
    const auto id = world.deviceId("VQ55407731");
    const std::string refresh = "Device.Services.X_PLATEN_MFP.1.Diagnostics.Refresh.";
    set(id, {{refresh + "ScopeList", "All", "xsd:string"},
             {refresh + "DiagnosticsState", "Requested", "xsd:string"}});
    EXPECT_TRUE(reported(id));
    EXPECT_EQ(world.value(id, refresh + "DiagnosticsState"), "Complete");
}

}  // namespace
}  // namespace platen::test
