// SPDX-License-Identifier: Apache-2.0
// The CWMP client on the product's own data model.
#include "cwmp_world.hpp"
#include "proxy/cwmp/device_defaults.hpp"

#include <gtest/gtest.h>

#include <array>
#include <filesystem>
#include <set>

namespace platen::cwmp {
namespace {

class ModelTest : public testing::Test {
  protected:
    static model::Schema load() {
        const auto folder = std::filesystem::path(PLATEN_SOURCE) / "mfp-datamodel/model";
        const std::array files{folder / "device-2.xml", folder / "mfp-1.0.xml"};
        auto loaded = model::Schema::load(files);
        EXPECT_TRUE(loaded) << loaded.error().text;
        return std::move(*loaded);
    }

    model::Schema schema = load();
    model::PathCodec codec{schema, "X_PLATEN"};
    model::TextPool pool;
    test::FakeClock clock;
    test::FakeLoop loop{clock};
    test::SeededRandom random;
    std::unique_ptr<store::Store> store = store::makeMemoryStore(loop);
    test::FakeHttpClient http{loop};
    test::FakeFetcher fetcher;
    test::FakeDepot depot;
    test::TemporaryFolder folder;
    transfer::Transfers transfers{{loop, *store, fetcher, depot}, folder.path(), {}};
};

// C-INF-09
TEST_F(ModelTest, ForcesTheParametersOfDevice2) {
    const Context context({loop, *store, http, random, codec, transfers}, {});
    std::set<std::string> names;
    for (const auto& forced : context.forced) {
        names.insert(forced.name);
    }
    EXPECT_EQ(names, (std::set<std::string>{
                         "Device.RootDataModelVersion", "Device.DeviceInfo.HardwareVersion",
                         "Device.DeviceInfo.SoftwareVersion", "Device.DeviceInfo.ProvisioningCode",
                         "Device.ManagementServer.ParameterKey",
                         "Device.ManagementServer.ConnectionRequestURL",
                         "Device.ManagementServer.AliasBasedAddressing"}));
}

// C-DM-02, C-PRX-12: each default is a legal value of the model and is there.
TEST_F(ModelTest, TakesAllDefaults) {
    Context context({loop, *store, http, random, codec, transfers}, {});
    context.options.publicUrl = "http://gateway.example.net:7548/";
    context.acs.url = "https://acs.example.net:7547/";
    test::FakeDevice device(DeviceId(1), {"Example", "00AB12", "MFP-1", "X1"},
                            {codec, pool, loop, *store});
    applyDefaults(context, device, "0123456789abcdef", false);
    for (const auto* name :
         {"EnableCWMP", "URL", "Username", "Password", "PeriodicInformEnable",
          "PeriodicInformInterval", "PeriodicInformTime", "ParameterKey", "ConnectionRequestURL",
          "ConnectionRequestUsername", "ConnectionRequestPassword", "UpgradesManaged",
          "DefaultActiveNotificationThrottle", "CWMPRetryMinimumWaitInterval",
          "CWMPRetryIntervalMultiplier", "AliasBasedAddressing", "SupportedConnReqMethods",
          "HTTPConnectionRequestEnable"}) {
        EXPECT_NE(device.text(std::string("Device.ManagementServer.") + name), "(absent)") << name;
    }
    EXPECT_EQ(device.text("Device.ManagementServer.ConnectionRequestURL"),
              "http://gateway.example.net:7548/0123456789abcdef");
    EXPECT_EQ(device.text("Device.ManagementServer.PeriodicInformInterval"), "3600");
    EXPECT_EQ(device.text("Device.ManagementServer.SupportedConnReqMethods"), "HTTP");
    const ManagementServer server(context.params, device.tree());
    EXPECT_EQ(server.url(), "https://acs.example.net:7547/");
    EXPECT_EQ(server.retryMinimumSeconds(), 5U);
    EXPECT_EQ(server.retryMultiplier(), 2000U);
    EXPECT_EQ(server.periodicTime(), kUnknownTime);
    EXPECT_EQ(server.periodicInterval(), std::chrono::hours(1));
}

}  // namespace
}  // namespace platen::cwmp
