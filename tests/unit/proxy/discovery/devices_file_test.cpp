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

TEST(DevicesFile, HeadingNamesTheColumnsInAnyOrderAndManyWords) {
    const auto file = parseDevicesFile(
        "Model;IP-Address;Location;SNMP Community;Host Name\r\nX 1;192.0.2.1;floor 3;secret;\r\n"
        "X 2;192.0.2.2;;;p2\r\n");
    ASSERT_EQ(file.devices.size(), 2U);
    EXPECT_EQ(file.devices[0].host, "192.0.2.1");
    EXPECT_EQ(file.devices[0].community.reveal(), "secret");
    EXPECT_EQ(file.devices[0].tags, "floor 3");
    EXPECT_TRUE(file.problems.empty());
    for (const char* word :
         {"host", "IP", "ip_address", "IP Address", "Adresse", "FQDN", "Hostname"}) {
        const auto one = parseDevicesFile(std::string(word) + "\nprinter-7\n");
        ASSERT_EQ(one.devices.size(), 1U) << word;
        EXPECT_EQ(one.devices[0].host, "printer-7");
    }
}

TEST(DevicesFile, HostOfTheBestColumnIsTakenFromSeveral) {
    const auto file = parseDevicesFile("FQDN,IP\np.example.net,192.0.2.1\n");
    ASSERT_EQ(file.devices.size(), 1U);
    EXPECT_EQ(file.devices[0].host, "192.0.2.1");
}

TEST(DevicesFile, WithoutHeadingTheFirstLineIsADevice) {
    const auto file = parseDevicesFile("192.0.2.1,host\n");
    ASSERT_EQ(file.devices.size(), 1U);
    EXPECT_EQ(file.devices[0].community.reveal(), "host");
}

TEST(DevicesFile, DuplicatesAreNamedOnceEach) {
    const auto file = parseDevicesFile(
        "P.example.net\n192.0.2.1\np.EXAMPLE.net,x\n2001:DB8::7\n"
        "[2001:db8:0::7]\n");
    EXPECT_EQ(file.devices.size(), 3U);
    ASSERT_EQ(file.problems.size(), 2U);
    EXPECT_EQ(file.problems[0], "line 3, column 1: p.EXAMPLE.net is listed in line 1 already");
    EXPECT_NE(file.problems[1].find("in line 4 already"), std::string::npos);
}

TEST(DevicesFile, ErrorsHaveLineAndColumn) {
    const auto file =
        parseDevicesFile("sep=,\ntags,address\nx,192.0.2.1\nfloor 3, not a host!\ny,\"open\n");
    EXPECT_EQ(file.devices.size(), 1U);
    ASSERT_EQ(file.problems.size(), 2U);
    EXPECT_EQ(file.problems[0], "line 4, column 10: \"not a host!\" is no host name or address");
    EXPECT_EQ(file.problems[1], "line 5, column 3: a quote that is never closed");
}

TEST(DevicesFile, ProblemsHaveALimit) {
    std::string text;
    for (std::size_t i = 0; i < kMaxFileProblems + 5; ++i) {
        text += "!\n";
    }
    const auto file = parseDevicesFile(text);
    ASSERT_EQ(file.problems.size(), kMaxFileProblems + 1);
    EXPECT_EQ(file.problems.back(), "and 5 more");
}

TEST(DevicesFile, Utf16OfASpreadsheetIsRead) {
    std::string text = "\xFF\xFE";
    for (const char c : std::string("IP\tTags\r\n192.0.2.1\tx\r\n")) {
        text += c;
        text += '\0';
    }
    const auto file = parseDevicesFile(text);
    ASSERT_EQ(file.devices.size(), 1U);
    EXPECT_EQ(file.devices[0].tags, "x");
    EXPECT_EQ(parseDevicesFile(text.substr(0, text.size() - 1)).problems.size(), 1U);
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
