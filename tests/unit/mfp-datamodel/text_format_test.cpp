// SPDX-License-Identifier: Apache-2.0
#include "mfp-datamodel/text_format.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace platen::model {
namespace {

struct Case {
    TextFormat format;
    const char* text;
    bool good;
};

class TextFormatCase : public testing::TestWithParam<Case> {};

// C-DT-13
TEST_P(TextFormatCase, IsJudged) {
    EXPECT_EQ(hasFormat(GetParam().format, GetParam().text), GetParam().good) << GetParam().text;
}

constexpr std::array<Case, 37> kCases{{
    {TextFormat::Ipv4Address, "192.0.2.7", true},
    {TextFormat::Ipv4Address, "255.255.255.255", true},
    {TextFormat::Ipv4Address, "256.0.0.1", false},
    {TextFormat::Ipv4Address, "192.0.2", false},
    {TextFormat::Ipv4Address, "192.0.2.07", false},
    {TextFormat::Ipv4Address, "192.0.2.7.", false},
    {TextFormat::Ipv4Address, "2001:db8::1", false},
    {TextFormat::Ipv6Address, "2001:db8::1", true},
    {TextFormat::Ipv6Address, "::", true},
    {TextFormat::Ipv6Address, "::ffff:192.0.2.1", true},
    {TextFormat::Ipv6Address, "1:2:3:4:5:6:7:8", true},
    {TextFormat::Ipv6Address, "1:2:3:4:5:6:7", false},
    {TextFormat::Ipv6Address, "1:2:3:4:5:6:7:8:9", false},
    {TextFormat::Ipv6Address, "1::2::3", false},
    {TextFormat::Ipv6Address, "1:2:3:4::5:6:7:8", false},
    {TextFormat::Ipv6Address, "12345::", false},
    {TextFormat::Ipv6Address, ":1", false},
    {TextFormat::Ipv6Address, "192.0.2.1", false},
    {TextFormat::IpAddress, "192.0.2.1", true},
    {TextFormat::IpAddress, "fe80::1", true},
    {TextFormat::IpAddress, "printer.example", false},
    {TextFormat::MacAddress, "00:11:22:AA:bb:CC", true},
    {TextFormat::MacAddress, "00-11-22-AA-BB-CC", false},
    {TextFormat::MacAddress, "00:11:22:AA:BB", false},
    {TextFormat::MacAddress, "00:11:22:AA:BB:G0", false},
    {TextFormat::Alias, "cpe-1", true},
    {TextFormat::Alias, "Black_Toner", true},
    {TextFormat::Alias, "1st", false},
    {TextFormat::Alias, "a b", false},
    {TextFormat::Url, "https://acs.example.net:7547/x?y=1", true},
    {TextFormat::Url, "acs.example.net", false},
    {TextFormat::Url, "http://a b/", false},
    {TextFormat::Url, "http:", false},
    {TextFormat::Uuid, "123e4567-e89b-12d3-a456-426614174000", true},
    {TextFormat::Uuid, "123e4567e89b12d3a456426614174000", false},
    {TextFormat::Uuid, "123e4567-e89b-12d3-a456-42661417400g", false},
    {TextFormat::Any, "anything at all", true},
}};

INSTANTIATE_TEST_SUITE_P(All, TextFormatCase, testing::ValuesIn(kCases));

TEST(TextFormat, EmptyTextMeansNoneAndFitsAll) {
    for (const Case& row : kCases) {
        EXPECT_TRUE(hasFormat(row.format, ""));
    }
}

TEST(TextFormat, NamesOfDataTypesAreKnown) {
    EXPECT_EQ(textFormatOf("IPAddress"), TextFormat::IpAddress);
    EXPECT_EQ(textFormatOf("Alias"), TextFormat::Alias);
    EXPECT_EQ(textFormatOf("SomethingElse"), TextFormat::Any);
}

TEST(TextFormat, LongTextsAreJudgedQuickly) {
    const std::string colons(100'000, ':');
    EXPECT_FALSE(hasFormat(TextFormat::Ipv6Address, colons));
    EXPECT_FALSE(hasFormat(TextFormat::MacAddress, colons));
}

}  // namespace
}  // namespace platen::model
