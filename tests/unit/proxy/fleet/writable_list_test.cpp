// SPDX-License-Identifier: Apache-2.0
#include "proxy/fleet/writable_list.hpp"

#include "base/text.hpp"
#include "tests/unit/proxy/fleet/fleet_fixture.hpp"

#include <algorithm>

namespace platen::fleet {
namespace {

class WritableList : public FleetFixture {
  public:
    void start(bool writes) {
        settings.writes.snmp = writes;
        addPrinter("192.0.2.5", "acme-laserpoint-410");
        settle();
    }
    bool lists(const std::string& name) {
        const auto list = text(only(), "MFP.1.Capabilities.WritableList");
        const auto items = text::split(list, ',');
        return std::find(items.begin(), items.end(), name) != items.end();
    }
    void allow(bool allowed) {
        const auto ref = codec.parseInternal("MFP.1.Connection.AllowDeviceWrites")->paramRef();
        only().write({{ref, model::Value::boolean(allowed)}}, {}, [](const WriteFaults&) {});
        loop.advance(std::chrono::seconds{1});
    }
};

TEST_F(WritableList, HoldsWhatGetParameterNamesCallsWritable) {
    start(true);
    std::size_t writable = 0;
    only().tree().forEachParam(codec.parseInternal("MFP.1.").value(),
                               [&](const model::ParamRef& ref, const model::Value& /*value*/) {
                                   const auto name =
                                       codec.internalName(ref).substr(std::string("MFP.1.").size());
                                   EXPECT_EQ(lists(name), only().writable(ref)) << name;
                                   writable += only().writable(ref) ? 1U : 0U;
                               });
    EXPECT_EQ(text::split(text(only(), "MFP.1.Capabilities.WritableList"), ',').size(), writable);
    EXPECT_TRUE(lists("Identification.Location"));
    EXPECT_TRUE(lists("Identification.CostCenter"));
    EXPECT_TRUE(lists("Supply.1.LowThreshold"));
    EXPECT_FALSE(lists("Identification.SerialNumber"));
}

TEST_F(WritableList, WithoutWritesOnlyWhatTheGatewayKeeps) {
    start(false);
    EXPECT_FALSE(lists("Identification.Location"));
    EXPECT_TRUE(lists("Identification.CostCenter"));
}

TEST_F(WritableList, FollowsAReloadOfTheConfiguration) {
    start(false);
    settings.writes.snmp = true;
    fleet->reload();
    EXPECT_TRUE(lists("Identification.Location"));
    loop.advance(std::chrono::seconds{30});
    EXPECT_TRUE(lists("Identification.Location"));
    settings.writes.snmp = false;
    fleet->reload();
    EXPECT_FALSE(lists("Identification.Location"));
}

TEST_F(WritableList, FollowsTheAcsSwitchForDeviceWrites) {
    start(true);
    allow(false);
    EXPECT_FALSE(lists("Identification.Location"));
    EXPECT_TRUE(lists("Connection.AllowDeviceWrites"));
    allow(true);
    EXPECT_TRUE(lists("Identification.Location"));
}

TEST_F(WritableList, StaysOverARestartUntilThePrinterIsReadAgain) {
    start(true);
    const auto before = text(only(), "MFP.1.Capabilities.WritableList");
    fleet->stop();
    loop.advance(std::chrono::seconds{1});
    startGateway();
    EXPECT_EQ(text(only(), "MFP.1.Capabilities.WritableList"), before);
    settle();
    EXPECT_EQ(text(only(), "MFP.1.Capabilities.WritableList"), before);
}

TEST_F(WritableList, ANewPrinterHasItsCapabilitiesWhenItIsPresented) {
    addPrinter("192.0.2.5", "acme-colorworks-c7200");
    settle();
    ASSERT_EQ(observer->added.size(), 1U);
    EXPECT_NE(text(only(), "MFP.1.Capabilities.ProfileNames").find("Marker:1"), std::string::npos);
}

}  // namespace
}  // namespace platen::fleet
