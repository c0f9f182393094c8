// SPDX-License-Identifier: Apache-2.0
#include "proxy/app/file_depot.hpp"

#include <gtest/gtest.h>

#include <array>
#include <filesystem>
#include <utility>

namespace platen::app {
namespace {

using transfer::FaultCode;
using transfer::Kind;

class FileDepotTest : public testing::Test {
  protected:
    static model::Schema load() {
        const auto folder = std::filesystem::path(PLATEN_SOURCE) / "mfp-datamodel/model";
        const std::array files{folder / "device-2.xml", folder / "mfp-1.0.xml"};
        return model::Schema::load(files).value();
    }

    config::Settings settings_;
    model::Schema schema_ = load();
    model::PathCodec codec_{schema_, "X_PLATEN"};
    model::TextPool pool_;
    model::Tree tree_{schema_, pool_};
    FileDepot depot_{{.settings = [this]() -> const config::Settings& { return settings_; },
                      .tree = [this](DeviceId device) -> const model::Tree* {
                          return device.value() <= 1 ? &tree_ : nullptr;
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
    tree_.addObject(codec_.parseInternal("Device.DeviceInfo.VendorLogFile.7.")->objectRef());
    EXPECT_TRUE(depot_.check(kGateway, Kind::Upload, "4 Vendor Log File 7").good());
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
