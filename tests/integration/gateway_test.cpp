// SPDX-License-Identifier: Apache-2.0
// The whole way, from simulated printers to the ACS, with the real programs.
#include "tests/integration/gateway_world.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <csignal>

namespace platen::test {
namespace {

using nlohmann::json;

constexpr const char* kKyocera = "VQ55407731";
constexpr const char* kLocation = "Device.Services.X_PLATEN_MFP.1.Identification.Location";
constexpr const char* kCostCenter = "Device.Services.X_PLATEN_MFP.1.Identification.CostCenter";

json setTask(const std::string& name, const std::string& value) {
    return {{"type", "set"},
            {"values", {{{"name", name}, {"value", value}, {"type", "xsd:string"}}}}};
}

/// Number of sessions of all devices so far that carried this event.
int countEvents(const GatewayWorld& world, const std::string& id, const std::string& event) {
    int count = 0;
    const auto history = world.events(id);
    for (const auto& entry : history) {
        count += entry.dump().find("\"" + event + "\"") != std::string::npos ? 1 : 0;
    }
    return count;
}

bool schemaClean(const GatewayWorld& world) {
    const auto stats = world.api("/stats");
    return stats.is_object() && stats["schema"].value("failures", -1) == 0;
}

class Gateway : public testing::Test {
  public:
    Gateway() {
        world.configure(R"(, "writes": {"snmp": true})");
        world.startPrinters();
        world.startAcs();
        world.startGateway();
        EXPECT_TRUE(eventually(std::chrono::seconds{30}, [this] {
            return world.printerCount() == 6;
        })) << world.gateway().errors();
    }
    GatewayWorld world;
};

TEST_F(Gateway, SixPrintersAndTheGatewayRegisterWithValidEnvelopes) {
    EXPECT_EQ(world.devices().size(), 7U);
    EXPECT_TRUE(schemaClean(world)) << world.api("/stats").dump(2);
    const auto id = world.deviceId(kKyocera);
    EXPECT_EQ(world.value(id, "Device.Services.X_PLATEN_MFP.1.Counters.Total.Impressions"),
              "203261");
    EXPECT_EQ(world.value(id, "Device.Services.X_PLATEN_MFP.1.Supply.1.LevelPercent"), "52");
}

// C-SPV-10, C-BS-01
TEST_F(Gateway, ValuesAreWrittenToThePrinterAndSurviveKillNine) {
    const auto id = world.deviceId(kKyocera);
    for (int round = 0; round < 5; ++round) {
        const auto text = "round " + std::to_string(round);
        const auto done = world.runTask(id, setTask(kCostCenter, text));
        ASSERT_EQ(done.value("state", ""), "done") << done.dump();
        world.gateway().signal(SIGKILL);  // right after the answer: it must be on disk
        world.gateway().wait(std::chrono::seconds{5});
        world.startGateway();
        ASSERT_TRUE(eventually(std::chrono::seconds{20}, [&] {
            return world.value(id, kCostCenter) == text;
        })) << world.value(id, kCostCenter);
    }
    const auto done = world.runTask(id, setTask(kLocation, "Room 7"));
    EXPECT_EQ(done.value("state", ""), "done") << done.dump();
    EXPECT_EQ(world.value(id, kLocation), "Room 7");
    const auto poll = runToEnd(
        {program("platen"), "poll", world.network() + ".6", "--config", world.configFile()});
    EXPECT_NE(poll.output.find("Room 7"), std::string::npos);
    EXPECT_EQ(world.devices().size(), 7U);
    EXPECT_TRUE(schemaClean(world));
}

TEST_F(Gateway, SigtermStopsWithinFiveSecondsAndARestartSendsNoSecondBootstrap) {
    const auto before = std::chrono::steady_clock::now();
    EXPECT_EQ(world.stopGateway(), 0) << world.gateway().errors();
    EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds{5});
    world.startGateway();
    const auto id = world.deviceId(kKyocera);
    ASSERT_TRUE(eventually(std::chrono::seconds{20},
                           [&] { return world.value(id, kLocation) == "Warehouse 4"; }));
    for (const auto& device : world.devices()) {
        EXPECT_LE(countEvents(world, device.value("id", ""), "0 BOOTSTRAP"), 1) << device.dump();
    }
}

TEST_F(Gateway, HangupReloadsAndABrokenFileKeepsTheOldSettings) {
    world.configure(R"(, "writes": {"snmp": "maybe"})");
    world.gateway().signal(SIGHUP);
    EXPECT_TRUE(eventually(std::chrono::seconds{5}, [this] {
        return world.gateway().errors().find("reload.refused") != std::string::npos;
    }));
    world.configure(R"(, "writes": {"snmp": false})");
    world.gateway().signal(SIGHUP);
    EXPECT_TRUE(eventually(std::chrono::seconds{5}, [this] {
        return world.gateway().errors().find("app reloaded") != std::string::npos;
    }));
    const auto refused = world.runTask(world.deviceId(kKyocera), setTask(kLocation, "Room 8"));
    EXPECT_EQ(refused.value("state", ""), "failed") << refused.dump();
    EXPECT_TRUE(world.gateway().running());
}

TEST_F(Gateway, SecondGatewayOnTheSameStateIsRefused) {
    Process second({program("platen"), "run", "--config", world.configFile()});
    EXPECT_EQ(second.wait(std::chrono::seconds{5}), 1);
    EXPECT_NE(second.errors().find("another gateway"), std::string::npos);
    EXPECT_TRUE(world.gateway().running());
}

}  // namespace
}  // namespace platen::test
