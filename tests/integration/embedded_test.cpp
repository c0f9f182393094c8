// SPDX-License-Identifier: Apache-2.0
// Printers as objects of the gateway's own data model (TR-069 Annex J.3), with the real programs.
#include "tests/integration/gateway_world.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <map>
#include <string>

namespace platen::test {
namespace {

using nlohmann::json;

constexpr const char* kService = "Device.Services.X_PLATEN_MFP.";
constexpr const char* kManagement = "Device.ManagementServer.";

class Embedded : public testing::Test {
  public:
    Embedded() : world("127.21.0") {
        world.configure(
            R"(, "writes": {"snmp": true}, "data_model": {"presentation": "embedded_objects"})");
        world.startPrinters();
        world.startAcs();
        world.startGateway();
        EXPECT_TRUE(eventually(std::chrono::seconds{30}, [this] {
            return get(std::string(kManagement) + "EmbeddedDeviceNumberOfEntries") == "6";
        })) << world.gateway().errors();
    }
    std::string gateway() const { return world.deviceId("GW-TEST"); }
    std::string get(const std::string& name) const { return world.value(gateway(), name); }
    /// All values under a path, by name.
    std::map<std::string, std::string> under(const std::string& path) const {
        std::map<std::string, std::string> out;
        const auto task = world.runTask(gateway(), {{"type", "get"}, {"names", {path}}});
        if (task.is_object() && task.contains("result")) {
            for (const auto& one : task["result"]["parameters"]) {
                out[one.value("name", "")] = one.value("value", "");
            }
        }
        return out;
    }
    std::string rowOf(const std::string& serial) const {
        for (const auto& [name, value] : under(kService)) {
            const std::string tail = ".Identification.SerialNumber";
            if (value == serial && name.ends_with(tail)) {
                return name.substr(0, name.size() - tail.size() + 1);
            }
        }
        return {};
    }
    GatewayWorld world;
};

// C-PRX-60, C-PRX-61, C-PRX-63, C-PRX-14
TEST_F(Embedded, TheGatewayIsTheOnlyDeviceAndHoldsAllPrinters) {
    EXPECT_EQ(world.devices().size(), 1U);
    const auto rows = under(std::string(kManagement) + "EmbeddedDevice.");
    const auto services = under(kService);
    ASSERT_FALSE(services.empty());
    for (int row = 1; row <= 6; ++row) {
        const auto number = std::to_string(row);
        const auto entry = std::string(kManagement) + "EmbeddedDevice." + number + ".";
        EXPECT_EQ(rows.at(entry + "Reference"), kService + number);
        const auto serial = services.find(kService + number + ".Identification.SerialNumber");
        if (serial != services.end()) {
            EXPECT_NE(rows.at(entry + "ProxiedDeviceID").find(serial->second), std::string::npos);
        }
        EXPECT_EQ(rows.at(entry + "CommandProcessed"), "Success");
        EXPECT_NE(rows.at(entry + "LastSyncTime"), "0001-01-01T00:00:00Z");
        EXPECT_FALSE(rows.at(entry + "SupportedDataModel").empty());
        EXPECT_TRUE(rows.at(entry + "Host").starts_with("Device.Hosts.Host."));
    }
    EXPECT_EQ(get("Device.Services.X_PLATEN_MFPNumberOfEntries"), "6");
    // A row for each printer, with its own values.
    const auto kyocera = rowOf("VQ55407731");
    ASSERT_FALSE(kyocera.empty());
    EXPECT_EQ(services.at(kyocera + "Counters.Total.Impressions"), "203261");
    EXPECT_EQ(services.at(kyocera + "Supply.1.LevelPercent"), "52");
    for (const auto& [name, value] : services) {
        if (name.starts_with(kyocera) && value.starts_with(kService)) {
            EXPECT_TRUE(value.starts_with(kyocera)) << name << " refers to " << value;
        }
    }
    const auto stats = world.api("/stats");
    EXPECT_EQ(stats["schema"].value("failures", -1), 0) << stats.dump(2);
}

// C-PRX-61, C-PRX-63, C-PRX-64: writes, notification through the gateway's session, numbers over
// restarts.
TEST_F(Embedded, ValuesAreWrittenToldAndKept) {
    const auto row = rowOf("VQ55407731");
    ASSERT_FALSE(row.empty());
    const auto location = row + "Identification.Location";
    const auto done = world.runTask(
        gateway(),
        {{"type", "set"},
         {"values", {{{"name", location}, {"value", "Room 7"}, {"type", "xsd:string"}}}}});
    EXPECT_EQ(done.value("state", ""), "done") << done.dump();
    EXPECT_EQ(get(location), "Room 7");
    const auto poll = runToEnd(
        {program("platen"), "poll", world.network() + ".6", "--config", world.configFile()});
    EXPECT_NE(poll.output.find("Room 7"), std::string::npos) << "the printer has it";
    const auto attributes = world.runTask(
        gateway(),
        {{"type", "setattributes"},
         {"attributes", {{{"name", row + "Connection.LastSuccessTime"}, {"notification", 1}}}}});
    EXPECT_EQ(attributes.value("state", ""), "done") << attributes.dump();
    EXPECT_TRUE(eventually(std::chrono::seconds{15}, [&] {
        // A session, which carries what the polls have found since.
        return !get(location).empty() &&
               world.events(gateway()).dump().find("4 VALUE CHANGE") != std::string::npos;
    })) << world.events(gateway()).dump();
    EXPECT_EQ(world.stopGateway(), 0);
    world.startGateway();
    EXPECT_TRUE(eventually(std::chrono::seconds{20}, [&] {
        return get(row + "Identification.SerialNumber") == "VQ55407731";
    })) << world.gateway().errors();
    EXPECT_EQ(get(location), "Room 7");
    EXPECT_EQ(world.devices().size(), 1U);
}

}  // namespace
}  // namespace platen::test
