// SPDX-License-Identifier: Apache-2.0
// What the gateway shows of our own recordings.
#include "tests/unit/proxy/fleet/fleet_fixture.hpp"

#include <nlohmann/json.hpp>

#include <fstream>

namespace platen::fleet {
namespace {

class OwnRecording : public FleetFixture, public testing::WithParamInterface<const char*> {
  public:
    nlohmann::json expected() const {
        std::ifstream file(std::filesystem::path(PLATEN_SOURCE) / "tests/data/recordings" /
                           (std::string(GetParam()) + ".expected.json"));
        return nlohmann::json::parse(file);
    }
};

INSTANTIATE_TEST_SUITE_P(All,
                         OwnRecording,
                         testing::Values("acme-colorworks-c310-de",
                                         "acme-colorworks-c7200",
                                         "acme-inkstream-6100",
                                         "acme-laserpoint-410",
                                         "kyocera-style-m5540"),
                         nameOfRecording);

TEST_P(OwnRecording, ShowsModelWithoutBrandAndRatedSpeed) {  // mfp-model, Identification.ModelName
    addPrinter("192.0.2.5", GetParam());
    settle();
    // "series" is no part of a model's name in the maps.
    auto model = expected().at("model").get<std::string>();
    model = model.substr(0, model.find(" series"));
    EXPECT_EQ(text(only(), "MFP.1.Identification.ModelName"), model);
    EXPECT_EQ(text(only(), "MFP.1.Capabilities.PrintSpeed"),
              std::to_string(expected().at("print_speed").get<int>()));
}

}  // namespace
}  // namespace platen::fleet
