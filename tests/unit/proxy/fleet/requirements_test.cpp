// SPDX-License-Identifier: Apache-2.0
// Requirements on virtual devices that no other file of this folder is about.
#include "tests/unit/proxy/fleet/fleet_fixture.hpp"

#include <optional>

namespace platen::fleet {
namespace {

class VirtualDevices : public FleetFixture {
  protected:
    VirtualDevices() { agent = &addPrinter("192.0.2.5", "acme-laserpoint-410"); }

    [[nodiscard]] model::ParamRef ref(const std::string& name) const {
        return codec.parseInternal(name).value().paramRef();
    }
    [[nodiscard]] std::string get(const ManagedDevice& device, const std::string& name) const {
        const auto value = device.tree().get(ref(name));
        return value ? value->text() : "(absent)";
    }
    test::FakeAgent* agent = nullptr;
};

// C-PRX-06: SNMP has no objects of its own in the model.
TEST_F(VirtualDevices, HaveEmptyReferencesToTheirProtocol) {
    settle();
    const std::string row = "Device.ManagementServer.VirtualDevice.1.";
    EXPECT_EQ(get(fleet->gateway(), row + "ProxyProtocolReference"), "");
    EXPECT_EQ(get(fleet->gateway(), row + "DiscoveryProtocolReference"), "");
}

// C-PRX-02: nobody else has ProxierInfo. C-PRX-14, C-PRX-15: one mechanism for a printer.
TEST_F(VirtualDevices, AreTheOnlyFormInWhichPrintersAppear) {
    settle();
    const auto& gateway = fleet->gateway();
    const std::string info = "Device.DeviceInfo.ProxierInfo.";
    for (const auto* name : {"ManufacturerOUI", "ProductClass", "SerialNumber", "ProxyProtocol"}) {
        EXPECT_EQ(get(gateway, info + name), "(absent)") << name;
        EXPECT_NE(get(only(), info + name), "(absent)") << name;
        EXPECT_FALSE(only().writable(ref(info + name))) << name;
    }
    EXPECT_TRUE(gateway.tree().rows(codec.parseInternal("MFP.")->object, {}).empty());
    EXPECT_EQ(only().tree().rows(codec.parseInternal("MFP.")->object, {}).size(), 1U);
    for (const ManagedDevice* device : {static_cast<const ManagedDevice*>(&gateway),
                                        static_cast<const ManagedDevice*>(&only())}) {
        EXPECT_EQ(get(*device, "Device.ManagementServer.ManageableDeviceNumberOfEntries"),
                  "(absent)");
    }
}

// C-PRX-30: a session waits for a write to a silent printer, but less than 30 s.
TEST_F(VirtualDevices, ASilentPrinterEndsAWriteInTime) {
    settings.writes.snmp = true;
    settle();
    agent->faults.silent = true;
    std::optional<WriteFaults> faults;
    only().write({{ref("MFP.1.Identification.Location"), model::Value::string("Room 7")}}, {},
                 [&](WriteFaults got) { faults = std::move(got); });
    loop.advance(std::chrono::seconds{29});
    ASSERT_TRUE(faults);
    EXPECT_EQ(faults->size(), 1U);
}

}  // namespace
}  // namespace platen::fleet
