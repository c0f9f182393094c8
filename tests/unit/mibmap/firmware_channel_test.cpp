// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/mibmap/map_fixture.hpp"

#include <tuple>

namespace platen::mibmap::testing {
namespace {

constexpr const char* kBase = R"({"format": 1, "objects": []})";

Result<std::shared_ptr<const CompiledMap>> withFirmware(const std::string& section) {
    return compileTexts(
        {kBase, R"({"format": 1, "match": {"sysDescr": ["x"]}, "firmware": )" + section + "}"});
}

// C-PRX-43: the channel of a model is data.
TEST(FirmwareChannels, AreThoseOfTheMap) {
    const auto none = compileTexts({kBase});
    ASSERT_TRUE(none);
    EXPECT_TRUE((*none)->firmwareChannels().empty());
    const auto map = withFirmware(R"({"text": "t", "channels": [{"kind": "raw"},
        {"kind": "raw", "port": 9101}, {"kind": "ftp", "port": 2121, "path": "/firmware/"},
        {"kind": "http", "path": "/hp/upload.cgi", "field": "fw.bin"}]})");
    ASSERT_TRUE(map) << map.error().text;
    const auto channels = (*map)->firmwareChannels();
    ASSERT_EQ(channels.size(), 4U);
    EXPECT_EQ(channels[0].kind, FirmwareChannel::Kind::Raw);
    EXPECT_EQ(channels[0].port, 9100);
    EXPECT_EQ(channels[1].port, 9101);
    EXPECT_EQ(channels[2].kind, FirmwareChannel::Kind::Ftp);
    EXPECT_EQ(channels[2].port, 2121);
    EXPECT_EQ(channels[2].path, "/firmware/");
    EXPECT_EQ(channels[3].kind, FirmwareChannel::Kind::Http);
    EXPECT_EQ(channels[3].port, 80);
    EXPECT_EQ(channels[3].path, "/hp/upload.cgi");
    EXPECT_EQ(channels[3].field, "fw.bin");
    const auto plain = withFirmware(R"({"channels": [{"kind": "ftp"}]})");
    ASSERT_TRUE(plain) << plain.error().text;
    EXPECT_EQ((*plain)->firmwareChannels()[0].port, 21);
    EXPECT_EQ((*plain)->firmwareChannels()[0].path, "/");
}

TEST(FirmwareChannels, WhatIsWrongIsNamed) {
    for (const auto& [section, problem] :
         {std::tuple{R"({})", "channels"}, std::tuple{R"({"channels": 5})", "channels"},
          std::tuple{R"({"channels": [{"kind": "tftp"}]})", "raw"},
          std::tuple{R"({"channels": [{}]})", "raw"},
          std::tuple{R"({"channels": [{"kind": "raw", "port": 0}]})", "65535"},
          std::tuple{R"({"channels": [{"kind": "raw", "port": 70000}]})", "65535"},
          std::tuple{R"({"channels": [{"kind": "raw", "path": "/"}]})", "folder"},
          std::tuple{R"({"channels": [{"kind": "ftp", "path": "/../"}]})", "folder"},
          std::tuple{R"({"channels": [{"kind": "ftp", "path": "firmware"}]})", "folder"},
          std::tuple{R"({"channels": [{"kind": "ftp", "field": "f"}]})", "only for"},
          std::tuple{R"({"channels": [{"kind": "http", "field": "f"}]})", "path"},
          std::tuple{R"({"channels": [{"kind": "http", "path": "/f?a=1", "field": "f"}]})", "path"},
          std::tuple{R"({"channels": [{"kind": "http", "path": "/f", "field": "a\"b"}]})", "field"},
          std::tuple{R"({"channels": [{"kind": "ftp", "login": "x"}]})", "login"}}) {
        const auto map = withFirmware(section);
        ASSERT_FALSE(map) << section;
        EXPECT_NE(map.error().text.find(problem), std::string::npos) << map.error().text;
    }
}

}  // namespace
}  // namespace platen::mibmap::testing
