// SPDX-License-Identifier: Apache-2.0
#include "tests/support/temporary_folder.hpp"
#include "tests/unit/proxy/fleet/fleet_fixture.hpp"

#include <fstream>
#include <map>
#include <string>

namespace platen::fleet {
namespace {

constexpr const char* kSerial = "1.3.6.1.2.1.43.5.1.1.17.1";

// C-PRX-02, -12
TEST_F(FleetFixture, PresentsAPrinterThatDiscoveryFindsWithIdentitySuppliesAndTotal) {
    addPrinter("192.0.2.5", "acme-laserpoint-410");
    settle();
    auto& printer = only();
    ASSERT_EQ(observer->added.size(), 1U);
    EXPECT_TRUE(observer->added[0].isNew);
    EXPECT_EQ(printer.record().address, "192.0.2.5");
    EXPECT_FALSE(printer.identity().serial.empty());
    EXPECT_EQ(text(printer, "Device.DeviceInfo.SerialNumber"), printer.identity().serial);
    EXPECT_EQ(text(printer, "MFP.1.Status.CommunicationStatus"), "Up");
    EXPECT_EQ(text(printer, "MFP.1.Status"), "Enabled");
    EXPECT_NE(text(printer, "MFP.1.Counters.Total.Impressions"), "(absent)");
    EXPECT_NE(text(printer, "MFP.1.Supply.1.LevelPercent"), "(absent)");
    EXPECT_NE(text(printer, "MFP.1.Supply.1.State"), "(absent)");
    EXPECT_EQ(text(printer, "Device.DeviceInfo.ProxierInfo.SerialNumber"), "GW1");
}

// C-PRX-05
TEST_F(FleetFixture, GatewayListsThePrinterAsVirtualDeviceAndHost) {  // C-PRX-03, C-PRX-04
    addPrinter("192.0.2.5", "acme-laserpoint-410");
    settle();
    const auto& tree = fleet->gateway().tree();
    const auto value = [&](const char* name) {
        const auto found = tree.get(codec.parseInternal(name)->paramRef());
        return found ? found->text() : "(absent)";
    };
    EXPECT_EQ(value("Device.ManagementServer.VirtualDeviceNumberOfEntries"), "1");
    EXPECT_EQ(value("Device.ManagementServer.VirtualDevice.1.SerialNumber"),
              only().identity().serial);
    EXPECT_EQ(value("Device.ManagementServer.VirtualDevice.1.Host"), "Device.Hosts.Host.1");
    EXPECT_EQ(value("Device.ManagementServer.VirtualDevice.1.ProxyProtocol"), "X_PLATEN_SNMP");
    EXPECT_EQ(value("Device.Hosts.Host.1.IPAddress"), "192.0.2.5");
    EXPECT_EQ(value("Device.Hosts.Host.1.Active"), "true");
}

// C-INF-02, C-BS-01, C-PRX-08
TEST_F(FleetFixture, RestartKeepsIdentityInstancesCountersAndValues) {
    addPrinter("192.0.2.5", "acme-colorworks-c7200");
    settle();
    const auto before = only().identity();
    const auto supplies = only().tree().rows(names.supplyTable, serviceInstance());
    const auto total = text(only(), "MFP.1.Counters.Total.Impressions");
    ASSERT_FALSE(supplies.empty());
    fleet->stop();
    loop.advance(std::chrono::seconds{1});
    startGateway();
    auto& printer = only();
    EXPECT_EQ(printer.identity().serial, before.serial);
    EXPECT_EQ(printer.identity().oui, before.oui);
    EXPECT_EQ(printer.tree().rows(names.supplyTable, serviceInstance()), supplies);
    EXPECT_EQ(text(printer, "MFP.1.Counters.Total.Impressions"), total);
    ASSERT_EQ(observer->added.size(), 1U);
    EXPECT_FALSE(observer->added[0].isNew);
    settle();
    EXPECT_EQ(printer.tree().rows(names.supplyTable, serviceInstance()), supplies);
    EXPECT_EQ(text(printer, "MFP.1.Counters.Epoch"), "1");
    EXPECT_TRUE(observer->restarts.empty());
}

// C-OBJ-09, C-PRX-16, TP-181 5.3.5
TEST_F(FleetFixture, NumbersOfRowsThatTheGatewayMakesAreChanges) {
    addPrinter("192.0.2.5", "acme-laserpoint-410");
    settle();
    EXPECT_EQ(observer->gatewayChanged["Device.ManagementServer.VirtualDeviceNumberOfEntries"], 1);
    EXPECT_EQ(observer->gatewayChanged["Device.Hosts.HostNumberOfEntries"], 1);
    const auto alerts = text(only(), "MFP.1.AlertNumberOfEntries");
    observer->changed.clear();
    auto& agent = *agents.front();
    auto varbinds = agent.varbinds();
    const auto table = Oid::parse("1.3.6.1.2.1.43.18.1.1").value();
    ASSERT_GT(std::erase_if(varbinds,
                            [&](const VarBind& varbind) { return varbind.oid.startsWith(table); }),
              0U);
    agent.setVarbinds(std::move(varbinds));
    loop.advance(std::chrono::hours{25});
    ASSERT_NE(text(only(), "MFP.1.AlertNumberOfEntries"), alerts);
    EXPECT_EQ(observer->changed["MFP.1.AlertNumberOfEntries"], 1);
    EXPECT_EQ(observer->changed["MFP.1.SupplyNumberOfEntries"], 0);
    observer->gatewayChanged.clear();
    agent.faults.silent = true;
    loop.advance(std::chrono::minutes{5});
    EXPECT_EQ(observer->gatewayChanged["Device.Hosts.Host.1.Active"], 1);
}

TEST_F(FleetFixture, PrintersThatWereThereBeforeTheRestartAreNoChange) {
    addPrinter("192.0.2.5", "acme-laserpoint-410");
    settle();
    startGateway();
    EXPECT_EQ(observer->added.size(), 1U);
    EXPECT_EQ(observer->gatewayChanged["Device.ManagementServer.VirtualDeviceNumberOfEntries"], 0);
    EXPECT_EQ(observer->gatewayChanged["Device.Hosts.HostNumberOfEntries"], 0);
}

// C-PRX-47
TEST_F(FleetFixture, FactoryResetOfTheGatewayDropsThePrintersAndFindsThemAgain) {
    addPrinter("192.0.2.5", "acme-laserpoint-410");
    settle();
    const auto old = only().id();
    const auto before = only().identity();
    bool done = false;
    fleet->gateway().factoryReset([&](const Result<void>& result) { done = result.has_value(); });
    loop.advance(Millis{50});
    EXPECT_TRUE(done);
    EXPECT_TRUE(fleet->printers().empty());
    EXPECT_EQ(observer->dropped, std::vector{old});
    EXPECT_TRUE(fleet->gateway().tree().rows(names.gatewayTables->virtualDevices, {}).empty());
    EXPECT_TRUE(store->load().value().devices.empty());
    settle();
    EXPECT_NE(only().id(), old);
    EXPECT_EQ(only().identity().serial, before.serial);
    EXPECT_EQ(only().identity().oui, before.oui);
    EXPECT_EQ(fleet->gateway().tree().rows(names.gatewayTables->virtualDevices, {}).size(), 1U);
    ASSERT_EQ(observer->added.size(), 2U);
    EXPECT_TRUE(observer->added.back().isNew);
}

// C-DM-02
TEST_F(FleetFixture, UpTimeOfTheGatewayIsThatOfTheSessionAndStartsAgainAtAReboot) {
    settle();
    auto& gateway = fleet->gateway();
    const auto upTime = [&] {
        gateway.sessionStarts();
        return gateway.tree().get({names.infoUpTime, {}})->asUnsigned();
    };
    const auto before = upTime();
    loop.advance(Millis{7'000});
    EXPECT_EQ(upTime(), before + 7);
    bool done = false;
    gateway.reboot([&](const Result<void>& result) { done = result.has_value(); });
    loop.advance(Millis{0});
    EXPECT_TRUE(done);
    EXPECT_EQ(upTime(), 0U);
    loop.advance(Millis{3'000});
    EXPECT_EQ(upTime(), 3U);
    gateway.factoryReset([](const Result<void>&) {});
    loop.advance(Millis{0});
    EXPECT_EQ(upTime(), 0U);
}

TEST_F(FleetFixture, TwoPrintersThatSwapAddressesKeepTheirIdentities) {
    auto& a = addPrinter("192.0.2.5", "acme-laserpoint-410");
    auto& b = addPrinter("192.0.2.6", "kyocera-style-m5540");
    settle();
    ASSERT_EQ(fleet->printers().size(), 2U);
    std::map<std::string, DeviceId> byAddress;
    for (const auto* printer : fleet->printers()) {
        byAddress.emplace(printer->record().address, printer->id());
    }
    place("192.0.2.6", a);
    place("192.0.2.5", b);
    loop.advance(std::chrono::minutes{5});
    ASSERT_EQ(fleet->printers().size(), 2U);
    EXPECT_EQ(fleet->find(byAddress["192.0.2.5"])->record().address, "192.0.2.6");
    EXPECT_EQ(fleet->find(byAddress["192.0.2.6"])->record().address, "192.0.2.5");
    for (const auto* printer : fleet->printers()) {
        EXPECT_TRUE(printer->connected());
        EXPECT_EQ(text(*printer, "MFP.1.Status.CommunicationStatus"), "Up");
        EXPECT_EQ(cleanIdentityText(text(*printer, "MFP.1.Identification.SerialNumber")),
                  printer->identity().serial);
    }
    EXPECT_EQ(observer->added.size(), 2U);
}

TEST_F(FleetFixture, ExcludedAddressesAreNotAskedEvenIfTheDevicesFileListsThem) {
    const test::TemporaryFolder folder;
    settings.discovery.devicesFile = folder.write("devices.csv", "192.0.2.5\n192.0.2.6\n");
    settings.discovery.exclude = {"192.0.2.4/31"};
    const auto& excluded = addPrinter("192.0.2.5", "acme-laserpoint-410");
    addPrinter("192.0.2.6", "kyocera-style-m5540");
    settle();
    EXPECT_EQ(only().record().address, "192.0.2.6");
    EXPECT_TRUE(excluded.requests.empty());
}

class DevicesFileTest : public FleetFixture {
  protected:
    DevicesFileTest() { settings.discovery.ranges.clear(); }
    void list(const std::string& lines) {
        settings.discovery.devicesFile = folder_.write("devices.csv", lines);
    }

  private:
    test::TemporaryFolder folder_;
};

TEST_F(DevicesFileTest, NamesAreLookedUpAFewAtATimeWithoutHoldingTheOthers) {
    list("a.example.net\nb.example.net\nc.example.net\n192.0.2.6\nnowhere.example.net\n");
    resolver.hosts["c.example.net"] = {endpoint("192.0.2.5").address};
    resolver.held = true;
    addPrinter("192.0.2.5", "acme-laserpoint-410");
    addPrinter("192.0.2.6", "kyocera-style-m5540");
    settle();
    EXPECT_EQ(resolver.asked, (std::vector<std::string>{"a.example.net", "b.example.net"}));
    EXPECT_EQ(only().record().address, "192.0.2.6");
    resolver.held = false;
    resolver.release();
    settle();
    EXPECT_EQ(resolver.asked.size(), 4U);
    EXPECT_EQ(fleet->printers().size(), 2U);
}

TEST_F(DevicesFileTest, ANameThatFindsTheResolverBusyIsAskedAgain) {
    list("c.example.net\n");
    resolver.hosts["c.example.net"] = {endpoint("192.0.2.5").address};
    resolver.exhausted = true;
    addPrinter("192.0.2.5", "acme-laserpoint-410");
    settle();
    EXPECT_TRUE(fleet->printers().empty());
    resolver.exhausted = false;
    settle();
    EXPECT_EQ(only().record().address, "192.0.2.5");
}

TEST_F(DevicesFileTest, ANameOfAnExcludedAddressIsNotAsked) {
    list("c.example.net\n");
    resolver.hosts["c.example.net"] = {endpoint("192.0.2.5").address};
    settings.discovery.exclude = {"192.0.2.5"};
    const auto& excluded = addPrinter("192.0.2.5", "acme-laserpoint-410");
    settle();
    EXPECT_EQ(resolver.asked.size(), 1U);
    EXPECT_TRUE(excluded.requests.empty());
}

TEST_F(FleetFixture, APrinterThatMovesIsFoundByTheNextDiscovery) {
    settings.discovery.interval = std::chrono::minutes{10};
    auto& agent = addPrinter("192.0.2.5", "acme-laserpoint-410");
    settle();
    network.remove(endpoint("192.0.2.5"));
    place("192.0.2.9", agent);
    loop.advance(std::chrono::minutes{25});
    EXPECT_EQ(only().record().address, "192.0.2.9");
    EXPECT_EQ(text(only(), "MFP.1.Status.CommunicationStatus"), "Up");
}

TEST_F(FleetFixture, SilenceForThreePollsIsUnreachableAndAnAnswerBringsItBack) {
    auto& agent = addPrinter("192.0.2.5", "acme-laserpoint-410");
    settle();
    agent.faults.silent = true;
    loop.advance(std::chrono::minutes{2});
    loop.advance(std::chrono::minutes{2});
    EXPECT_FALSE(only().reachable());
    EXPECT_EQ(text(only(), "MFP.1.Status.CommunicationStatus"), "Unreachable");
    EXPECT_NE(text(only(), "MFP.1.Counters.Total.Impressions"), "(absent)");
    agent.faults.silent = false;
    loop.advance(std::chrono::minutes{16});
    EXPECT_TRUE(only().reachable());
    EXPECT_EQ(text(only(), "MFP.1.Status.CommunicationStatus"), "Up");
}

TEST_F(FleetFixture, UptimeThatGoesBackIsTold) {
    auto& agent = addPrinter("192.0.2.5", "acme-laserpoint-410");
    setUpTime(agent, 90'000'000);
    settle();
    EXPECT_TRUE(observer->restarts.empty());
    setUpTime(agent, 3'000);
    loop.advance(std::chrono::minutes{2});
    EXPECT_EQ(observer->restarts.size(), 1U);
}

TEST_F(FleetFixture, RestartWhileTheGatewayWasDownIsTold) {
    auto& agent = addPrinter("192.0.2.5", "acme-laserpoint-410");
    setUpTime(agent, 90'000'000);
    settle();
    fleet->stop();
    loop.advance(std::chrono::seconds{1});
    clock.advance(std::chrono::hours{2});
    setUpTime(agent, 3'000);
    startGateway();
    settle();
    EXPECT_EQ(observer->restarts.size(), 1U);
}

/// ifPhysAddress gets this last octet.
void setLastOfMac(test::FakeAgent& agent, char octet) {
    const auto rows = agent.varbinds();  // put() changes the agent's own
    for (auto row : rows) {
        if (row.oid.startsWith(Oid{1, 3, 6, 1, 2, 1, 2, 2, 1, 6}) && row.value.octets.size() == 6) {
            row.value.octets[5] = octet;
            FleetFixture::put(agent, row.oid.toString().c_str(), row.value);
        }
    }
}

// C-INF-03
TEST_F(FleetFixture, TwoPrintersWithOneSerialGetTwoIdentities) {  // C-PRX-10
    auto& a = addPrinter("192.0.2.5", "acme-laserpoint-410");
    auto& b = addPrinter("192.0.2.6", "acme-laserpoint-410");
    setUpTime(a, 90'000'000);
    setUpTime(b, 5'000'000);
    setLastOfMac(b, '\x02');
    settle();
    const auto all = fleet->printers();
    ASSERT_EQ(all.size(), 2U);
    EXPECT_NE(all[0]->identity().serial, all[1]->identity().serial);
    EXPECT_EQ(all[1]->identity().oui, "02A1B2");
}

TEST_F(FleetFixture, WithoutMacsTheUpTimeTellsTwoPrintersWithOneSerial) {  // C-PRX-10
    auto& a = addPrinter("192.0.2.5", "acme-laserpoint-410");
    auto& b = addPrinter("192.0.2.6", "acme-laserpoint-410");
    hideMac(a);
    hideMac(b);
    setUpTime(a, 90'000'000);
    setUpTime(b, 5'000'000);
    settle();
    const auto expectBoth = [this](const char* when) {
        const auto all = fleet->printers();
        ASSERT_EQ(all.size(), 2U) << when;
        EXPECT_NE(all[0]->identity().serial, all[1]->identity().serial);
        EXPECT_NE(all[0]->record().address, all[1]->record().address);
        for (const auto* printer : all) {
            EXPECT_TRUE(printer->connected() && printer->reachable()) << when;
            EXPECT_EQ(printer->endpoint().address.toString(), printer->record().address) << when;
        }
    };
    expectBoth("at first");
    loop.advance(std::chrono::hours{25});  // one more pass
    expectBoth("later");
    EXPECT_EQ(fleet->sightings().moved, 0U);
    startGateway();
    settle();
    expectBoth("after a restart");
}

TEST_F(FleetFixture, AThirdPrinterWithTheirSerialIsNoneOfThoseThatAreOff) {  // C-PRX-10
    auto& a = addPrinter("192.0.2.5", "acme-laserpoint-410");
    auto& b = addPrinter("192.0.2.6", "acme-laserpoint-410");
    setLastOfMac(b, '\x02');
    setUpTime(b, 5'000'000);
    settle();
    ASSERT_EQ(fleet->printers().size(), 2U);
    a.faults.silent = true;
    b.faults.silent = true;
    loop.advance(std::chrono::minutes{10});
    setLastOfMac(addPrinter("192.0.2.7", "acme-laserpoint-410"), '\x03');
    loop.advance(std::chrono::hours{25});
    std::map<std::string, bool> seen;
    for (const auto* printer : fleet->printers()) {
        seen[printer->record().address] = printer->reachable();
    }
    EXPECT_EQ(seen, (std::map<std::string, bool>{
                        {"192.0.2.5", false}, {"192.0.2.6", false}, {"192.0.2.7", true}}));
}

TEST_F(FleetFixture, APrinterWhoseNetworkCardIsChangedStaysTheSame) {
    auto& agent = addPrinter("192.0.2.5", "acme-laserpoint-410");
    settle();
    agent.faults.silent = true;
    loop.advance(std::chrono::minutes{10});
    auto& again = addPrinter("192.0.2.7", "acme-laserpoint-410");
    setLastOfMac(again, '\x02');
    loop.advance(std::chrono::hours{25});
    EXPECT_EQ(only().record().address, "192.0.2.7");
    EXPECT_TRUE(only().reachable());
}

TEST_F(FleetFixture, APrinterThatSleepsForAMomentIsNotTheNewOneWithItsSerial) {  // C-PRX-10
    settings.discovery.interval = std::chrono::minutes{10};
    auto& a = addPrinter("192.0.2.5", "acme-laserpoint-410");
    startGateway();
    settle();
    setLastOfMac(addPrinter("192.0.2.7", "acme-laserpoint-410"), '\x02');
    loop.advance(std::chrono::minutes{9});
    a.faults.silent = true;
    loop.advance(std::chrono::minutes{1});
    a.faults.silent = false;
    EXPECT_EQ(only().record().address, "192.0.2.5");
    EXPECT_TRUE(only().reachable());
}

TEST_F(FleetFixture, OnePrinterWithTwoAddressesIsOneDevice) {
    auto& agent = addPrinter("192.0.2.5", "acme-laserpoint-410");
    place("192.0.2.6", agent);
    settle();
    EXPECT_EQ(fleet->printers().size(), 1U);
}

TEST_F(FleetFixture, ACorrectedSerialDoesNotSwapTheDeviceWhenItIsAPlaceholder) {
    auto& agent = addPrinter("192.0.2.5", "acme-laserpoint-410");
    settle();
    put(agent, kSerial, SnmpValue::string("XXXXXXXX"));
    loop.advance(std::chrono::minutes{3});
    EXPECT_TRUE(only().connected());
}

TEST_F(FleetFixture, RetiredRowsOfTheStoreAreCleanedUpDailyButNumbersAreNotGivenTwice) {
    const auto row = [](std::uint32_t number, bool retired) {
        return store::InstanceRow{.device = DeviceId{1},
                                  .object = "MFP.{i}.Alert.{i}.",
                                  .parents = "1",
                                  .key = "old " + std::to_string(number),
                                  .number = number,
                                  .retired = retired};
    };
    const auto oldRows = [this] {
        std::vector<std::uint32_t> numbers;
        const auto snapshot = store->load().value();
        for (const auto& stored : snapshot.instances) {
            if (stored.key.starts_with("old ")) {
                numbers.push_back(stored.number);
            }
        }
        return numbers;
    };
    store->commit({row(901, true), row(902, true)}, store::Durability::Durable, {});
    startGateway();
    EXPECT_EQ(oldRows(), (std::vector<std::uint32_t>{902}));
    store->commit({row(903, true)}, store::Durability::Durable, {});
    loop.advance(std::chrono::hours{25});
    EXPECT_EQ(oldRows(), (std::vector<std::uint32_t>{903}));
}

TEST_F(FleetFixture, ReloadTakesNewIntervalsAndCommunityButKeepsWhatTheAcsSet) {
    auto& agent = addPrinter("192.0.2.5", "acme-laserpoint-410");
    settle();
    const auto ref =
        codec.parseInternal("MFP.1.Connection.Poll.CounterInterval").value().paramRef();
    only().write({{ref, model::Value::unsignedInteger(model::ValueType::UnsignedInt, 77)}}, {},
                 [](const WriteFaults&) {});
    loop.advance(std::chrono::seconds{1});
    settings.polling.status = std::chrono::seconds{7};
    settings.polling.counters = std::chrono::seconds{9};
    settings.snmp.credentials.clear();
    settings.snmp.credentials.emplace_back().community = Secret("fresh");
    agent.community = "fresh";
    fleet->reload();
    loop.advance(std::chrono::seconds{30});
    EXPECT_EQ(text(only(), "MFP.1.Connection.Poll.StatusInterval"), "7");
    EXPECT_EQ(text(only(), "MFP.1.Connection.Poll.CounterInterval"), "77");
    EXPECT_TRUE(only().reachable());
    EXPECT_EQ(text(only(), "MFP.1.Connection.SNMP.Status"), "Up");
}

}  // namespace
}  // namespace platen::fleet
