// SPDX-License-Identifier: Apache-2.0
// Printers as objects of the gateway's own data model (TR-069 Annex J.3).
#include "proxy/fleet/site_device.hpp"
#include "tests/unit/proxy/fleet/fleet_fixture.hpp"

#include <gtest/gtest.h>

#include <array>
#include <optional>
#include <string>

namespace platen::fleet {
namespace {

constexpr const char* kSysLocation = "1.3.6.1.2.1.1.6.0";

class SiteTest : public FleetFixture {
  public:
    SiteTest() : SiteTest("device-2.xml") {}
    explicit SiteTest(const char* root) : FleetFixture(root) {
        settings.writes.snmp = true;
        settings.dataModel.presentation = "embedded_objects";
        startGateway();
    }
    /// A value of the site, by internal name.
    std::string value(const std::string& name) const {
        const auto path = codec.parseInternal(name);
        EXPECT_TRUE(path.has_value()) << name;
        const auto found = path ? fleet->site().tree().get(path->paramRef()) : std::nullopt;
        return found ? codec.valueText(path->param, *found) : "(absent)";
    }
    std::string embedded(std::uint32_t row, const std::string& name) const {
        return value("Device.ManagementServer.EmbeddedDevice." + std::to_string(row) + "." + name);
    }
    Assignment assign(const std::string& name, std::string_view text) const {
        const auto ref = codec.parseInternal(name).value().paramRef();
        return {ref, knowledge.schema.parseValue(ref.param, text).value()};
    }
    WriteFaults write(std::vector<Assignment> assignments) {
        std::optional<WriteFaults> out;
        fleet->site().write(std::move(assignments), {},
                            [&](WriteFaults faults) { out = std::move(faults); });
        EXPECT_FALSE(out.has_value()) << "the callback came inside the call";
        for (int i = 0; i < 60 && !out; ++i) {
            loop.advance(std::chrono::seconds{1});
        }
        EXPECT_TRUE(out.has_value());
        return out.value_or(WriteFaults{{}});
    }
    static std::string onPrinter(test::FakeAgent& agent, const char* oid) {
        const auto key = Oid::parse(oid).value();
        for (const auto& varbind : agent.varbinds()) {
            if (varbind.oid == key) {
                return varbind.value.octets;
            }
        }
        return "(absent)";
    }
    /// Of the site's rows, those of the printer with this serial number.
    std::uint32_t rowOf(const std::string& serial) const {
        for (const auto row : fleet->site().tree().rows(names.service, {})) {
            if (value("MFP." + std::to_string(row) + ".Identification.SerialNumber") == serial) {
                return row;
            }
        }
        return 0;
    }
    void restart() {
        fleet->stop();
        loop.advance(std::chrono::seconds{1});
        startGateway();
    }
};

// C-PRX-60, C-PRX-14
TEST_F(SiteTest, APrinterIsAServiceOfTheGatewayAndARowOfEmbeddedDevice) {
    context->dataModels = {{"http://h/device-2.xml", "u1", "urn:root", false},
                           {"http://h/mfp-1.xml", "u2", "urn:mfp", true}};
    fleet->gateway().prepare();
    addPrinter("192.0.2.5", "acme-laserpoint-410");
    settle();
    EXPECT_TRUE(observer->added.empty()) << "only the gateway registers";
    EXPECT_EQ(value("Device.Services.MFPNumberOfEntries"), "1");
    EXPECT_EQ(value("MFP.1.Supply.1.LevelPercent"), text(only(), "MFP.1.Supply.1.LevelPercent"));
    EXPECT_EQ(value("Device.ManagementServer.EmbeddedDeviceNumberOfEntries"), "1");
    const auto& identity = only().identity();
    EXPECT_EQ(embedded(1, "ControllerID"), "");
    EXPECT_EQ(embedded(1, "ProxiedDeviceID"),
              identity.oui + "-" + identity.productClass + "-" + identity.serial);
    EXPECT_EQ(embedded(1, "Reference"), "Device.Services.X_PLATEN_MFP.1");
    EXPECT_EQ(embedded(1, "SupportedDataModel"), "Device.DeviceInfo.SupportedDataModel.2");
    EXPECT_EQ(value("Device.DeviceInfo.SupportedDataModel.2.URN"), "urn:mfp");
    EXPECT_EQ(embedded(1, "Host"), "Device.Hosts.Host.1");
    EXPECT_EQ(value("Device.Hosts.Host.1.IPAddress"), "192.0.2.5");
    EXPECT_EQ(embedded(1, "ProxyProtocol"), "X_PLATEN_SNMP");
    EXPECT_EQ(embedded(1, "ProxyProtocolReference"), "");
    EXPECT_EQ(embedded(1, "DiscoveryProtocol"), "X_PLATEN_SNMP");
    EXPECT_EQ(embedded(1, "DiscoveryProtocolReference"), "");
    // One mechanism at a time.
    EXPECT_EQ(value("Device.ManagementServer.VirtualDeviceNumberOfEntries"), "(absent)");
    EXPECT_EQ(value("Device.DeviceInfo.SerialNumber"), "GW1");
}

// C-PRX-60: what is offered in one presentation only is absent in the other.
TEST_F(FleetFixture, WithVirtualDevicesThereIsNoEmbeddedDevice) {
    addPrinter("192.0.2.5", "acme-laserpoint-410");
    settle();
    const auto count = codec.parseInternal("Device.ManagementServer.EmbeddedDeviceNumberOfEntries")
                           .value()
                           .paramRef();
    EXPECT_FALSE(fleet->site().tree().get(count));
    EXPECT_FALSE(only().tree().get(count));
    EXPECT_TRUE(fleet->site().tree().rows(names.service, {}).empty());
    EXPECT_EQ(&fleet->site(), &fleet->gateway());
}

// C-PRX-61
TEST_F(SiteTest, LastSyncTimeIsUnknownUntilThePrinterAnswers) {
    auto& agent = addPrinter("192.0.2.5", "acme-laserpoint-410");
    settle();
    loop.advance(std::chrono::minutes{10});
    EXPECT_EQ(embedded(1, "LastSyncTime"), value("MFP.1.Connection.LastSuccessTime"));
    EXPECT_NE(embedded(1, "LastSyncTime"), "0001-01-01T00:00:00Z");
    EXPECT_EQ(embedded(1, "CommandProcessed"), "Success") << "nothing waits";
    EXPECT_EQ(embedded(1, "CommandProcessingErrMsg"), "");
    agent.faults.silent = true;
    restart();
    loop.advance(std::chrono::minutes{10});
    EXPECT_EQ(embedded(1, "LastSyncTime"), "0001-01-01T00:00:00Z") << "not since this start";
    EXPECT_NE(value("MFP.1.Connection.LastSuccessTime"), "0001-01-01T00:00:00Z");
}

// C-PRX-61
TEST_F(SiteTest, AWriteGoesToThePrinterOfItsRow) {
    auto& one = addPrinter("192.0.2.5", "acme-laserpoint-410");
    auto& two = addPrinter("192.0.2.6", "acme-colorworks-c7200");
    settle();
    ASSERT_EQ(value("Device.Services.MFPNumberOfEntries"), "2");
    const auto row = rowOf(fleet->printers()[0]->identity().serial);
    const auto name = "MFP." + std::to_string(row) + ".Identification.Location";
    auto& target = fleet->printers()[0]->record().address == "192.0.2.5" ? one : two;
    auto& other = &target == &one ? two : one;
    const auto before = onPrinter(other, kSysLocation);
    EXPECT_TRUE(fleet->site().writable(assign(name, "x").ref));
    const auto synchronized = embedded(row, "LastSyncTime");
    loop.advance(std::chrono::milliseconds{1500});
    EXPECT_TRUE(write({assign(name, "Room 7")}).empty());
    EXPECT_EQ(onPrinter(target, kSysLocation), "Room 7");
    EXPECT_EQ(onPrinter(other, kSysLocation), before);
    EXPECT_EQ(value(name), "Room 7");
    EXPECT_EQ(embedded(row, "CommandProcessed"), "Success");
    EXPECT_NE(embedded(row, "LastSyncTime"), synchronized) << "renewed at each command";
    EXPECT_FALSE(fleet->site().writable(assign("MFP.9.Identification.Location", "x").ref));
    const auto readOnly = "MFP." + std::to_string(row) + ".Identification.SerialNumber";
    EXPECT_FALSE(fleet->site().writable(assign(readOnly, "x").ref));
}

// C-PRX-61
TEST_F(SiteTest, CommandProcessedTellsAFailureWithItsReason) {
    auto& agent = addPrinter("192.0.2.5", "acme-laserpoint-410");
    settle();
    agent.setStatus = 17;
    agent.setIndex = 1;
    observer->gatewayChanged.clear();
    const auto faults = write({assign("Device.DeviceInfo.ProvisioningCode", "new"),
                               assign("MFP.1.Identification.Location", "Room 7")});
    ASSERT_EQ(faults.size(), 1U);
    EXPECT_EQ(faults[0].index, 1U) << "counted over the whole write";
    EXPECT_EQ(faults[0].kind, AssignmentFault::Kind::Refused);
    EXPECT_EQ(embedded(1, "CommandProcessed"), "Error");
    EXPECT_NE(embedded(1, "CommandProcessingErrMsg").find("notWritable"), std::string::npos);
    EXPECT_EQ(value("Device.DeviceInfo.ProvisioningCode"), "") << "nothing is half done";
    EXPECT_EQ(observer->gatewayChanged["Device.ManagementServer.EmbeddedDevice.1.CommandProcessed"],
              2)
        << "Pending, then Error";
    agent.setStatus = 0;
    EXPECT_TRUE(write({assign("MFP.1.Identification.Location", "Room 7")}).empty());
    EXPECT_EQ(embedded(1, "CommandProcessed"), "Success");
    EXPECT_EQ(embedded(1, "CommandProcessingErrMsg"), "");
}

TEST_F(SiteTest, AWriteToNoPrinterIsRefused) {
    const auto faults = write({assign("MFP.4.Identification.Location", "Room 7")});
    ASSERT_EQ(faults.size(), 1U);
    EXPECT_EQ(faults[0].kind, AssignmentFault::Kind::NotWritable);
}

// All or nothing over several printers.
TEST_F(SiteTest, WhatOnePrinterTookGoesBackWhenAnotherRefuses) {
    auto& one = addPrinter("192.0.2.5", "acme-laserpoint-410");
    auto& two = addPrinter("192.0.2.6", "acme-colorworks-c7200");
    settle();
    const auto first = fleet->printers()[0]->record().address == "192.0.2.5" ? &one : &two;
    auto* second = first == &one ? &two : &one;
    const auto serialOf = [&](std::size_t i) { return fleet->printers()[i]->identity().serial; };
    const auto rows = std::array{rowOf(serialOf(0)), rowOf(serialOf(1))};
    ASSERT_LT(rows[0], rows[1]);
    const auto before = onPrinter(*first, kSysLocation);
    second->setStatus = 17;
    second->setIndex = 1;
    const auto name = [](std::uint32_t row) {
        return "MFP." + std::to_string(row) + ".Identification.Location";
    };
    const auto faults = write({assign(name(rows[1]), "B"), assign(name(rows[0]), "A")});
    ASSERT_EQ(faults.size(), 1U);
    EXPECT_EQ(faults[0].index, 0U);
    EXPECT_EQ(onPrinter(*first, kSysLocation), before);
    EXPECT_EQ(value(name(rows[0])), before);
    EXPECT_EQ(embedded(rows[1], "CommandProcessed"), "Error");
    EXPECT_EQ(embedded(rows[0], "CommandProcessed"), "Success");
}

// C-PRX-62: the simplest that the page allows: a printer that is off refuses at once, and reads
// come from the cache.
TEST_F(SiteTest, APrinterThatIsOffIsReadFromTheCacheAndRefusesWrites) {
    auto& agent = addPrinter("192.0.2.5", "acme-laserpoint-410");
    settle();
    const auto level = value("MFP.1.Supply.1.LevelPercent");
    ASSERT_NE(level, "(absent)");
    agent.faults.silent = true;
    loop.advance(std::chrono::minutes{10});
    EXPECT_EQ(value("MFP.1.Supply.1.LevelPercent"), level);
    EXPECT_EQ(value("MFP.1.Status.CommunicationStatus"), "Unreachable");
    EXPECT_TRUE(fleet->site().reachable()) << "the gateway is there";
    const auto faults = write({assign("MFP.1.Identification.Location", "Room 7")});
    ASSERT_EQ(faults.size(), 1U);
    EXPECT_EQ(faults[0].kind, AssignmentFault::Kind::Refused);
    EXPECT_EQ(embedded(1, "CommandProcessed"), "Error");
    // What the gateway keeps itself needs no printer.
    EXPECT_TRUE(write({assign("MFP.1.Identification.CostCenter", "4711")}).empty());
    EXPECT_EQ(value("MFP.1.Identification.CostCenter"), "4711");
}

// C-PRX-63
TEST_F(SiteTest, NewAndLostPrintersMoveTheCounts) {
    addPrinter("192.0.2.5", "acme-laserpoint-410");
    settle();
    EXPECT_EQ(observer->gatewayChanged["Device.Services.MFPNumberOfEntries"], 1);
    EXPECT_EQ(observer->gatewayChanged["Device.ManagementServer.EmbeddedDeviceNumberOfEntries"], 1);
    bool done = false;
    fleet->site().factoryReset([&](const Result<void>& result) { done = result.has_value(); });
    loop.advance(Millis{50});
    EXPECT_TRUE(done);
    EXPECT_EQ(value("Device.Services.MFPNumberOfEntries"), "0");
    EXPECT_EQ(value("Device.ManagementServer.EmbeddedDeviceNumberOfEntries"), "0");
    EXPECT_EQ(observer->gatewayChanged["Device.Services.MFPNumberOfEntries"], 2);
}

// C-PRX-63: over restarts, and when the gateway has forgotten the printer itself.
TEST_F(SiteTest, TheNumberOfAPrinterStaysTheSame) {
    addPrinter("192.0.2.5", "acme-laserpoint-410");
    settle();
    const auto first = only().identity().serial;
    addPrinter("192.0.2.6", "acme-colorworks-c7200");
    fleet->reload();  // Looks for new printers.
    settle();
    ASSERT_EQ(value("Device.Services.MFPNumberOfEntries"), "2");
    ASSERT_EQ(rowOf(first), 1U);
    const auto second = value("MFP.2.Identification.SerialNumber");
    restart();
    EXPECT_TRUE(observer->gatewayChanged.empty()) << "what it had before is no news";
    EXPECT_EQ(rowOf(first), 1U);
    EXPECT_EQ(rowOf(second), 2U);
    settle();
    fleet->site().factoryReset([](const Result<void>&) {});
    settle();
    EXPECT_EQ(rowOf(first), 1U);
    EXPECT_EQ(rowOf(second), 2U);
}

// C-PRX-63: changes of a printer are changes of its row; nothing of its own root is told.
TEST_F(SiteTest, ChangesOfAPrinterAreToldAsThoseOfItsRow) {
    addPrinter("192.0.2.6", "acme-colorworks-c7200");
    settle();
    auto& agent = addPrinter("192.0.2.5", "acme-laserpoint-410");
    fleet->reload();
    settle();
    ASSERT_EQ(value("Device.Services.MFPNumberOfEntries"), "2");
    observer->gatewayChanged.clear();
    put(agent, "1.3.6.1.2.1.43.11.1.1.9.1.1", SnmpValue::integer(10));
    loop.advance(std::chrono::minutes{11});
    EXPECT_EQ(value("MFP.2.Supply.1.Level"), "10");
    EXPECT_EQ(observer->gatewayChanged["MFP.2.Supply.1.Level"], 1);
    EXPECT_EQ(observer->gatewayChanged["MFP.1.Supply.1.Level"], 0);
    EXPECT_TRUE(observer->changed.empty()) << "no device but the gateway";
    EXPECT_EQ(observer->gatewayChanged["Device.DeviceInfo.UpTime"], 0);
}

// C-PRX-65: the gateway did not restart.
TEST_F(SiteTest, ARestartOfAPrinterIsNoBootOfTheGateway) {
    auto& agent = addPrinter("192.0.2.5", "acme-laserpoint-410");
    settle();
    for (const auto* oid : {"1.3.6.1.2.1.1.3.0", "1.3.6.1.2.1.25.1.1.0"}) {
        put(agent, oid, SnmpValue::integer(100, SnmpType::TimeTicks));
    }
    loop.advance(std::chrono::minutes{5});
    EXPECT_TRUE(observer->restarts.empty());
    bool done = false;
    fleet->site().reboot([&](const Result<void>& result) { done = result.has_value(); });
    loop.advance(Millis{10});
    EXPECT_TRUE(done);
    EXPECT_EQ(observer->restarts, std::vector{DeviceId{0}}) << "Reboot addresses the gateway";
}

class SiteDevice1Test : public SiteTest {
  public:
    SiteDevice1Test() : SiteTest("device-1.xml") {}
};

// C-PRX-64
TEST_F(SiteDevice1Test, DeviceSummaryHasThePlusForm) {
    EXPECT_EQ(value("Device.DeviceSummary"), "Device:1.14[](), X_PLATEN_MFP:1.0[+]()");
    addPrinter("192.0.2.5", "acme-laserpoint-410");
    addPrinter("192.0.2.6", "acme-colorworks-c7200");
    settle();
    const auto summary = value("Device.DeviceSummary");
    EXPECT_NE(summary.find("X_PLATEN_MFP:1.0[1,2+](X_PLATEN_"), std::string::npos) << summary;
    EXPECT_EQ(value("Device.Services.MFPNumberOfEntries"), "2");
    EXPECT_NE(value("MFP.2.Supply.1.LevelPercent"), "(absent)");
}

}  // namespace
}  // namespace platen::fleet
