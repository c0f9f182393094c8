// SPDX-License-Identifier: Apache-2.0
#include "proxy/app/file_depot.hpp"

#include "tests/support/fake_clock.hpp"
#include "tests/support/fake_device.hpp"
#include "tests/support/fake_loop.hpp"
#include "tests/support/product_schema.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace platen::app {
namespace {

using transfer::FaultCode;
using transfer::Kind;

class FileDepotTest : public testing::Test {
  protected:
    config::Settings settings_;
    model::PathCodec codec_{test::productSchema(), "X_PLATEN"};
    model::TextPool pool_;
    test::FakeClock clock_;
    test::FakeLoop loop_{clock_};
    std::unique_ptr<store::Store> store_ = store::makeMemoryStore(loop_);
    test::FakeDevice device_{
        DeviceId{1}, {"M", "00AB12", "MFP", "X1"}, {codec_, pool_, loop_, *store_}};
    FileDepot depot_{{.settings = [this]() -> const config::Settings& { return settings_; },
                      .device = [this](DeviceId device) -> fleet::ManagedDevice* {
                          return device.value() <= 1 ? &device_ : nullptr;
                      },
                      .codec = codec_,
                      .configFile = "platen.json"}};
};

// C-XFER-20
TEST_F(FileDepotTest, AnInstanceThatDoesNotExistIsAnInvalidArgument) {
    constexpr DeviceId kGateway{0};
    constexpr DeviceId kPrinter{1};
    for (const auto device : {kGateway, kPrinter}) {
        EXPECT_TRUE(depot_.check(device, Kind::Upload, "4 Vendor Log File").good());
        EXPECT_EQ(depot_.check(device, Kind::Upload, "4 Vendor Log File 7").code,
                  FaultCode::InvalidArguments);
    }
    EXPECT_EQ(depot_.check(kGateway, Kind::Upload, "3 Vendor Configuration File 1").code,
              FaultCode::InvalidArguments);
    device_.mutableTree().addObject(
        codec_.parseInternal("Device.DeviceInfo.VendorLogFile.7.")->objectRef());
    EXPECT_TRUE(depot_.check(kGateway, Kind::Upload, "4 Vendor Log File 7").good());
}

class RestoreTest : public FileDepotTest {
  protected:
    RestoreTest() {
        device_.put(kInterval, "3600", model::Source::Acs);
        device_.put("Device.ManagementServer.Password", "hidden-word", model::Source::Acs);
        device_.put("MFP.1.Identification.Location", "Room 7", model::Source::Snmp);
    }

    std::string backup() {
        std::string text;
        EXPECT_TRUE(depot_.read(DeviceId{1}, kType, text).good());
        return text;
    }
    /// What TransferComplete would say of this file.
    transfer::Outcome restore(const std::string& text) {
        const auto file = folder_.write("settings.json", text);
        transfer::Transfer transfer;
        transfer.fileType = kType;
        std::optional<transfer::Outcome> outcome;
        const auto application =
            depot_.startApply(DeviceId{1}, transfer, {file, text.size(), ""},
                              [&](const transfer::Applied& applied) { outcome = applied.outcome; });
        EXPECT_FALSE(outcome) << "never inside the call";
        loop_.runUntilIdle();
        return application ? outcome.value() : depot_.apply(DeviceId{1}, kType, file);
    }

    static constexpr const char* kType = "3 Vendor Configuration File";
    static constexpr const char* kInterval = "Device.ManagementServer.PeriodicInformInterval";

  private:
    test::TemporaryFolder folder_;
};

// C-XFER-18
TEST_F(RestoreTest, BringsBackWhatTheAcsHadSet) {
    const auto file = backup();
    EXPECT_NE(file.find(R"("Device.ManagementServer.PeriodicInformInterval": "3600")"),
              std::string::npos)
        << file;
    EXPECT_EQ(file.find("hidden-word"), std::string::npos);
    EXPECT_EQ(file.find("Room 7"), std::string::npos) << "the printer's own";
    device_.put(kInterval, "60", model::Source::Acs);
    EXPECT_TRUE(restore(file).good());
    EXPECT_EQ(device_.text(kInterval), "3600");
}

// TP-181 5.8
TEST_F(RestoreTest, AWrongFileChangesNothing) {
    auto other = backup();
    other.replace(other.find("X1"), 2, "X2");
    for (const auto& [text, why] : {
             std::pair<std::string, std::string>{"not JSON", "1:2"},
             {"{}", "version 1"},
             {R"({"platen_settings": 2, "device": "00AB12-MFP-X1", "settings": {}})", "version 1"},
             {R"({"platen_settings": 1, "device": "00AB12-MFP-X1", "settings": []})", "version 1"},
             {other, "another device"},
             {R"({"platen_settings": 1, "device": "00AB12-MFP-X1", "settings": {)"
              R"("Device.ManagementServer.PeriodicInformInterval": "0"}})",
              "PeriodicInformInterval"},
             {R"({"platen_settings": 1, "device": "00AB12-MFP-X1", "settings": {)"
              R"("Device.ManagementServer.PeriodicInformInterval": 60}})",
              "does not take"},
             {R"({"platen_settings": 1, "device": "00AB12-MFP-X1", "settings": {)"
              R"("Device.ManagementServer.PeriodicInformInterval": "60", "Device.Nothing": "1"}})",
              "Device.Nothing"},
             {R"({"platen_settings": 1, "device": "00AB12-MFP-X1", "settings": {)"
              R"("Device.DeviceInfo.SerialNumber": "Y"}})",
              "does not take"},
         }) {
        const auto outcome = restore(text);
        EXPECT_EQ(outcome.code, FaultCode::Corrupted) << text;
        EXPECT_NE(outcome.text.find(why), std::string::npos) << outcome.text;
        EXPECT_EQ(device_.text(kInterval), "3600");
    }
}

TEST_F(RestoreTest, ADeviceThatCannotTakeThemFailsTheTransfer) {
    const auto file = backup();
    device_.onWrite = [](const auto&) {
        return fleet::WriteFaults{{0, fleet::AssignmentFault::Kind::Failed, "no answer"}};
    };
    const auto outcome = restore(file);
    EXPECT_EQ(outcome.code, FaultCode::DownloadFailed);
    EXPECT_EQ(outcome.text, "no answer");
}

TEST_F(FileDepotTest, FirmwareIsRefusedWithTheReason) {
    for (const auto device : {DeviceId{0}, DeviceId{1}}) {
        const auto outcome = depot_.check(device, Kind::Download, "1 Firmware Upgrade Image");
        EXPECT_EQ(outcome.code, FaultCode::Denied);
        EXPECT_FALSE(outcome.text.empty());
    }
}

}  // namespace
}  // namespace platen::app
