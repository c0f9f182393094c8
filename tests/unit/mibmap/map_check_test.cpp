// SPDX-License-Identifier: Apache-2.0
#include "mibmap/map_check.hpp"

#include "tests/support/temporary_folder.hpp"
#include "tests/unit/mibmap/recording.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace platen::mibmap {
namespace {

namespace fs = std::filesystem;

using test::TemporaryFolder;

fs::path shipped() {
    return fs::path(PLATEN_SOURCE) / "mibmap" / "maps";
}

std::string overlay(const std::string& match, const std::string& location) {
    return R"({"format": 1, "match": )" + match +
           R"(, "objects": [{"object": "MFP.{i}.Identification.", "params": {"Location": ")" +
           location + R"("}}]})";
}

TEST(MapCheck, NamesAllProblemsAtOnce) {
    const TemporaryFolder folder;
    const auto file = folder.write("acme.json", R"({"format": 1,
  "match": {"sysObjectId": ["1.3.6.1.4.1.99999"], "sysObjectID": ["1.3.x"]},
  "objects": [
    {"object": "MFP.{i}.Status.", "params": {
      "Stat": "$hrDeviceStatus",
      "State": "$nowhere"
    }}
  ]
})");
    const auto problems = checkMap(testing::modelSchema(), shipped(), file);
    ASSERT_TRUE(problems) << problems.error().text;
    ASSERT_EQ(problems->size(), 4U);
    const auto all = (*problems)[0] + (*problems)[1] + (*problems)[2] + (*problems)[3];
    EXPECT_NE(all.find("acme.json:2:13: error: /match/sysObjectId: unknown key (did you mean "
                       "\"sysObjectID\"?)"),
              std::string::npos)
        << all;
    EXPECT_NE(all.find("not an OID: 1.3.x"), std::string::npos) << all;
    EXPECT_NE(all.find("did you mean \"State\""), std::string::npos) << all;
    EXPECT_NE(all.find("nowhere"), std::string::npos) << all;
}

TEST(MapCheck, ShippedMapsHaveNoProblems) {
    std::size_t files = 0;
    for (const auto& folder : {shipped(), shipped() / "vendor"}) {
        for (const auto& entry : fs::directory_iterator(folder)) {
            if (entry.path().extension() != ".json") {
                continue;
            }
            const auto problems = checkMap(testing::modelSchema(), shipped(), entry.path());
            ASSERT_TRUE(problems) << problems.error().text;
            EXPECT_TRUE(problems->empty()) << entry.path() << "\n" << problems->front();
            ++files;
        }
    }
    EXPECT_GT(files, 10U);
}

TEST(MapCheck, WhatIsNoJsonIsAnErrorWithItsPlace) {
    const TemporaryFolder folder;
    const auto cut = folder.write("cut.json", "{\"format\": 1,\n  \"match\": {");
    const auto problems = checkMap(testing::modelSchema(), shipped(), cut);
    ASSERT_FALSE(problems);
    EXPECT_NE(problems.error().text.find("cut.json"), std::string::npos) << problems.error().text;
    EXPECT_NE(problems.error().text.find("2:"), std::string::npos) << problems.error().text;
    EXPECT_FALSE(checkMap(testing::modelSchema(), shipped(), folder.path() / "none.json"));
    EXPECT_FALSE(checkMap(testing::modelSchema(), folder.path(), cut)) << "no standard map";
}

/// Location, and the files of the map, of an Acme printer.
testing::Polled pollWith(const MapSources& sources, std::vector<std::string>& problems) {
    auto maps = MapSet::load(testing::modelSchema(), sources, problems).value();
    auto recording = Recording::parse(
                         "1.3.6.1.2.1.1.1.0|4|Acme X1\n1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.99999.1\n"
                         "1.3.6.1.2.1.43.5.1.1.1.1|65|1\n")
                         .value();
    auto polled = testing::poll(recording, *maps);
    EXPECT_EQ(maps->reasons(polled.device).size() + 1, polled.map->files().size());
    return polled;
}

TEST(SiteMaps, SpeakAfterTheDeliveredOnes) {
    const TemporaryFolder shippedFolder;
    fs::copy_file(shipped() / "standard.json", shippedFolder / "standard.json");
    shippedFolder.write("vendor/acme.json",
                        overlay(R"({"sysObjectID": ["1.3.6.1.4.1.99999.1"]})", "delivered"));
    const TemporaryFolder site;
    std::vector<std::string> problems;
    MapSources sources{shippedFolder.path(), site.path(), {}};
    EXPECT_EQ(pollWith(sources, problems).text("MFP.{i}.Identification.Location"), "delivered");
    // A match that says less, but the site's.
    site.write("a-site.json", overlay(R"({"sysDescr": ["Acme"]})", "site"));
    const auto polled = pollWith(sources, problems);
    EXPECT_EQ(polled.text("MFP.{i}.Identification.Location"), "site");
    EXPECT_EQ(polled.map->files(),
              (std::vector<std::string>{"standard.json", "vendor/acme.json", "site/a-site.json"}));
    site.write("broken.json", "{");
    EXPECT_TRUE(problems.empty());
    EXPECT_EQ(pollWith(sources, problems).text("MFP.{i}.Identification.Location"), "site");
    ASSERT_EQ(problems.size(), 1U);
    EXPECT_NE(problems[0].find("broken.json"), std::string::npos) << problems[0];
    problems.clear();
    // Under vendor/ it replaces the delivered one.
    fs::remove(site / "a-site.json");
    fs::remove(site / "broken.json");
    site.write("vendor/acme.json", overlay(R"({"sysDescr": ["Acme"]})", "replaced"));
    EXPECT_EQ(pollWith(sources, problems).text("MFP.{i}.Identification.Location"), "replaced");
    // One more file, over all.
    sources.extraFile =
        shippedFolder.write("try.json", overlay(R"({"sysDescr": ["Acme"]})", "tried"));
    EXPECT_EQ(pollWith(sources, problems).text("MFP.{i}.Identification.Location"), "tried");
    EXPECT_TRUE(problems.empty());
}

TEST(SiteMaps, ReasonsSayWhatFits) {
    DeviceContext device;
    device.sysObjectId = {1, 3, 6, 1, 4, 1, 1347, 41};
    device.sysDescr = "KYOCERA Document Solutions Printing System";
    const auto reasons = testing::sourceMaps().reasons(device);
    ASSERT_EQ(reasons.size(), 1U);
    EXPECT_EQ(reasons[0].file, "vendor/kyocera.json");
    EXPECT_EQ(reasons[0].reason, "sysObjectID begins with 1.3.6.1.4.1.1347");
    device.sysObjectId = {1, 3, 6, 1, 4, 1, 9};
    ASSERT_EQ(testing::sourceMaps().reasons(device).size(), 1U);
    EXPECT_EQ(testing::sourceMaps().reasons(device)[0].reason, "by its sysDescr");
}

}  // namespace
}  // namespace platen::mibmap
