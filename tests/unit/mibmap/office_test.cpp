// SPDX-License-Identifier: Apache-2.0
// One whole printer from our own recording: what a fresh clone can check without shared data.
#include "tests/unit/mibmap/map_fixture.hpp"

#include <algorithm>

namespace platen::mibmap::testing {
namespace {

const Polled& office() {
    static const Polled polled = [] {
        const auto recording = Recording::load(std::filesystem::path(PLATEN_SOURCE) / "tests" /
                                               "data" / "maps" / "office-mfp.snmprec");
        EXPECT_TRUE(recording) << (recording ? "" : recording.error().text);
        return poll(*recording, sourceMaps(), false, oid("1.3.6.1.2.1.4.20.1.2.192.0.2.55"));
    }();
    return polled;
}

TEST(OfficeMfp, Identity) {
    EXPECT_EQ(office().map->files(),
              (std::vector<std::string>{"standard.json", "vendor/kyocera.json"}));
    EXPECT_EQ(office().text("MFP.{i}.Identification.Manufacturer"), "Kyocera");
    EXPECT_EQ(office().text("MFP.{i}.Identification.ModelName"), "Example 3550ci");
    EXPECT_EQ(office().text("Device.DeviceInfo.ModelName"), "Example 3550ci");
    EXPECT_EQ(office().text("MFP.{i}.Identification.SerialNumber"), "EX12345678");
    EXPECT_EQ(office().text("MFP.{i}.Identification.SerialNumberSource"), "PrinterMIB");
    EXPECT_EQ(office().text("MFP.{i}.Identification.EngineFirmwareVersion"), "EXM_2F00.001");
    EXPECT_EQ(office().text("Device.DeviceInfo.SoftwareVersion"), "EXM_2F00.001");
    EXPECT_EQ(office().text("Device.DeviceInfo.HardwareVersion"), "unknown");
    EXPECT_EQ(office().text("MFP.{i}.Identification.MACAddress"), "02:00:5E:10:55:10");
    EXPECT_EQ(office().text("MFP.{i}.Identification.EnterpriseNumber"), "99999");
    EXPECT_EQ(office().text("MFP.{i}.Identification.MemorySize"), "2097152");
    EXPECT_EQ(office().text("MFP.{i}.Identification.OperatorPanelLanguage"), "de-DE");
    EXPECT_EQ(office().text("MFP.{i}.Identification.AssetTag"), "ASSET-7");
    EXPECT_EQ(office().text("MFP.{i}.Identification.AssetTagStorage"), "Device");
    EXPECT_EQ(office().text("Device.IP.Interface.{i}.IPv4Address.{i}.IPAddress", 1), "192.0.2.55");
    EXPECT_EQ(office().text("Device.Routing.Router.{i}.IPv4Forwarding.{i}.GatewayIPAddress", 1),
              "192.0.2.1");
}

TEST(OfficeMfp, AssetTagCanBeWritten) {
    const auto plan =
        office().map->planSet(*modelSchema().findParam("MFP.{i}.Identification.AssetTag"), {},
                              model::Value::string("A-9"), office().device);
    ASSERT_TRUE(plan);
    EXPECT_EQ(plan->varbinds.at(0).oid.toString(), "1.3.6.1.4.1.1347.43.5.1.1.29.1");
    EXPECT_EQ(plan->varbinds.at(0).value.octets, "A-9");
}

TEST(OfficeMfp, Status) {
    EXPECT_EQ(office().text("MFP.{i}.Status.State"), "Processing");
    EXPECT_EQ(office().text("MFP.{i}.Status.Severity"), "Warning");
    EXPECT_EQ(office().text("MFP.{i}.Status.DetectedErrorList"), "LowPaper,LowToner");
    EXPECT_EQ(office().text("MFP.{i}.Status.DetectedErrorBits"), "A000");
    EXPECT_EQ(office().text("MFP.{i}.Status.StateMessage"), "Druckt");
    EXPECT_EQ(office().text("MFP.{i}.Status.UpTime"), "3600");
    EXPECT_EQ(office().text("MFP.{i}.Status.ActiveWarnings"), "1");
    EXPECT_EQ(office().text("MFP.{i}.Status.StateReasons"), "toner-low-warning,media-low-warning");
    EXPECT_EQ(office().text("MFP.{i}.Power.State"), "On");
}

TEST(OfficeMfp, Supplies) {
    struct Row {
        std::uint32_t index;
        const char* color;
        const char* state;
        const char* percent;
        const char* category;
    };
    const Row rows[] = {
        {1, "Black", "Measured", "90", "Consumable"},
        {2, "Cyan", "Measured", "4", "Consumable"},
        {3, "Magenta", "SomeRemaining", "-1", "Consumable"},
        {4, "Yellow", "Measured", "0", "Consumable"},
        {9, "None", "SomeRemaining", "-1", "Receptacle"},
    };
    for (const Row& row : rows) {
        EXPECT_EQ(office().text("MFP.{i}.Supply.{i}.Color", row.index), row.color);
        EXPECT_EQ(office().text("MFP.{i}.Supply.{i}.LevelState", row.index), row.state);
        EXPECT_EQ(office().text("MFP.{i}.Supply.{i}.LevelPercent", row.index), row.percent);
        EXPECT_EQ(office().text("MFP.{i}.Supply.{i}.Category", row.index), row.category);
    }
    EXPECT_EQ(office().text("MFP.{i}.Supply.{i}.Description", 9), "Resttonerbehälter")
        << "octets that are no UTF-8 are Latin-1, as declared";
    EXPECT_EQ(office().text("MFP.{i}.Supply.{i}.SourceIndex", 9), "43.11:1.9");
    EXPECT_EQ(office().textOfKey("MFP.{i}.Supply.{i}.Level", "Consumable/Toner/black/1"), "10800");
    const auto& complete = office().group(Group::Supplies).completeTables;
    EXPECT_NE(std::find(complete.begin(), complete.end(),
                        *modelSchema().findObject("MFP.{i}.Supply.{i}.")),
              complete.end());
}

TEST(OfficeMfp, TheVendorsMetersWin) {
    const auto* total = office().counter("MFP.{i}.Counters.Total.Impressions");
    ASSERT_NE(total, nullptr);
    EXPECT_EQ(total->raw, 45001U);
    EXPECT_EQ(total->source, "kyocera/43.10.1.1.12");
    EXPECT_EQ(total->quality, Quality::Exact);
    EXPECT_EQ(office().counter("MFP.{i}.Counters.Total.EngineCycles")->raw, 45678U);
    EXPECT_EQ(office().counter("MFP.{i}.Counters.Total.MonochromeImpressions")->raw, 33001U);
    EXPECT_EQ(office().counter("MFP.{i}.Counters.Total.FullColorImpressions")->raw, 12000U);
    EXPECT_EQ(office().counter("MFP.{i}.Counters.Print.Impressions")->raw, 30000U);
    EXPECT_EQ(office().counter("MFP.{i}.Counters.Copy.FullColorImpressions")->raw, 2000U);
    EXPECT_EQ(office().counter("MFP.{i}.Counters.FaxIn.Impressions")->raw, 1001U);
    EXPECT_EQ(office().counter("MFP.{i}.Counters.Scan.Images")->raw, 9000U);
    EXPECT_EQ(office().counter("MFP.{i}.Counters.Total.HighlightColorImpressions"), nullptr)
        << "absent means absent";
    EXPECT_EQ(office().counter("MFP.{i}.Counters.Total.PowerOnImpressions")->persistence,
              Persistence::PowerOn);
}

TEST(OfficeMfp, Trays) {
    EXPECT_EQ(office().text("MFP.{i}.InputTray.{i}.Name", 1), "Bypass");
    EXPECT_EQ(office().text("MFP.{i}.InputTray.{i}.LevelState", 1), "SomeRemaining");
    EXPECT_EQ(office().text("MFP.{i}.InputTray.{i}.LevelPercent", 2), "25");
    EXPECT_EQ(office().text("MFP.{i}.InputTray.{i}.MediaSizeName", 2), "iso_a4_210x297mm");
    EXPECT_EQ(office().text("MFP.{i}.InputTray.{i}.Default", 2), "true");
    EXPECT_EQ(office().text("MFP.{i}.InputTray.{i}.Default", 1), "false");
    EXPECT_EQ(office().text("MFP.{i}.InputTray.{i}.AlertSeverity", 2), "Warning");
}

}  // namespace
}  // namespace platen::mibmap::testing
