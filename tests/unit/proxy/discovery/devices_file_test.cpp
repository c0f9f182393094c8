// SPDX-License-Identifier: Apache-2.0
#include "proxy/discovery/devices_file.hpp"

#include <gtest/gtest.h>

namespace platen::discovery {
namespace {

TEST(DevicesFile, ReadsHostCommunityAndTags) {
    const auto file =
        parseDevicesFile("host,community,tags\n192.0.2.1,secret,floor 3\nprinter-7,,\n");
    ASSERT_EQ(file.devices.size(), 2U);
    EXPECT_EQ(file.devices[0].host, "192.0.2.1");
    EXPECT_EQ(file.devices[0].community.reveal(), "secret");
    EXPECT_EQ(file.devices[0].tags, "floor 3");
    EXPECT_TRUE(file.devices[1].community.empty());
    EXPECT_TRUE(file.problems.empty());
}

TEST(DevicesFile, TakesWhatSpreadsheetsWrite) {
    const auto file = parseDevicesFile(
        "\xEF\xBB\xBFHost;Community;Tags\r\n\"192.0.2.1\";\"pub;lic\";\"say "
        "\"\"hi\"\"\";two\r\n\r\n# note\r\n");
    ASSERT_EQ(file.devices.size(), 1U);
    EXPECT_EQ(file.devices[0].community.reveal(), "pub;lic");
    EXPECT_EQ(file.devices[0].tags, "say \"hi\",two");
}

TEST(DevicesFile, NamesBadLinesAndTakesTheOthers) {
    const auto file = parseDevicesFile("192.0.2.1\nnot a host!\n,community\n192.0.2.2\n");
    EXPECT_EQ(file.devices.size(), 2U);
    ASSERT_EQ(file.problems.size(), 2U);
    EXPECT_NE(file.problems[0].find("line 2"), std::string::npos);
    EXPECT_NE(file.problems[1].find("line 3"), std::string::npos);
}

TEST(DevicesFile, StopsAtItsLimit) {
    std::string text;
    for (std::size_t i = 0; i <= kMaxListedDevices; ++i) {
        text += "printer-" + std::to_string(i) + "\n";
    }
    const auto file = parseDevicesFile(text);
    EXPECT_EQ(file.devices.size(), kMaxListedDevices);
    EXPECT_EQ(file.problems.size(), 1U);
}

TEST(DevicesFile, MissingFileIsAnError) {
    EXPECT_EQ(loadDevicesFile("/nonexistent/devices.csv").error().code, ErrorCode::NotFound);
}

}  // namespace
}  // namespace platen::discovery
